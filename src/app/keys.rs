//! What can be done at any time: label, help and key of each. Menus, shortcuts and the help
//! window all come from this table.

use super::choices::{Overlay, Page};
use super::command::Command;
use super::settings::ViewerMode;
use eframe::egui;
use egui::{Context, Key, KeyboardShortcut, Modifiers};

/// Something that has a key or stands in a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Opens files.
    OpenFiles,
    /// Opens a folder.
    OpenFolder,
    /// Adds what is on the clipboard.
    Paste,
    /// Writes the table.
    ExportCsv,
    /// Writes the table with every similarity.
    ExportTableJson,
    /// Writes everything about the picture.
    ExportJson,
    /// Writes what is on screen.
    ExportPng,
    /// Writes the overlay.
    ExportMap,
    /// Writes all maps.
    ExportMaps,
    /// Writes sidecars with ratings.
    Ratings,
    /// Puts the score on the clipboard.
    CopyScore,
    /// Puts what is on screen on the clipboard.
    CopyPicture,
    /// Chooses a checkpoint.
    OpenCheckpoint,
    /// Back to the bundled checkpoints.
    BundledCheckpoints,
    /// The catalogue of weights.
    Weights,
    /// Closes the window.
    Quit,
    /// Removes from the list.
    Remove,
    /// Removes all from the list.
    RemoveAll,
    /// Brings back what was removed.
    Undo,
    /// Marks to keep.
    Keep,
    /// Marks to reject.
    Reject,
    /// The next frame.
    Next,
    /// The frame before.
    Previous,
    /// The first frame.
    First,
    /// The last frame.
    Last,
    /// Makes the selected frame the reference, or clears it.
    Reference,
    /// Clears the reference.
    ClearReference,
    /// Keeps the selected frame to compare others with.
    Compare,
    /// Shows the second picture in the first one's place, and back.
    Flip,
    /// Shows all of the picture.
    Fit,
    /// Shows each pixel as one.
    Actual,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// Shows pictures so.
    Mode(ViewerMode),
    /// Lays this over the picture.
    Overlay(Overlay),
    /// Scores the picture tile by tile.
    QualityMap,
    /// Scores what has no score.
    ScoreRest,
    /// Stops scoring.
    Cancel,
    /// Shows the training panel, or the pictures again.
    Training,
    /// Begins a training.
    Train,
    /// Lets the training wait, or go on.
    PauseTraining,
    /// Ends the training.
    StopTraining,
    /// Goes on with the run that is shown.
    ResumeTraining,
    /// Shows a run.
    OpenRun,
    /// Scores with the best checkpoint of the run.
    UseBest,
    /// The list of keys.
    Keys,
    /// What happened.
    Log,
    /// About the program.
    About,
}

