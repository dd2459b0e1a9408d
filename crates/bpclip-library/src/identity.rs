//! What tells one picture's file from another's.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// File systems note times no finer than this: within it a file may have changed again, and its
/// length and time be the same.
const COARSE: Duration = Duration::from_secs(2);

/// A file as it was when it was looked at: its real path, its length, and when it was last written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Its real path, through all links.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: i64,
}

impl Identity {
    /// That of a file as it is now.
    ///
    /// # Errors
    /// It cannot be looked at, or is no file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        let metadata = fs::metadata(&path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Ok(Self {
            path,
            size: metadata.len(),
            modified: nanoseconds(metadata.modified()?),
        })
    }

    /// Whether it may have changed since without looking so, if it was noted at `seen`.
    pub(crate) fn is_uncertain(&self, seen: i64) -> bool {
        let coarse = i64::try_from(COARSE.as_nanos()).unwrap_or(i64::MAX);
        self.modified.saturating_add(coarse) >= seen
    }
}

/// The real path of a file that is gone: of its folder, through all links, and its name.
pub(crate) fn real_of_gone(file: &Path) -> PathBuf {
    let folder = file
        .parent()
        .and_then(|folder| fs::canonicalize(folder).ok());
    match (folder, file.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => file.to_owned(),
    }
}

/// SHA-256 of a file's content.
pub(crate) fn content_hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 20];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
}

/// A time as the file has it; 1970 for what is beyond its reach.
pub(crate) fn nanoseconds(time: SystemTime) -> i64 {
    let since = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|n| -n),
    };
    since.unwrap_or(0)
}

/// A time as the program has it.
pub(crate) fn time(nanoseconds: i64) -> SystemTime {
    let since = Duration::from_nanos(nanoseconds.unsigned_abs());
    match nanoseconds {
        0.. => UNIX_EPOCH + since,
        _ => UNIX_EPOCH - since,
    }
}

/// Now, as the file has it.
pub(crate) fn now() -> i64 {
    nanoseconds(SystemTime::now())
}

/// A path as the file has it.
#[cfg(unix)]
pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// A path as the file has it.
#[cfg(not(unix))]
pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// A path as the program has it.
#[cfg(unix)]
pub(crate) fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// A path as the program has it.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_and_after_1970_are_the_same_again() {
        for nanos in [0, 1, -1, 1_764_000_000_123_456_789, -86_400_000_000_000] {
            assert_eq!(nanoseconds(time(nanos)), nanos);
        }
    }

    #[test]
    fn a_file_that_was_just_written_is_uncertain() {
        let identity = Identity {
            path: "/a".into(),
            size: 1,
            modified: 10_000_000_000,
        };
        assert!(identity.is_uncertain(11_000_000_000));
        assert!(!identity.is_uncertain(12_000_000_001));
    }

    #[test]
    fn links_lead_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jpg");
        fs::write(&file, b"one").unwrap();
        let roundabout = folder.path().join(".").join("a.jpg");
        assert_eq!(
            Identity::of(&file).unwrap(),
            Identity::of(&roundabout).unwrap()
        );
        assert!(Identity::of(folder.path()).is_err());
    }
}
