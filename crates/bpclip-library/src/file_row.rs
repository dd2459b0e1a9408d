//! The rows of files.

use super::identity::{Identity, content_hash, now, path_bytes};
use rusqlite::{Connection, OptionalExtension, params};

/// Nanoseconds of a day: how often it is noted that a file was used.
const DAY: i64 = 86_400_000_000_000;

/// A file that something is known of.
#[derive(Debug)]
pub struct FileRow {
    pub id: i64,
    pub size: i64,
    pub modified: i64,
    pub seen: i64,
    pub used: i64,
    pub hash: Option<Vec<u8>>,
}

/// The row of a path, whatever stood there then.
pub fn at(connection: &Connection, identity: &Identity) -> rusqlite::Result<Option<FileRow>> {
    let sql = "SELECT id, size, modified, seen, used, hash FROM file WHERE path = ?1";
    let mut statement = connection.prepare(sql)?;
    statement
        .query_row([path_bytes(&identity.path)], |row| {
            Ok(FileRow {
                id: row.get(0)?,
                size: row.get(1)?,
                modified: row.get(2)?,
                seen: row.get(3)?,
                used: row.get(4)?,
                hash: row.get(5)?,
            })
        })
        .optional()
}

impl FileRow {
    /// Whether it is of this very content.
    pub fn is(&self, identity: &Identity) -> bool {
        let same = self.size == length(identity) && self.modified == identity.modified;
        same && (!identity.is_uncertain(self.seen) || self.has_content_of(identity))
    }

    /// Whether the content is known, and that of the file.
    fn has_content_of(&self, identity: &Identity) -> bool {
        let hash = content_hash(&identity.path).ok();
        hash.is_some_and(|hash| self.hash.as_deref() == Some(&hash[..]))
    }

    /// Whether it should be noted that it was used.
    pub fn is_stale(&self) -> bool {
        now() - self.used > DAY
    }
}

/// The row of a file as it is now, made if need be. What was found out about another content is
/// forgotten; what was decided stays where [`recall`](super::recall) lets it.
pub fn ensure(connection: &Connection, identity: &Identity) -> rusqlite::Result<i64> {
    let now = now();
    if let Some(row) = at(connection, identity)? {
        if !row.is(identity) {
            renew(connection, row.id, identity)?;
        }
        return Ok(row.id);
    }
    connection.execute(
        "INSERT INTO file (path, size, modified, seen, used, hash) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        params![
            path_bytes(&identity.path),
            length(identity),
            identity.modified,
            now,
            hash_if_uncertain(identity, now)
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// The file of a row has another content, or another place, now.
pub fn renew(connection: &Connection, id: i64, identity: &Identity) -> rusqlite::Result<()> {
    forget_found_out(connection, id)?;
    let now = now();
    connection.execute(
        "UPDATE file SET path = ?2, size = ?3, modified = ?4, seen = ?5, used = ?5, hash = ?6 \
         WHERE id = ?1",
        params![
            id,
            path_bytes(&identity.path),
            length(identity),
            identity.modified,
            now,
            hash_if_uncertain(identity, now)
        ],
    )?;
    Ok(())
}

/// Forgets what can be found out again.
pub fn forget_found_out(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    for table in ["score", "thumbnail", "noted"] {
        connection.execute(&format!("DELETE FROM {table} WHERE file = ?1"), [id])?;
    }
    Ok(())
}

/// Only the content tells a file that was written a moment ago from one that is written again.
fn hash_if_uncertain(identity: &Identity, now: i64) -> Option<Vec<u8>> {
    let hash = || content_hash(&identity.path).ok();
    let uncertain = identity.is_uncertain(now);
    uncertain.then(hash).flatten().map(|hash| hash.to_vec())
}

pub fn length(identity: &Identity) -> i64 {
    i64::try_from(identity.size).unwrap_or(i64::MAX)
}