/// A heading of the help, with its actions.
pub const GROUPS: [(&str, &[Action]); 6] = [
    (
        "File",
        &[
            Action::OpenFiles,
            Action::OpenFolder,
            Action::Paste,
            Action::ExportCsv,
            Action::ExportTableJson,
            Action::ExportJson,
            Action::ExportPng,
            Action::ExportMap,
            Action::ExportMaps,
            Action::Ratings,
            Action::CopyScore,
            Action::CopyPicture,
            Action::OpenCheckpoint,
            Action::BundledCheckpoints,
            Action::Weights,
            Action::Quit,
        ],
    ),
    (
        "List",
        &[
            Action::Next,
            Action::Previous,
            Action::First,
            Action::Last,
            Action::Keep,
            Action::Reject,
            Action::Remove,
            Action::RemoveAll,
            Action::Undo,
            Action::ScoreRest,
            Action::Cancel,
        ],
    ),
    (
        "Compare",
        &[
            Action::Reference,
            Action::ClearReference,
            Action::Compare,
            Action::Flip,
            Action::Mode(ViewerMode::Single),
            Action::Mode(ViewerMode::SideBySide),
            Action::Mode(ViewerMode::Slider),
            Action::Mode(ViewerMode::Flicker),
            Action::Mode(ViewerMode::Difference),
        ],
    ),
    (
        "View",
        &[
            Action::Fit,
            Action::Actual,
            Action::ZoomIn,
            Action::ZoomOut,
            Action::Overlay(Overlay::None),
            Action::Overlay(Overlay::MAPS[0]),
            Action::Overlay(Overlay::MAPS[1]),
            Action::Overlay(Overlay::MAPS[2]),
            Action::Overlay(Overlay::MAPS[3]),
            Action::Overlay(Overlay::MAPS[4]),
            Action::Overlay(Overlay::MAPS[5]),
            Action::Overlay(Overlay::MAPS[6]),
            Action::Overlay(Overlay::MAPS[7]),
            Action::Overlay(Overlay::Attention),
            Action::QualityMap,
        ],
    ),
    (
        "Train",
        &[
            Action::Training,
            Action::Train,
            Action::PauseTraining,
            Action::StopTraining,
            Action::OpenRun,
            Action::ResumeTraining,
            Action::UseBest,
        ],
    ),
    ("Help", &[Action::Keys, Action::Log, Action::About]),
];

impl Action {
    /// All that there are.
    pub fn all() -> impl Iterator<Item = Self> {
        GROUPS
            .iter()
            .flat_map(|(_, actions)| actions.iter().copied())
    }

    /// Whether it is about something that this page shows: a key must not change what is not in
    /// sight.
    pub fn belongs_to(self, page: Page) -> bool {
        let about_pictures = |(name, actions): &(&str, &[Self])| {
            matches!(*name, "List" | "Compare" | "View") && actions.contains(&self)
        };
        match (page, self) {
            (Page::Pictures, _) | (_, Self::ScoreRest | Self::Cancel) => true,
            (Page::Training, _) => !GROUPS.iter().any(about_pictures),
        }
    }

    /// The name in menus.
    pub fn label(self) -> String {
        let label = match self {
            Self::OpenFiles => "Open...",
            Self::OpenFolder => "Open folder...",
            Self::Paste => "Paste",
            Self::ExportCsv => "Export table as CSV...",
            Self::ExportTableJson => "Export table as JSON...",
            Self::ExportJson => "Export inspection as JSON...",
            Self::ExportPng => "Export view as PNG...",
            Self::ExportMap => "Export overlay as PNG...",
            Self::ExportMaps => "Export all maps...",
            Self::Ratings => "Write ratings...",
            Self::CopyScore => "Copy score",
            Self::CopyPicture => "Copy view",
            Self::OpenCheckpoint => "Checkpoint...",
            Self::BundledCheckpoints => "Use the bundled checkpoints",
            Self::Weights => "Published weights...",
            Self::Quit => "Quit",
            Self::Remove => "Remove from list",
            Self::RemoveAll => "Remove all from list",
            Self::Undo => "Undo remove",
            Self::Keep => "Keep",
            Self::Reject => "Reject",
            Self::Next => "Next",
            Self::Previous => "Previous",
            Self::First => "First",
            Self::Last => "Last",
            Self::Reference => "Use as reference",
            Self::ClearReference => "Clear reference",
            Self::Compare => "Compare others with this",
            Self::Flip => "Flip",
            Self::Fit => "Fit",
            Self::Actual => "100 %",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::Mode(mode) => mode.label(),
            Self::Overlay(overlay) => return overlay.label(),
            Self::QualityMap => "Quality map",
            Self::ScoreRest => "Score the rest",
            Self::Cancel => "Cancel scoring",
            Self::Training => "Training",
            Self::Train => "Start training",
            Self::PauseTraining => "Pause training",
            Self::StopTraining => "Stop training",
            Self::OpenRun => "Open a run...",
            Self::ResumeTraining => "Resume the run",
            Self::UseBest => "Use the best checkpoint",
            Self::Keys => "Keys",
            Self::Log => "Log",
            Self::About => "About",
        };
        label.to_owned()
    }

