//! Why results could not be written.

// The messages say what the variants and their fields are.
#![allow(missing_docs)]

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why results could not be written.
#[derive(Debug, Error)]
pub enum EvaluateError {
    #[error("cannot make the folder {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    /// A file cannot be written; what was there before is untouched.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}
