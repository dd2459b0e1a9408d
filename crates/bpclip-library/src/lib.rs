//! What is kept of pictures between one start and the next, in one file: what a person decided on
//! them ([`Decision`]), and what took time to find out (scores, thumbnails, what others noted). The
//! first is never removed but on a person's word; of the second, what was not used for longest goes
//! when there is too much of it.
//!
//! A picture is told by its file: path, length and time of the last change, and by its content
//! where those are not enough, as after it was moved ([`Identity`]).
//!
//! The file is an SQLite database with a write-ahead log. Several programs may have it open at once:
//! readers never wait, writers wait for each other; what was kept survives a kill at any moment. A
//! file that cannot be used is put aside, never deleted ([`Library::open`]).

#![warn(missing_docs)]

mod aside;
mod bounds;
mod decision;
mod error;
mod file_row;
mod folder;
mod follow;
mod identity;
mod noted;
mod recall;
mod schema;
mod score;
mod taste;
mod thumbnail;
pub mod transfer;

#[cfg(test)]
mod tests;

pub use aside::put_aside;
pub use bounds::Size;
pub use decision::{Decision, Label, Mark};
pub use error::{LibraryError, Unusable};
pub use identity::Identity;
pub use recall::Decided;
pub use score::Score;
pub use taste::Marked;
pub use thumbnail::Thumbnail;

use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// One line to a library; a thread each.
#[derive(Debug)]
pub struct Library {
    connection: Connection,
    path: PathBuf,
}

impl Library {
    /// Opens the library in a file, making it and its folder if need be. One that cannot be used,
    /// because it is damaged, something else, or of a newer version, is renamed and a new one begun;
    /// then what became of it is told too.
    ///
    /// # Errors
    /// The file cannot be opened or made, or what cannot be used could not be put aside either.
    pub fn open(path: &Path) -> Result<(Self, Option<Unusable>), LibraryError> {
        let why = match schema::open(path) {
            Ok(connection) => return Ok((Self::of(connection, path), None)),
            Err(schema::Refused::Unusable(why)) => why,
            Err(schema::Refused::Failed(source)) => return Err(LibraryError::new(path, source)),
        };
        let aside = put_aside(path).map_err(|source| LibraryError::Aside {
            path: path.to_owned(),
            source,
        })?;
        aside::companions(path, &aside);
        match schema::open(path) {
            Ok(connection) => {
                let unusable = Unusable {
                    path: path.to_owned(),
                    why,
                    aside,
                };
                Ok((Self::of(connection, path), Some(unusable)))
            }
            Err(schema::Refused::Failed(source)) => Err(LibraryError::new(path, source)),
            Err(schema::Refused::Unusable(why)) => Err(LibraryError::Again {
                path: path.to_owned(),
                why,
            }),
        }
    }

    /// One more line to a library that is there already: never makes one, or puts one aside.
    ///
    /// # Errors
    /// There is none that can be used.
    pub fn join(path: &Path) -> Result<Self, LibraryError> {
        match schema::join(path) {
            Ok(connection) => Ok(Self::of(connection, path)),
            Err(schema::Refused::Failed(source)) => Err(LibraryError::new(path, source)),
            Err(schema::Refused::Unusable(why)) => Err(LibraryError::Again {
                path: path.to_owned(),
                why,
            }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn of(connection: Connection, path: &Path) -> Self {
        Self {
            connection,
            path: path.to_owned(),
        }
    }

    /// What the database says, with the file's name.
    fn said<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|source| LibraryError::new(&self.path, source))
    }

    /// Changes several things, all of them or none.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LibraryError> {
        let changed = schema::immediate(&mut self.connection, change);
        self.said(changed)
    }
}