    /// What it does, where the label does not say it all.
    pub fn help(self) -> &'static str {
        match self {
            Self::OpenFiles => "Adds pictures to the list",
            Self::OpenFolder => "Adds the pictures in a folder, and watches it for new ones",
            Self::Paste => "Adds the picture, or the files, on the clipboard",
            Self::ExportCsv => "The pictures in the list, in its order, a row each",
            Self::ExportTableJson => "Likewise, with every level's similarities",
            Self::ExportJson => "Every value of the selected picture, maps and attention too",
            Self::ExportPng => "The window as it is, with its legend",
            Self::ExportMap => "What lies over the picture, with the picture",
            Self::ExportMaps => "Maps and masks of the selected picture, into a folder",
            Self::Ratings => "Stars as XMP sidecars; the pictures are never touched",
            Self::CopyScore => "The selected picture's score as a sentence",
            Self::CopyPicture => "The window as a picture",
            Self::OpenCheckpoint => "Scores with another checkpoint file",
            Self::BundledCheckpoints => "Scores with the checkpoints that came with the program",
            Self::Weights => "What can be had to train from, and is fetched only on your word",
            Self::Quit => "Closes the window",
            Self::Remove => "Never from the disk",
            Self::RemoveAll => "Empties the list; nothing on the disk changes",
            Self::Undo => "Brings back what was removed last",
            Self::Keep => "Marks the picture; again to take the mark away",
            Self::Reject => "Marks the picture; again to take the mark away",
            Self::Next | Self::Previous | Self::First | Self::Last => "In the filmstrip's order",
            Self::Reference => "Full-reference scores compare with it; again to clear it",
            Self::ClearReference => "No full-reference scores any more",
            Self::Compare => "Keeps this picture as the second one; again to let it go",
            Self::Flip => "Shows the second picture, or the reference, in the first one's place",
            Self::Fit => "All of the picture",
            Self::Actual => "A pixel of the picture is a pixel of the screen",
            Self::ZoomIn | Self::ZoomOut => "The mouse wheel does it too",
            Self::Mode(_) => "How two pictures are shown",
            Self::Overlay(Overlay::Attention) => "Where the cell under the pointer looks",
            Self::Overlay(Overlay::None) => "The picture alone",
            Self::Overlay(_) => "The strength of the tokens, over the picture",
            Self::QualityMap => {
                "Scores the picture tile by tile, at its own pixels: what of it is good"
            }
            Self::ScoreRest => "After a cancel",
            Self::Cancel => "What is scored stays",
            Self::Training => "Learns from rated pictures; again for the pictures",
            Self::Train => "With what the form says, in a run folder of its own",
            Self::PauseTraining => "After this step, with its state saved; again to go on",
            Self::StopTraining => "After this step, with its state saved, to be resumed",
            Self::OpenRun => "Shows how a run went, to resume it or to use its checkpoints",
            Self::ResumeTraining => "Goes on exactly where it was stopped",
            Self::UseBest => "Scores with the best epoch of the run that is shown",
            Self::Keys => "This list",
            Self::Log => "What happened, errors too",
            Self::About => "Version, checkpoints, device",
        }
    }

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

/// The actions whose keys were pressed in this frame, on this page.
pub fn pressed(ctx: &Context, page: Page) -> Vec<Command> {
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
        all.into_iter()
            .filter(|(shortcut, _)| input.consume_shortcut(shortcut))
            .map(|(_, action)| Command::Act(action))
            .collect()
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

    #[test]
    fn every_action_is_listed_once_with_words() {
        let mut seen = HashSet::new();
        for action in Action::all() {
            assert!(seen.insert(action), "{action:?}");
            assert!(!action.label().is_empty() && !action.help().is_empty());
        }
    }
}
