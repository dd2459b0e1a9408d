//! What can be asked of the list.

use super::frame::FrameId;
use super::ranking::{Bursts, Decision, Filter, Grouping, Label, Mark, SortKey};
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
    /// Looks at a frame, and at no other beside.
    Select(FrameId),
    /// Selects all from the frame that is looked at to this one.
    SelectTo(FrameId),
    /// Selects one more frame, or one less.
    SelectToo(FrameId),
    /// Selects all that are shown.
    SelectAll,
    /// Selects the next frame too, in the filmstrip's order.
    Extend(Step),
    /// Looks at another frame, in the filmstrip's order.
    Step(Step),
    /// Shows what is selected, or the burst, beside each other; or one picture again.
    ToggleSurvey,
    /// Shows one picture again, if several were shown beside each other.
    EndSurvey,
    /// Takes a frame out of those that are shown beside each other.
    TakeOut(FrameId),
    /// Makes a frame the reference, or none.
    Reference(Option<FrameId>),
    /// Makes the selected frame the reference, or clears it.
    ToggleReference,
    /// Chooses the frame to compare with; without one, that is the reference.
    Compare(Option<FrameId>),
    /// Keeps the selected frame to compare others with, or lets it go.
    ToggleCompare,
    Mark(FrameId, Option<Mark>),
    /// Marks several frames, each as it is said here, in one step.
    MarkEach(Vec<(FrameId, Mark)>),
    /// Decides on all that are selected.
    Decide(Change),
    /// Goes on to the next frame once something was decided on one, or does not.
    ToggleGoOn,
    /// The frames in sight have changed.
    InSight(Vec<FrameId>),
    /// Takes a frame off the list, never from the disk.
    Remove(FrameId),
    RemoveSelected,
    RemoveAll,
    /// Takes back what was decided or removed last.
    Undo,
    /// Does again what was taken back last.
    Redo,
    /// Reads and scores a frame again, or for the first time.
    Reread(FrameId),
    /// Sorts the filmstrip by this, and whether the highest comes first.
    Sort(SortKey, bool),
    Filter(Filter),
    Group(Grouping),
    /// How bursts are found, and the best of each.
    Bursts(Bursts),
    /// Whether raw and JPEG of a shot are one frame.
    ShotsAsOne(bool),
    /// Forgets the recently opened.
    ForgetRecent,
}

/// Something to decide on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Marks it; takes the mark away if it has it.
    ToggleMark(Mark),
    /// Takes its mark away.
    Unmark,
    /// Gives it so many stars.
    Stars(u8),
    /// Gives it this label; takes it away if it has it.
    ToggleLabel(Label),
}

impl Change {
    /// What becomes of a decision; of several pictures the first one says which way a toggle goes.
    pub fn apply(self, to: Decision, first: Decision) -> Decision {
        match self {
            Self::ToggleMark(mark) => Decision {
                mark: (first.mark != Some(mark)).then_some(mark),
                ..to
            },
            Self::Unmark => Decision { mark: None, ..to },
            Self::Stars(stars) => Decision { stars, ..to },
            Self::ToggleLabel(label) => Decision {
                label: (first.label != Some(label)).then_some(label),
                ..to
            },
        }
    }
}

/// Where to go from the selected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
    /// The first of the next group.
    NextGroup,
    /// The first of this group, or of the one before.
    PreviousGroup,
}

impl Step {
    /// By how many frames; more than there are ends at the last one. Groups are frames where there
    /// are none.
    pub fn by(self) -> isize {
        match self {
            Self::Next | Self::NextGroup => 1,
            Self::Previous | Self::PreviousGroup => -1,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
        }
    }
}
