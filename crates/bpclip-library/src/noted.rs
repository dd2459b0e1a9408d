//! What other programs or the camera wrote into a picture's file, and sidecars that are our own.

use super::identity::{Identity, nanoseconds, path_bytes};
use super::{Decision, Library, LibraryError, file_row};
use rusqlite::{OptionalExtension, params};
use std::path::Path;
use std::time::SystemTime;

impl Library {
    /// Keeps what stands in pictures' files; nothing is worth keeping too: files are not looked
    /// through again.
    ///
    /// # Errors
    /// None of it could be kept.
    pub fn keep_noted(
        &mut self,
        noted: &[(Identity, Option<Decision>)],
    ) -> Result<(), LibraryError> {
        self.change(|library| {
            for (identity, noted) in noted {
                let file = file_row::ensure(library, identity)?;
                library.execute(
                    "INSERT OR REPLACE INTO noted (file, mark, stars, label) \
                     VALUES (?1, ?2, ?3, ?4)",
                    params![
                        file,
                        noted.and_then(|noted| noted.mark),
                        noted.map(|noted| noted.stars),
                        noted.and_then(|noted| noted.label)
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// What stands in a picture's file as it is now: `None` where nobody has looked.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn noted(&self, identity: &Identity) -> Result<Option<Option<Decision>>, LibraryError> {
        let row = file_row::at(&self.connection, identity);
        let row = self.said(row)?.filter(|row| row.is(identity));
        let Some(row) = row else { return Ok(None) };
        let sql = "SELECT mark, stars, label FROM noted WHERE file = ?1";
        let found = self.connection.query_row(sql, [row.id], |row| {
            let stars: Option<u8> = row.get(1)?;
            let (mark, label) = (row.get(0)?, row.get(2)?);
            Ok(stars.map(|stars| Decision { mark, stars, label }))
        });
        self.said(found.optional())
    }

    /// Keeps when a sidecar was written by this program: what stands in it is nobody else's word.
    ///
    /// # Errors
    /// It could not be kept.
    pub fn keep_sidecar(
        &mut self,
        sidecar: &Path,
        modified: SystemTime,
    ) -> Result<(), LibraryError> {
        self.change(|library| {
            let sql = "INSERT OR REPLACE INTO sidecar (picture, modified) VALUES (?1, ?2)";
            library.execute(sql, params![path_bytes(sidecar), nanoseconds(modified)])
        })?;
        Ok(())
    }

    /// Whether a sidecar that was written then is as this program wrote it.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn is_own_sidecar(
        &self,
        sidecar: &Path,
        modified: SystemTime,
    ) -> Result<bool, LibraryError> {
        let sql = "SELECT modified FROM sidecar WHERE picture = ?1";
        let found = self
            .connection
            .query_row(sql, [path_bytes(sidecar)], |row| row.get::<_, i64>(0));
        Ok(self.said(found.optional())? == Some(nanoseconds(modified)))
    }
}
