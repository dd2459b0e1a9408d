//! Files that cannot be used are put aside, never deleted.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Renames a file to `NAME.unreadable-SECONDS`, replacing nothing, and says to what.
///
/// # Errors
/// It cannot be renamed; then it is where it was.
pub fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    for attempt in 0..100 {
        let mut ending = format!(".unreadable-{seconds}");
        if attempt > 0 {
            ending.push_str(&format!("-{attempt}"));
        }
        let aside = with_ending(path, &ending);
        // The name is taken first, because a rename replaces whatever it finds.
        match File::create_new(&aside) {
            Ok(_) => {
                return fs::rename(path, &aside)
                    .map(|()| aside.clone())
                    .inspect_err(|_| {
                        let _ = fs::remove_file(&aside);
                    });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many were put aside already"))
}

/// Puts the log of a database beside the database again, which is `aside` now: what stands in the
/// log alone would be lost to whoever looks into it, and would spoil the new one.
pub fn companions(path: &Path, aside: &Path) {
    for ending in ["-wal", "-shm"] {
        // Mostly there is none.
        let _ = fs::rename(with_ending(path, ending), with_ending(aside, ending));
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
