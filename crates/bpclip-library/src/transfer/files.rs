//! One file: copied, moved, and brought back.

use super::{How, Step, TransferError, bin};
use crate::identity::content_hash;
use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The names of files that are not whole yet.
const UNFINISHED: (&str, &str) = (".bpclip-", ".tmp");

/// Copies or moves one file, or puts it into the bin.
///
/// # Errors
/// It could not be, or something is in its new place; then it is where it was.
pub fn carry_out(how: How, step: &Step) -> Result<(), TransferError> {
    let done = match (how, &step.to) {
        (How::Copy, Some(to)) => copy(&step.from, to),
        (How::Move, Some(to)) => relocate(&step.from, to),
        (How::Bin, None) => bin::put(&step.from),
        _ => Err(io::Error::other("it is not said where it goes")),
    };
    done.map_err(|cause| TransferError::new(&step.from, cause))
}

/// Takes back one step of a copy or a move: a copy goes, if it is one still; a moved file goes back
/// where it was. What was not done yet is nothing to take back.
///
/// # Errors
/// The copy was changed since, or something is where the file was, or the system does not let us.
pub fn undo(how: How, from: &Path, to: &Path) -> Result<(), TransferError> {
    let there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let undone = match (how, there(from), there(to)) {
        (_, _, false) => Ok(()),
        (How::Move, false, true) => relocate(to, from),
        // The second of a move that was killed between its two halves, or a copy.
        (_, true, true) if is_same(from, to) => fs::remove_file(to),
        (_, true, true) => Err(io::Error::other("it was changed since, so it stays")),
        (_, false, true) => Err(io::Error::other(
            "what it was copied from is gone, so the copy stays",
        )),
    };
    undone.map_err(|cause| TransferError::new(to, cause))
}

/// Removes from a folder what a process that was killed while it copied there left behind.
pub fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1) {
            // One that stays costs room and nothing else.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether two files are there and have the same content.
pub fn is_same(a: &Path, b: &Path) -> bool {
    let length = |path: &Path| fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let lengths = length(a).zip(length(b));
    lengths.is_some_and(|(a, b)| a.len() == b.len())
        && content_hash(a)
            .ok()
            .zip(content_hash(b).ok())
            .is_some_and(|(a, b)| a == b)
}

/// Copies a file with its times, whole or not at all, and never over another.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut source = File::open(from)?;
    let metadata = source.metadata()?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED.0).suffix(UNFINISHED.1);
    let mut file = builder.tempfile_in(folder).map_err(bare)?;
    let copied = io::copy(&mut source, file.as_file_mut())?;
    if copied != metadata.len() {
        return Err(io::Error::other("it changed while it was copied"));
    }
    file.as_file().set_permissions(metadata.permissions())?;
    if let Ok(modified) = metadata.modified() {
        file.as_file().set_modified(modified)?;
    }
    file.as_file().sync_all()?;
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(())
}

/// Moves a file, never over another; the old name goes once the new one is there.
pub fn relocate(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Another file system, or one that has no links.
        Err(_) => copy(from, to)?,
    }
    let removed = fs::remove_file(from);
    if removed.is_err() && from.symlink_metadata().is_ok() {
        // It stays where it is, and there alone.
        fs::remove_file(to)?;
        return removed;
    }
    Ok(())
}

/// The cause alone: nobody knows the unfinished file.
pub fn bare(error: io::Error) -> io::Error {
    let cause = error.source();
    let cause = cause.and_then(|cause| cause.downcast_ref::<io::Error>());
    match cause.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}
