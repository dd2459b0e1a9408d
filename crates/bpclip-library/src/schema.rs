//! The tables, and opening a file that has them.

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The version of the tables that this program reads and writes.
const VERSION: i64 = 1;
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
    if is_new_now(&mut connection)? {
        // Counts only before the first table is made.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        let tables = Transaction::new(&mut connection, TransactionBehavior::Immediate)?;
        // Another program may have been quicker.
        if is_new(&tables)? {
            tables.execute_batch(TABLES)?;
            tables.pragma_update(None, "application_id", APPLICATION)?;
            tables.pragma_update(None, "user_version", VERSION)?;
        }
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
    match is_new_now(&mut connection)? {
        true => Err(Refused::Unusable("it is empty".into())),
        false => Ok(connection),
    }
}

/// [`is_new`], all of it read at one moment: another program may be making the tables just now, and
/// half of before and half of after would be no library.
fn is_new_now(connection: &mut Connection) -> Result<bool, Refused> {
    let moment = connection.transaction()?;
    is_new(&moment)
}

/// Whether the file is new; else it must be one of ours.
fn is_new(tables: &Transaction<'_>) -> Result<bool, Refused> {
    let number = |name| tables.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let count = "SELECT count(*) FROM sqlite_schema";
    let count: i64 = tables.query_row(count, [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if count == 0 => Ok(true),
        (APPLICATION, VERSION) => Ok(false),
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
