//! What the threads tell that look at files and move them.

use super::state::Planned;
use bpclip_library::transfer::Plan;
use std::path::PathBuf;
use std::sync::Arc;

/// Something about files.
#[derive(Debug)]
pub enum Event {
    /// What a wish comes to.
    Planned(Arc<Planned>),
    /// The last thing that was done, if its log is there.
    Last(Option<(PathBuf, Plan)>),
    /// The log is on the disk, and the first file is about to be touched.
    Logged(PathBuf),
    /// Files were seen to: where they were, and where they are.
    Done(Vec<Seen>),
    /// All is done, or was stopped, or could not be begun.
    Ended(Result<(), String>),
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it was before all of it.
    pub from: PathBuf,
    /// Where it went; none: into the bin.
    pub to: Option<PathBuf>,
    /// Why it is where it was.
    pub failed: Option<String>,
}
