//! What can go wrong when a picture is rated.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a rating could not be written. Whatever stood there before is untouched.
#[derive(Debug, Error)]
pub enum RatingError {
    /// The file cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The sidecar, or the picture.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// One that is there already cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The sidecar, or the picture.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// One that is there already cannot be added to without risk for what it holds.
    #[error("{} is left as it is, because {reason}: {advice}", path.display())]
    Refused {
        /// The sidecar, or the picture.
        path: PathBuf,
        /// What is wrong with it.
        reason: Cow<'static, str>,
        /// What can be done.
        advice: &'static str,
    },
}
