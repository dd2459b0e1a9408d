//! The bins of Windows and macOS.

use std::io;
use std::path::Path;

/// Whether the bin gives files back to a program.
pub const GIVES_BACK: bool = cfg!(windows);

/// Puts a file into the bin.
pub fn put(path: &Path) -> io::Result<()> {
    // What is gone is said to be.
    path.symlink_metadata()?;
    #[cfg(any(windows, target_os = "macos"))]
    return trash::delete(path).map_err(said);
    #[cfg(not(any(windows, target_os = "macos")))]
    Err(io::Error::other("this system has no bin"))
}

#[cfg(any(windows, target_os = "macos"))]
fn said(error: trash::Error) -> io::Error {
    match error {
        trash::Error::Os { description, .. } | trash::Error::Unknown { description } => {
            io::Error::other(description)
        }
        _ => io::Error::other("the bin does not take it"),
    }
}

/// What is in the bin.
pub struct Bin {
    #[cfg(windows)]
    items: Vec<trash::TrashItem>,
}

impl Bin {
    /// Looks into it.
    pub fn look() -> io::Result<Self> {
        Ok(Self {
            #[cfg(windows)]
            items: trash::os_limited::list().map_err(said)?,
        })
    }

    /// Puts a file back where it was, if it was put into the bin at `since` (seconds since 1970) or
    /// later; the last one, if there are several. What was not put there is nothing to bring back.
    #[cfg(windows)]
    pub fn restore(&mut self, path: &Path, since: u64) -> io::Result<()> {
        let since = i64::try_from(since).unwrap_or(i64::MAX).saturating_sub(2);
        let is =
            |item: &&trash::TrashItem| item.time_deleted >= since && item.original_path() == path;
        let last = self
            .items
            .iter()
            .filter(is)
            .max_by_key(|item| item.time_deleted);
        match (last, path.symlink_metadata().is_ok()) {
            (None, true) => Ok(()),
            (None, false) => Err(super::gone()),
            (Some(_), true) => Err(super::taken()),
            (Some(item), false) => trash::os_limited::restore_all([item.clone()]).map_err(said),
        }
    }

    /// Nothing comes back.
    #[cfg(not(windows))]
    pub fn restore(&mut self, path: &Path, _: u64) -> io::Result<()> {
        match path.symlink_metadata() {
            Ok(_) => Ok(()),
            Err(_) => Err(io::Error::other(
                "this system's bin gives nothing back to a program: take it out there",
            )),
        }
    }
}
