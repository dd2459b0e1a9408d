//! What can be asked about files.

use super::choice::Which;
use bpclip_library::transfer::How;
use std::path::PathBuf;

/// Something to do with files.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Shows what can be done, or hides it.
    Toggle,
    /// It is about these pictures.
    Which(Which),
    /// This becomes of them.
    How(How),
    /// They go into this folder.
    Folder(PathBuf),
    /// They go into the folder that this names.
    Typed(String),
    /// Lets the user choose the folder.
    Browse,
    /// Does what was shown: what the wish of this number comes to.
    Begin(u64),
    /// Stops what is being done; what is done stays.
    Stop,
    /// Takes back what a log says was done.
    TakeBack(PathBuf),
}
