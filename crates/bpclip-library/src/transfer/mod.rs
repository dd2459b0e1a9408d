//! Files that are copied or moved into a folder together, or put into the bin, such as a picture, its
//! raw file and their sidecars: nothing is ever overwritten, and a log makes one undo possible.
//!
//! The whole [`Plan`] is on the disk as a log before the first file is touched. A file appears in the
//! folder whole or not at all; of a moved one the old goes only once the new is there. So whenever it
//! is stopped, every file is whole in one place at least, and [`take_back`] finds what was done.

mod belongings;
mod bin;
mod files;
mod log;
mod plan;
mod run;

pub use belongings::{Shot, with_sidecars};
pub use bin::GIVES_BACK;
pub use log::{last_log, tidy};
pub use plan::{How, Plan, Step};
pub use run::{run, take_back};

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a file was not copied or moved, or not brought back. It is where it was.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct TransferError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub cause: io::Error,
}

impl TransferError {
    fn new(path: impl Into<PathBuf>, cause: io::Error) -> Self {
        Self {
            path: path.into(),
            cause,
        }
    }
}
