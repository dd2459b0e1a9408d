//! Why results could not be written.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why results could not be written.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// The folder for the results cannot be made.
    #[error("cannot make the folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be written; what was there before is untouched.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
