//! One fetch of a file at a time, among threads and among processes.

use super::fetch::TICK;
use super::store::beside;
use super::{CatalogueError, Progress};
use bpclip_core::file::open_own;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Holds the lock on a file for as long as it lives. The lock file stays, empty: were it removed,
/// two could hold different files of that name.
///
/// # Errors
/// The lock file cannot be made, locks are not known here, or it was told to stop.
pub fn lock(
    path: &Path,
    watch: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<File, CatalogueError> {
    let path = beside(path, "lock");
    let mut options = OpenOptions::new();
    let file = open_own(&path, options.write(true).create(true).truncate(false));
    let file = file.map_err(|source| CatalogueError::Folder {
        path: path.clone(),
        source,
    })?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(CatalogueError::io(&path, source)),
            Err(TryLockError::WouldBlock) if stop.load(Ordering::Relaxed) => {
                return Err(CatalogueError::Cancelled);
            }
            Err(TryLockError::WouldBlock) => {
                watch(Progress::Waiting);
                std::thread::sleep(TICK);
            }
        }
    }
}
