//! The keys of actions.

use super::action::Action;
use crate::app::command::Commands;
use crate::app::settings::ViewerMode;
use crate::app::shell::Page;
use crate::app::viewer::Overlay;
use eframe::egui;
use egui::{Context, Key, KeyboardShortcut, Modifiers};

impl Action {
    /// Its keys, the first for menus.
    pub fn shortcuts(self) -> Vec<KeyboardShortcut> {
        const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
        let ctrl = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
        let ctrl_shift = |key| KeyboardShortcut::new(CTRL_SHIFT, key);
        let digits = [
            Key::Num1,
            Key::Num2,
            Key::Num3,
            Key::Num4,
            Key::Num5,
            Key::Num6,
            Key::Num7,
            Key::Num8,
        ];
        match self {
            Self::OpenFiles => vec![ctrl(Key::O)],
            Self::OpenFolder => vec![ctrl_shift(Key::O)],
            Self::Paste => vec![ctrl(Key::V)],
            Self::ExportCsv => vec![ctrl(Key::E)],
            Self::ExportJson => vec![ctrl(Key::J)],
            Self::ExportPng => vec![ctrl_shift(Key::E)],
            Self::CopyScore => vec![ctrl(Key::C)],
            Self::CopyPicture => vec![ctrl_shift(Key::C)],
            Self::Quit => vec![ctrl(Key::Q)],
            Self::Remove => vec![plain(Key::Delete)],
            Self::Undo => vec![ctrl(Key::Z)],
            Self::Keep => vec![plain(Key::K)],
            Self::Reject => vec![plain(Key::X)],
            Self::Next => vec![plain(Key::ArrowRight), plain(Key::ArrowDown)],
            Self::Previous => vec![plain(Key::ArrowLeft), plain(Key::ArrowUp)],
            Self::First => vec![plain(Key::Home)],
            Self::Last => vec![plain(Key::End)],
            Self::Reference => vec![plain(Key::R)],
            Self::ClearReference => vec![KeyboardShortcut::new(Modifiers::SHIFT, Key::R)],
            Self::Compare => vec![plain(Key::C)],
            Self::Flip => vec![plain(Key::Space)],
            Self::Fit => vec![plain(Key::F)],
            Self::Actual => vec![plain(Key::Z)],
            Self::ZoomIn => vec![plain(Key::Plus), plain(Key::Equals)],
            Self::ZoomOut => vec![plain(Key::Minus)],
            Self::Mode(mode) => {
                let at = ViewerMode::ALL.iter().position(|other| *other == mode);
                let key = at.and_then(|at| digits.get(at));
                key.map(|key| ctrl(*key)).into_iter().collect()
            }
            Self::Overlay(Overlay::None) => vec![plain(Key::Num0)],
            Self::Overlay(Overlay::Attention) => vec![plain(Key::Num9)],
            Self::Overlay(overlay) => {
                let at = Overlay::MAPS.iter().position(|other| *other == overlay);
                let key = at.and_then(|at| digits.get(at));
                key.map(|key| plain(*key)).into_iter().collect()
            }
            Self::QualityMap => vec![plain(Key::Q)],
            Self::ScoreRest => vec![plain(Key::F5)],
            Self::Cancel => vec![plain(Key::Escape)],
            Self::Training => vec![plain(Key::F3)],
            Self::Train => vec![plain(Key::F6)],
            Self::PauseTraining => vec![plain(Key::F7)],
            Self::StopTraining => vec![plain(Key::F8)],
            Self::Keys => vec![plain(Key::F1)],
            Self::Log => vec![plain(Key::F2)],
            Self::ExportTableJson
            | Self::ExportMap
            | Self::ExportMaps
            | Self::Ratings
            | Self::OpenCheckpoint
            | Self::BundledCheckpoints
            | Self::Weights
            | Self::RemoveAll
            | Self::OpenRun
            | Self::ResumeTraining
            | Self::UseBest
            | Self::About => Vec::new(),
        }
    }

    /// Its keys in words; empty where it has none.
    pub fn keys(self, ctx: &Context) -> String {
        let keys: Vec<String> = self
            .shortcuts()
            .iter()
            .map(|shortcut| ctx.format_shortcut(shortcut))
            .collect();
        keys.join(", ")
    }
}

/// Asks for the actions whose keys were pressed in this frame, on this page.
pub fn pressed(ctx: &Context, page: Page, commands: &mut Commands) {
    let typing = ctx.text_edit_focused();
    // Keys that a focused control needs for itself.
    let focused = ctx.memory(|memory| memory.focused().is_some());
    let popup = egui::Popup::is_any_open(ctx);
    let taken = |shortcut: &KeyboardShortcut| {
        let moves = matches!(
            shortcut.logical_key,
            Key::Space
                | Key::ArrowLeft
                | Key::ArrowRight
                | Key::ArrowUp
                | Key::ArrowDown
                | Key::Home
                | Key::End
        );
        let clipboard = matches!(shortcut.logical_key, Key::C | Key::V | Key::Z);
        let closes = shortcut.logical_key == Key::Escape;
        (typing && (shortcut.conflicts_with_text_editing() || clipboard))
            || (focused && moves)
            || (popup && (moves || closes))
    };
    let mut all: Vec<(KeyboardShortcut, Action)> = Action::all()
        .filter(|action| action.belongs_to(page))
        .flat_map(|action| action.shortcuts().into_iter().map(move |key| (key, action)))
        .filter(|(shortcut, _)| !taken(shortcut))
        .collect();
    // `Shift+R` before `R`: a shortcut matches with more modifiers held than it asks for.
    all.sort_by_key(|(shortcut, _)| {
        let Modifiers {
            alt,
            shift,
            command,
            ..
        } = shortcut.modifiers;
        3 - usize::from(alt) - usize::from(shift) - usize::from(command)
    });
    ctx.input_mut(|input| {
        for (_, action) in all
            .into_iter()
            .filter(|(shortcut, _)| input.consume_shortcut(shortcut))
        {
            commands.push(action);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = HashSet::new();
        for action in Action::all() {
            for shortcut in action.shortcuts() {
                assert!(seen.insert(shortcut), "{action:?}: {shortcut:?}");
            }
        }
    }
}
