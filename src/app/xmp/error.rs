//! What can go wrong with a sidecar.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a sidecar could not be written. Whatever stood there before is untouched.
#[derive(Debug, Error)]
pub enum SidecarError {
    /// The file cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The sidecar.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// One that is there already cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The sidecar.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// One that is there already cannot be added to without risk for what it holds.
    #[error("{} is left as it is, because {reason}: rate the picture in the program that wrote it, or move the sidecar away", path.display())]
    Refused {
        /// The sidecar.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
}
