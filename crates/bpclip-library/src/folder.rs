//! How a folder was looked at.

use super::identity::{now, path_bytes};
use super::{Library, LibraryError};
use rusqlite::{OptionalExtension, params};
use std::path::Path;

impl Library {
    /// Keeps how a folder is looked at, in the caller's own words.
    ///
    /// # Errors
    /// It could not be kept.
    pub fn keep_view(&mut self, folder: &Path, view: &str) -> Result<(), LibraryError> {
        self.change(|library| {
            let sql = "INSERT OR REPLACE INTO folder (path, view, used) VALUES (?1, ?2, ?3)";
            library.execute(sql, params![path_bytes(folder), view, now()])
        })?;
        Ok(())
    }

    /// How a folder was looked at last.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn view(&self, folder: &Path) -> Result<Option<String>, LibraryError> {
        let sql = "SELECT view FROM folder WHERE path = ?1";
        let found = self
            .connection
            .query_row(sql, [path_bytes(folder)], |row| row.get(0));
        self.said(found.optional())
    }
}
