//! How much is kept, and what goes when that is too much.

use super::file_row::{self, FileRow};
use super::identity::{Identity, now};
use super::{Library, LibraryError};
use rusqlite::Connection;

/// Files whose scores and thumbnails are forgotten at once.
const AT_ONCE: i64 = 256;

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes on the disk.
    pub bytes: u64,
    /// Pictures whose score or thumbnail is kept.
    pub pictures: u64,
    /// Pictures on which something was decided.
    pub decisions: u64,
}

impl Library {
    /// How much is kept.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn size(&self) -> Result<Size, LibraryError> {
        self.said(size(&self.connection))
    }

    /// Notes that files are used, so that what is kept of them is among the last to go.
    ///
    /// # Errors
    /// It could not be kept.
    pub fn touch(&mut self, files: &[Identity]) -> Result<(), LibraryError> {
        let mut stale = Vec::new();
        for file in files {
            let row = file_row::at(&self.connection, file);
            stale.extend(self.said(row)?.filter(FileRow::is_stale));
        }
        if stale.is_empty() {
            return Ok(());
        }
        self.change(|library| {
            for row in &stale {
                let sql = "UPDATE file SET used = ?2 WHERE id = ?1";
                library.execute(sql, [row.id, now()])?;
            }
            Ok(())
        })
    }

    /// Forgets what can be found out again, of what was not used for longest first, until no more
    /// than `most` bytes are kept. What was decided always stays.
    ///
    /// # Errors
    /// The library cannot be read or written.
    pub fn trim(&mut self, most: u64) -> Result<(), LibraryError> {
        if used(&self.connection).is_ok_and(|used| used <= most) {
            return Ok(());
        }
        // Some room, so that this is not for every picture.
        let enough = most / 10 * 9;
        loop {
            let left = used(&self.connection);
            if self.said(left)? <= enough || self.change(forget_oldest)? == 0 {
                return self.shrink();
            }
        }
    }

    /// Forgets all that can be found out again.
    ///
    /// # Errors
    /// The library cannot be read or written.
    pub fn clear(&mut self) -> Result<(), LibraryError> {
        self.change(|library| {
            library.execute_batch(
                "DELETE FROM score; DELETE FROM scorer; DELETE FROM thumbnail; DELETE FROM noted; \
                 DELETE FROM file WHERE id NOT IN (SELECT file FROM decision);",
            )
        })?;
        self.shrink()
    }

    /// Forgets all that was decided, what was learned from it, and how folders were looked at.
    ///
    /// # Errors
    /// The library cannot be read or written.
    pub fn clear_decisions(&mut self) -> Result<(), LibraryError> {
        self.change(|library| {
            library.execute_batch(
                "DELETE FROM decision; DELETE FROM taste; DELETE FROM folder; \
                 DELETE FROM file WHERE path IS NULL;",
            )
        })?;
        self.shrink()
    }

    /// Gives room that is free back to the system.
    fn shrink(&self) -> Result<(), LibraryError> {
        self.said(vacuum(&self.connection))?;
        // Somebody may be reading; then it is done another time.
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let _ = self.connection.query_row(checkpoint, [], |_| Ok(()));
        Ok(())
    }
}

/// Every step gives one page back.
fn vacuum(library: &Connection) -> rusqlite::Result<()> {
    let mut statement = library.prepare("PRAGMA incremental_vacuum")?;
    let mut steps = statement.query([])?;
    while steps.next()?.is_some() {}
    Ok(())
}

fn number(library: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let number: i64 = library.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or(0))
}

fn used(library: &Connection) -> rusqlite::Result<u64> {
    let pages = number(library, "PRAGMA page_count")?;
    let free = number(library, "PRAGMA freelist_count")?;
    Ok((pages - free) * number(library, "PRAGMA page_size")?)
}

fn size(library: &Connection) -> rusqlite::Result<Size> {
    Ok(Size {
        bytes: number(library, "PRAGMA page_count")? * number(library, "PRAGMA page_size")?,
        pictures: number(
            library,
            "SELECT count(*) FROM (SELECT file FROM score UNION SELECT file FROM thumbnail)",
        )?,
        decisions: number(library, "SELECT count(*) FROM decision")?,
    })
}

/// Forgets what was found out about the files that were not used for longest; how many they were.
fn forget_oldest(library: &Connection) -> rusqlite::Result<usize> {
    let sql = "SELECT id FROM file WHERE EXISTS (SELECT 1 FROM score WHERE file = id) \
               OR EXISTS (SELECT 1 FROM thumbnail WHERE file = id) ORDER BY used LIMIT ?1";
    let mut statement = library.prepare(sql)?;
    let oldest: Vec<i64> = statement
        .query_map([AT_ONCE], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &oldest {
        file_row::forget_found_out(library, *id)?;
        let sql = "DELETE FROM file WHERE id = ?1 AND id NOT IN (SELECT file FROM decision)";
        library.execute(sql, [*id])?;
    }
    Ok(oldest.len())
}
