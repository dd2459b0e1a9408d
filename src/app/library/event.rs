//! What the library's thread tells the window.

use crate::app::gallery::FrameId;
use bpclip_library::{Decision, Score, Size};
use std::path::PathBuf;

/// Something that was kept, or could not be.
#[derive(Debug)]
pub enum Event {
    /// What was decided on frames, here or in other programs.
    Recalled(Vec<(FrameId, Decision)>),
    /// The scores of these versions of frames by this scorer, as far as they are kept.
    Scores {
        scorer: String,
        found: Vec<(FrameId, u32, Option<Score>)>,
    },
    /// How a folder was looked at last.
    View(PathBuf, Option<String>),
    /// How much is kept.
    Size(Size),
    /// A library could not be used, and a new one is begun: what is known goes into it again.
    Anew(String),
    /// Something could not be kept.
    Trouble(String),
    /// Everything is kept again.
    Well,
}
