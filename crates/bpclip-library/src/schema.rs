//! The tables, and opening a file that has them.

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The version of the tables that this program reads and writes.
const VERSION: i64 = 2;
/// Tells our files from other databases: "bpcl".
const APPLICATION: i64 = 0x6270_636c;
/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every file that something is known of. A path is the system's bytes of the real one; without
/// one it is a file that is elsewhere now, known by its content. Times are nanoseconds since 1970.
/// What hangs on a file goes with it, and a decision keeps its file.
const TABLES: &str = "
CREATE TABLE file (
    id       INTEGER PRIMARY KEY,
    path     BLOB UNIQUE,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    used     INTEGER NOT NULL,
    hash     BLOB
) STRICT;
CREATE INDEX file_by_size ON file (size) WHERE hash IS NOT NULL;
CREATE INDEX file_by_use ON file (used);
CREATE TABLE decision (
    file    INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE RESTRICT,
    mark    INTEGER,
    stars   INTEGER NOT NULL,
    label   INTEGER,
    decided INTEGER NOT NULL,
    taken   INTEGER
) STRICT;
CREATE TABLE scorer (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE score (
    file   INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    scorer INTEGER NOT NULL REFERENCES scorer (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    raw    REAL NOT NULL,
    facts  TEXT NOT NULL,
    similarities BLOB NOT NULL,
    features     BLOB NOT NULL,
    levels INTEGER NOT NULL,
    look   BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (file, scorer)
) STRICT;
CREATE TABLE thumbnail (
    file   INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    exif   TEXT,
    jpeg   BLOB NOT NULL
) STRICT;
CREATE TABLE noted (
    file  INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    mark  INTEGER,
    stars INTEGER,
    label INTEGER
) STRICT;
CREATE TABLE sidecar (
    picture  BLOB PRIMARY KEY,
    modified INTEGER NOT NULL
) STRICT;
CREATE TABLE folder (
    path BLOB PRIMARY KEY,
    view TEXT NOT NULL,
    used INTEGER NOT NULL
) STRICT;
CREATE TABLE taste (
    folder BLOB NOT NULL,
    scorer TEXT NOT NULL,
    model  TEXT NOT NULL,
    PRIMARY KEY (folder, scorer)
) STRICT;
";

/// What version 2 has and version 1 had not.
const SINCE_1: &str = "
ALTER TABLE score ADD COLUMN look BLOB NOT NULL DEFAULT x'';
CREATE TABLE taste (
    folder BLOB NOT NULL,
    scorer TEXT NOT NULL,
    model  TEXT NOT NULL,
    PRIMARY KEY (folder, scorer)
) STRICT;
";

/// Why there is no library.
pub enum Refused {
    /// The file is none of ours, or damaged.
    Unusable(String),
    /// The system or the database does not let us.
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Unusable("it is no library".into()),
            Some(ErrorCode::DatabaseCorrupt) => Self::Unusable("it is damaged".into()),
            _ => Self::Failed(error),
        }
    }
}

/// Opens a file that has the tables, or gives it them.
pub fn open(path: &Path) -> Result<Connection, Refused> {
    if let Some(folder) = path.parent() {
        // Where it cannot be made, the database says so.
        let _ = fs::create_dir_all(folder);
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let there = there_now(&mut connection)?;
    if there != There::Current {
        if there == There::Nothing {
            // Counts only before the first table is made.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        }
        let tables = Transaction::new(&mut connection, TransactionBehavior::Immediate)?;
        // Another program may have been quicker.
        match there_in(&tables)? {
            There::Nothing => {
                tables.execute_batch(TABLES)?;
                tables.pragma_update(None, "application_id", APPLICATION)?;
            }
            There::First => tables.execute_batch(SINCE_1)?,
            There::Current => {}
        }
        tables.pragma_update(None, "user_version", VERSION)?;
        tables.commit()?;
    }
    // Where the file system cannot have it, or another program holds it back, the usual journal does.
    let _ = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
    // What was decided is on the disk when it is said to be kept, even if the power goes.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Opens a file that has the tables already.
pub fn join(path: &Path) -> Result<Connection, Refused> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    match there_now(&mut connection)? {
        There::Nothing => Err(Refused::Unusable("it is empty".into())),
        There::First => Err(Refused::Unusable("it is of an older version".into())),
        There::Current => Ok(connection),
    }
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    Nothing,
    /// The tables of version 1.
    First,
    /// The tables as they are now.
    Current,
}

/// [`there_in`], all of it read at one moment: another program may be making the tables just now, and
/// half of before and half of after would be no library.
fn there_now(connection: &mut Connection) -> Result<There, Refused> {
    let moment = connection.transaction()?;
    there_in(&moment)
}

/// What the file holds, if it is new or one of ours.
fn there_in(tables: &Transaction<'_>) -> Result<There, Refused> {
    let number = |name| tables.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let count = "SELECT count(*) FROM sqlite_schema";
    let count: i64 = tables.query_row(count, [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if count == 0 => Ok(There::Nothing),
        (APPLICATION, 1) => Ok(There::First),
        (APPLICATION, VERSION) => Ok(There::Current),
        (APPLICATION, newer) if newer > VERSION => Err(Refused::Unusable(format!(
            "a newer bpclip wrote it: it is of version {newer}, this one reads {VERSION}"
        ))),
        (APPLICATION, other) => Err(Refused::Unusable(format!(
            "it is of version {other}, this bpclip reads {VERSION}"
        ))),
        _ => Err(Refused::Unusable("it is no library".into())),
    }
}

/// Changes several things, all of them or none; waits until nobody else changes any.
pub fn immediate<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let changed = change(&transaction)?;
    transaction.commit()?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of version 1, as that made them.
    fn first(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        let tables = TABLES.replace("    look   BLOB NOT NULL DEFAULT x'',\n", "");
        let (tables, _) = tables.split_once("CREATE TABLE taste").unwrap();
        connection.execute_batch(tables).unwrap();
        let pragma = |name, value: i64| connection.pragma_update(None, name, value).unwrap();
        pragma("application_id", APPLICATION);
        pragma("user_version", 1);
        connection
    }

    #[test]
    fn an_older_library_is_brought_up_to_date_and_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.sqlite");
        let old = first(&path);
        old.execute_batch(
            "INSERT INTO file VALUES (1, x'61', 1, 2, 3, 4, NULL); INSERT INTO scorer VALUES (1, 'a'); \
             INSERT INTO score VALUES (1, 1, 'CPU', 0.5, '{}', x'', x'', 4); \
             INSERT INTO decision VALUES (1, 1, 3, NULL, 5, NULL);",
        )
        .unwrap();
        drop(old);
        assert!(matches!(join(&path), Err(Refused::Unusable(_))));
        for _ in 0..2 {
            let new = open(&path).ok().unwrap();
            let look: Vec<u8> = new
                .query_row("SELECT look FROM score", [], |row| row.get(0))
                .unwrap();
            assert!(look.is_empty());
            let stars: i64 = new
                .query_row("SELECT stars FROM decision", [], |row| row.get(0))
                .unwrap();
            assert_eq!(stars, 3);
            new.execute(
                "INSERT INTO taste VALUES (?1, 'a', '')",
                [rusqlite::types::Null],
            )
            .unwrap_err();
        }
        assert!(join(&path).is_ok());
    }
}
