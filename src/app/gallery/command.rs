//! What can be asked of the list.

use super::frame::FrameId;
use super::ranking::{Filter, Grouping, Mark, SortKey};
use bpclip_core::image::Picture;
use std::path::PathBuf;
use std::sync::Arc;

/// Something for the list to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets the user choose pictures.
    OpenFiles,
    /// Lets the user choose a folder.
    OpenFolder,
    /// Adds what is on the clipboard.
    Paste,
    /// Opens files and folders.
    Add {
        paths: Vec<PathBuf>,
        /// Whether the first picture becomes the reference.
        as_reference: bool,
    },
    /// Adds a picture that is in no file.
    AddPicture(Arc<Picture>),
    /// Looks at a frame.
    Select(FrameId),
    /// Looks at another frame, in the filmstrip's order.
    Step(Step),
    /// Makes a frame the reference, or none.
    Reference(Option<FrameId>),
    /// Makes the selected frame the reference, or clears it.
    ToggleReference,
    /// Chooses the frame to compare with; without one, that is the reference.
    Compare(Option<FrameId>),
    /// Keeps the selected frame to compare others with, or lets it go.
    ToggleCompare,
    Mark(FrameId, Option<Mark>),
    /// Marks the selected frame; takes the mark away if it has it.
    ToggleMark(Mark),
    /// Takes a frame off the list, never from the disk.
    Remove(FrameId),
    RemoveSelected,
    RemoveAll,
    /// Brings back what was removed last.
    Undo,
    /// Reads and scores a frame again, or for the first time.
    Reread(FrameId),
    /// Sorts the filmstrip by this, and whether the highest comes first.
    Sort(SortKey, bool),
    Filter(Filter),
    Group(Grouping),
    /// Whether raw and JPEG of a shot are one frame.
    ShotsAsOne(bool),
    /// Forgets the recently opened.
    ForgetRecent,
}

/// Where to go from the selected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
}

impl Step {
    /// By how many frames; more than there are ends at the last one.
    pub fn by(self) -> isize {
        match self {
            Self::Next => 1,
            Self::Previous => -1,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
        }
    }
}
