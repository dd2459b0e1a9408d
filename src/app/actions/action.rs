//! The actions, and the headings that they stand under.

use crate::app::gallery::ranking::Label;
use crate::app::settings::ViewerMode;
use crate::app::shell::Page;
use crate::app::viewer::Overlay;

/// Something that has a key or stands in a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Opens files.
    OpenFiles,
    /// Opens a folder.
    OpenFolder,
    /// Opens what a path names.
    OpenPath,
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
    /// A figure of all maps.
    FigureMaps,
    /// A figure of where the chosen cell looks.
    FigureAttention,
    /// A figure of how two pictures' maps differ.
    FigureDifference,
    /// Writes ratings.
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
    /// What is kept on disk.
    Library,
    /// Closes the window.
    Quit,
    /// Copies, moves or bins files.
    Transfer,
    /// Removes from the list.
    Remove,
    /// Removes all from the list.
    RemoveAll,
    /// Takes back what was decided or removed.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Marks to keep.
    Keep,
    /// Marks to reject.
    Reject,
    /// Takes the mark away.
    Unmark,
    /// Gives so many stars.
    Stars(u8),
    /// Gives a label.
    Label(Label),
    /// Keeps the best of each burst.
    BestOfBursts,
    /// Learns what the user keeps.
    Taste,
    /// Goes on after a decision, or does not.
    GoOn,
    /// Selects all.
    SelectAll,
    /// Selects the next frame too.
    NextToo,
    /// Selects the frame before too.
    PreviousToo,
    /// The first frame of the next group.
    NextGroup,
    /// The first frame of this group, or of the one before.
    PreviousGroup,
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
    /// Shows the sharpest part, and all again.
    Sharpest,
    /// Marks the sharpest part, or does not.
    MarkSharpest,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// Shows pictures so.
    Mode(ViewerMode),
    /// Shows several beside each other, or one again.
    Survey,
    /// Opens the histogram, or closes it.
    Histogram,
    /// Opens the filmstrip, or closes it.
    ListPanel,
    /// Opens the panel beside the picture, or closes it.
    SidePanel,
    /// The pictures on all of the screen, or the window again.
    FullScreen,
    /// A larger interface.
    Larger,
    /// A smaller one.
    Smaller,
    /// The usual one.
    UsualSize,
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
    /// Writes plots and tables of the run.
    WritePlots,
    /// The list of keys.
    Keys,
    /// What happened.
    Log,
    /// About the program.
    About,
}

/// A heading of the help, with its actions.
pub const GROUPS: [(&str, &[Action]); 9] = [
    (
        "File",
        &[
            Action::OpenFiles,
            Action::OpenFolder,
            Action::OpenPath,
            Action::Paste,
            Action::Library,
            Action::Quit,
        ],
    ),
    (
        "Export",
        &[
            Action::ExportCsv,
            Action::ExportTableJson,
            Action::ExportJson,
            Action::ExportPng,
            Action::ExportMap,
            Action::ExportMaps,
            Action::FigureMaps,
            Action::FigureAttention,
            Action::FigureDifference,
            Action::Ratings,
            Action::CopyScore,
            Action::CopyPicture,
        ],
    ),
    (
        "Network",
        &[
            Action::OpenCheckpoint,
            Action::BundledCheckpoints,
            Action::Weights,
        ],
    ),
    (
        "List",
        &[
            Action::Next,
            Action::Previous,
            Action::First,
            Action::Last,
            Action::NextGroup,
            Action::PreviousGroup,
            Action::NextToo,
            Action::PreviousToo,
            Action::SelectAll,
            Action::Transfer,
            Action::Remove,
            Action::RemoveAll,
            Action::ScoreRest,
            Action::Cancel,
        ],
    ),
    (
        "Mark",
        &[
            Action::Keep,
            Action::Reject,
            Action::Unmark,
            Action::Stars(1),
            Action::Stars(2),
            Action::Stars(3),
            Action::Stars(4),
            Action::Stars(5),
            Action::Stars(0),
            Action::Label(Label::Red),
            Action::Label(Label::Yellow),
            Action::Label(Label::Green),
            Action::Label(Label::Blue),
            Action::Label(Label::Purple),
            Action::BestOfBursts,
            Action::Taste,
            Action::GoOn,
            Action::Undo,
            Action::Redo,
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
            Action::Survey,
        ],
    ),
    (
        "View",
        &[
            Action::Fit,
            Action::Actual,
            Action::Sharpest,
            Action::MarkSharpest,
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
            Action::Overlay(Overlay::Clipping),
            Action::Overlay(Overlay::Peaking),
            Action::Histogram,
            Action::ListPanel,
            Action::SidePanel,
            Action::FullScreen,
            Action::Larger,
            Action::Smaller,
            Action::UsualSize,
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
            Action::WritePlots,
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
            matches!(*name, "List" | "Mark" | "Compare" | "View") && actions.contains(&self)
        };
        match (page, self) {
            (Page::Pictures, _) | (_, Self::ScoreRest | Self::Cancel) => true,
            // They are about the window.
            (_, Self::FullScreen | Self::Larger | Self::Smaller | Self::UsualSize) => true,
            (Page::Training, _) => !GROUPS.iter().any(about_pictures),
        }
    }
}
