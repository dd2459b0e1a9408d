//! Small pictures.

use super::identity::Identity;
use super::{Library, LibraryError, file_row};
use rusqlite::{Connection, OptionalExtension, params};

/// A small picture, and what was seen on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Width and height of the whole picture, upright, in pixels.
    pub size: (u32, u32),
    /// What the camera noted, as whoever keeps it writes it.
    pub exif: Option<String>,
    /// A whole JPEG.
    pub jpeg: Vec<u8>,
}

impl Library {
    /// Keeps small pictures.
    ///
    /// # Errors
    /// None of them could be kept.
    pub fn keep_thumbnails(
        &mut self,
        thumbnails: &[(Identity, Thumbnail)],
    ) -> Result<(), LibraryError> {
        self.change(|library| {
            for (identity, thumbnail) in thumbnails {
                let file = file_row::ensure(library, identity)?;
                library.execute(
                    "INSERT OR REPLACE INTO thumbnail (file, width, height, exif, jpeg) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        file,
                        thumbnail.size.0,
                        thumbnail.size.1,
                        thumbnail.exif,
                        thumbnail.jpeg
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// The small picture of a file as it is now.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn thumbnail(&self, identity: &Identity) -> Result<Option<Thumbnail>, LibraryError> {
        self.said(thumbnail(&self.connection, identity))
    }
}

fn thumbnail(library: &Connection, identity: &Identity) -> rusqlite::Result<Option<Thumbnail>> {
    let Some(row) = file_row::at(library, identity)? else {
        return Ok(None);
    };
    let sql = "SELECT width, height, exif, jpeg FROM thumbnail WHERE file = ?1";
    let mut statement = library.prepare(sql)?;
    let found = statement.query_row([row.id], |row| {
        Ok(Thumbnail {
            size: (row.get(0)?, row.get(1)?),
            exif: row.get(2)?,
            jpeg: row.get(3)?,
        })
    });
    Ok(found.optional()?.filter(|_| row.is(identity)))
}
