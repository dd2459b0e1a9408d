//! The keys of actions.

use super::action::Action;
use crate::app::command::Commands;
use crate::app::gallery::ranking::Label;
use crate::app::settings::ViewerMode;
use crate::app::shell::Page;
use crate::app::viewer::Overlay;
use eframe::egui;
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

impl Action {
    /// Its keys, the first for menus.
    pub fn shortcuts(self) -> Vec<KeyboardShortcut> {
        const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
        let ctrl = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
        let shift = |key| KeyboardShortcut::new(Modifiers::SHIFT, key);
        let alt = |key| KeyboardShortcut::new(Modifiers::ALT, key);
        let ctrl_shift = |key| KeyboardShortcut::new(CTRL_SHIFT, key);
        let digits = [
            Key::Num0,
            Key::Num1,
            Key::Num2,
            Key::Num3,
            Key::Num4,
            Key::Num5,
            Key::Num6,
            Key::Num7,
            Key::Num8,
            Key::Num9,
        ];
        let digit = |number: usize| digits.get(number).copied();
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
            Self::Transfer => vec![ctrl(Key::M)],
            Self::Remove => vec![plain(Key::Delete)],
            Self::OpenPath => vec![ctrl(Key::L)],
            Self::Undo => vec![ctrl(Key::Z)],
            Self::Redo => vec![ctrl_shift(Key::Z), ctrl(Key::Y)],
            Self::Keep => vec![plain(Key::K)],
            Self::Reject => vec![plain(Key::X)],
            Self::Unmark => vec![plain(Key::U)],
            Self::Stars(stars) => digit(stars.into()).map(plain).into_iter().collect(),
            Self::Label(label) => {
                let at = Label::ALL.iter().position(|other| *other == label);
                let key = at.and_then(|at| digit(6 + at));
                key.map(plain).into_iter().collect()
            }
            Self::GoOn => vec![plain(Key::A)],
            Self::SelectAll => vec![ctrl(Key::A)],
            Self::NextToo => vec![shift(Key::ArrowRight), shift(Key::ArrowDown)],
            Self::PreviousToo => vec![shift(Key::ArrowLeft), shift(Key::ArrowUp)],
            Self::NextGroup => vec![plain(Key::PageDown)],
            Self::PreviousGroup => vec![plain(Key::PageUp)],
            Self::Next => vec![plain(Key::ArrowRight), plain(Key::ArrowDown)],
            Self::Previous => vec![plain(Key::ArrowLeft), plain(Key::ArrowUp)],
            Self::First => vec![plain(Key::Home)],
            Self::Last => vec![plain(Key::End)],
            Self::Reference => vec![plain(Key::R)],
            Self::ClearReference => vec![shift(Key::R)],
            Self::Compare => vec![plain(Key::C)],
            Self::Flip => vec![plain(Key::Space)],
            Self::Fit => vec![plain(Key::F)],
            Self::Actual => vec![plain(Key::Z)],
            Self::Sharpest => vec![plain(Key::G)],
            Self::MarkSharpest => vec![shift(Key::G)],
            Self::ZoomIn => vec![plain(Key::Plus), plain(Key::Equals)],
            Self::ZoomOut => vec![plain(Key::Minus)],
            Self::Mode(mode) => {
                let at = ViewerMode::ALL.iter().position(|other| *other == mode);
                let key = at.and_then(|at| digit(1 + at));
                key.map(ctrl).into_iter().collect()
            }
            Self::Overlay(Overlay::None) => vec![alt(Key::Num0)],
            Self::Overlay(Overlay::Attention) => vec![alt(Key::Num9)],
            Self::Overlay(Overlay::Clipping) => vec![plain(Key::J)],
            Self::Overlay(Overlay::Peaking) => vec![plain(Key::P)],
            Self::Overlay(overlay) => {
                let at = Overlay::MAPS.iter().position(|other| *other == overlay);
                let key = at.and_then(|at| digit(1 + at));
                key.map(alt).into_iter().collect()
            }
            Self::QualityMap => vec![plain(Key::Q)],
            Self::Survey => vec![plain(Key::N)],
            Self::Histogram => vec![plain(Key::H)],
            Self::ListPanel => vec![plain(Key::F9)],
            Self::SidePanel => vec![plain(Key::F10)],
            Self::FullScreen => vec![plain(Key::F11)],
            Self::Larger => vec![ctrl(Key::Plus), ctrl(Key::Equals)],
            Self::Smaller => vec![ctrl(Key::Minus)],
            Self::UsualSize => vec![ctrl(Key::Num0)],
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
            | Self::Library
            | Self::RemoveAll
            | Self::BestOfBursts
            | Self::Taste
            | Self::OpenRun
            | Self::ResumeTraining
            | Self::UseBest
            | Self::FigureMaps
            | Self::FigureAttention
            | Self::FigureDifference
            | Self::WritePlots
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

    /// What it does, and its keys where it has some.
    pub fn hint(self, ctx: &Context) -> String {
        match self.keys(ctx) {
            keys if keys.is_empty() => self.help().to_owned(),
            keys => format!("{} ({keys})", self.help()),
        }
    }
}

/// Asks for the actions whose keys were pressed in this frame, on this page, in the order in which
/// they were: who is quicker than the window loses no key. `was_typing` says whether a text field had
/// the keys a frame ago: Escape takes them from it before anybody can ask.
pub fn pressed(ctx: &Context, page: Page, was_typing: bool, commands: &mut Commands) {
    let typing = was_typing || ctx.text_edit_focused();
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
                | Key::PageUp
                | Key::PageDown
        );
        let edits = matches!(
            shortcut.logical_key,
            Key::A | Key::C | Key::V | Key::Y | Key::Z
        );
        let writes = shortcut.modifiers.alt;
        let closes = shortcut.logical_key == Key::Escape;
        (typing && (shortcut.conflicts_with_text_editing() || edits || writes))
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
    let action = |event: &Event| match event {
        Event::Key {
            key,
            pressed: true,
            modifiers,
            ..
        } => {
            let is = |(shortcut, _): &&(KeyboardShortcut, Action)| {
                shortcut.logical_key == *key && modifiers.matches_logically(shortcut.modifiers)
            };
            all.iter().find(is).map(|(_, action)| *action)
        }
        _ => None,
    };
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let action = action(event);
            if let Some(action) = action {
                commands.push(action);
            }
            action.is_none()
        });
    });
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
