//! What the window itself is.

use crate::app::command::Command;
use crate::app::export::{Export, FigureKind};
use crate::app::{export, gallery, scoring, training, transfer};
use std::path::PathBuf;

/// What the window is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// Pictures and their scores.
    #[default]
    Pictures,
    /// Training a checkpoint.
    Training,
}

impl Page {
    pub const ALL: [Self; 2] = [Self::Pictures, Self::Training];

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pictures => "Pictures",
            Self::Training => "Training",
        }
    }
}

/// A window over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialog {
    /// The list of keys.
    Keys,
    /// What happened.
    Log,
    /// Ratings by score, before they are written.
    Ratings,
    /// Files that are copied, moved or binned.
    Transfer,
    /// How a figure is written.
    Figure(FigureKind),
    /// Program, checkpoints and device.
    About,
    /// The catalogue of weights.
    Weights,
    /// What is kept on disk.
    Library,
    /// Keeping the best of each burst.
    Bursts,
    /// What was learned of the user's taste.
    Taste,
    /// A path to be typed.
    Path(PathFor),
    /// What becomes of the training when the window closes.
    Closing,
}

/// What a path is typed for. There is a field for all that dialogs of the system's are for: on some
/// systems there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathFor {
    /// Pictures and folders.
    Open,
    /// A checkpoint to score with.
    Checkpoint,
    /// Something of the training form.
    Training(training::Place),
    /// Something to write.
    Export(Export),
    /// Where files are copied or moved.
    Transfer,
}

impl PathFor {
    /// What is asked for once the path is known.
    pub fn with(self, path: PathBuf) -> Command {
        match self {
            Self::Open => gallery::Command::Add {
                paths: vec![path],
                as_reference: false,
            }
            .into(),
            Self::Checkpoint => scoring::Command::Checkpoint(path).into(),
            Self::Training(place) => training::Command::Chosen(place, path).into(),
            Self::Export(export) => export::Command::Save(export, path).into(),
            Self::Transfer => transfer::Command::Folder(path).into(),
        }
    }

    /// What asks for the system's dialog.
    pub fn browse(self) -> Command {
        match self {
            Self::Open => gallery::Command::OpenFiles.into(),
            Self::Checkpoint => scoring::Command::OpenCheckpoint.into(),
            Self::Training(place) => training::Command::Choose(place).into(),
            Self::Export(export) => export::Command::Browse(export).into(),
            Self::Transfer => transfer::Command::Browse.into(),
        }
    }
}

/// The window.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    pub page: Page,
    pub dialog: Option<Dialog>,
    /// Whether the pictures have all of the screen.
    pub full_screen: bool,
    /// Whether the window has, as the system says.
    pub(super) covers_screen: bool,
    /// Files dragged over the window, not dropped yet.
    pub hovering: usize,
    /// Whether it closes after this frame.
    pub closing: bool,
    /// Whether a text field had the keys when the last frame ended.
    pub typing: bool,
}
