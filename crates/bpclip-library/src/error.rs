//! What can go wrong, and what became of a file that could not be used.

use rusqlite::ErrorCode;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why something was not kept or could not be recalled.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// There is no room for it.
    #[error("nothing can be kept in {}: the disk is full", path.display())]
    Full {
        /// The library.
        path: PathBuf,
        /// What the database said.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is damaged.
    #[error("the library {} is damaged", path.display())]
    Damaged {
        /// The library.
        path: PathBuf,
        /// What the database said.
        #[source]
        source: rusqlite::Error,
    },
    /// Anything else that the database says.
    #[error("the library {} cannot be used: {source}", path.display())]
    Failed {
        /// The library.
        path: PathBuf,
        /// What the database said.
        #[source]
        source: rusqlite::Error,
    },
    /// A library that cannot be used could not be put aside.
    #[error("the library {} cannot be used, and not be put aside: {source}", path.display())]
    Aside {
        /// The library.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A new one cannot be used either.
    #[error("no library can be made at {}: {why}", path.display())]
    Again {
        /// The library.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl LibraryError {
    pub(crate) fn new(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path, source },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, source }
            }
            _ => Self::Failed { path, source },
        }
    }

    /// Whether the file itself is at fault, so that opening it again puts it aside.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }
}

/// A library that could not be used; `Display` says what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Where it was.
    pub path: PathBuf,
    /// Why it could not be used.
    pub why: String,
    /// Where it is now.
    pub aside: PathBuf,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the marks and scores kept in {} could not be used ({}); that file is now {}, and a new \
             one is begun",
            self.path.display(),
            self.why,
            self.aside.display()
        )
    }
}
