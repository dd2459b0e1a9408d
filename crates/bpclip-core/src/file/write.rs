//! Files that appear whole or not at all.

use super::open::must_be_file;
use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The names of files that are being written.
const PREFIX: &str = ".bpclip-";
const SUFFIX: &str = ".tmp";
/// Links that are followed before they are taken for a circle, as on Linux.
const MOST_LINKS: usize = 40;

/// Writes `target` through a temporary file beside it, which takes its place only once every
/// byte is on the disk. What stood there before stays until then. A link of that name is replaced,
/// not what it leads to: for a file that the user named himself there is [`write_to`].
///
/// # Errors
/// Whatever the file system or `write` says; `target` is untouched then. A pipe, a device or a
/// folder is never replaced.
pub fn write_whole(
    target: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    match fs::symlink_metadata(target) {
        Ok(there) if there.is_symlink() => {}
        Ok(there) => must_be_file(there.file_type())?,
        // Where it cannot be made, that is said below.
        Err(_) => {}
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    let file = builder.make_in(folder, |path| pending().create(path));
    let file = file.map_err(without_path)?;
    let name = file.path().to_owned();
    let written = fill(file.as_file(), write).and_then(|()| {
        file.as_file().sync_all()?;
        let pending = pending();
        let kept = pending.check().map(|()| file.persist(target));
        kept?.map(drop).map_err(|error| error.error)
    });
    pending().names.remove(&name);
    written
}

/// Writes what a user named as output: a file whole or not at all, as [`write_whole`]. A link goes
/// on leading where it leads, and what lies there is replaced. A device or a pipe, such as
/// `/dev/stdout`, is written to as it is.
///
/// # Errors
/// Whatever the file system or `write` says.
pub fn write_to(
    target: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    match destination(target)? {
        Some(file) => write_whole(&file, write),
        // Behind what is there already, where the output of a shell's line goes into a file.
        None => fill(&OpenOptions::new().append(true).open(target)?, write),
    }
}

/// The cause alone: nobody knows the temporary file.
fn without_path(error: io::Error) -> io::Error {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    match cause.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

fn fill(
    file: &File,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    write(&mut writer)?;
    writer.flush()
}

/// The file behind all links, which need not be there yet; none where it is no file but takes what
/// is written.
fn destination(target: &Path) -> io::Result<Option<PathBuf>> {
    if fs::metadata(target).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return Ok(None);
    }
    let mut path = target.to_owned();
    for _ in 0..MOST_LINKS {
        // An output that the program has open already, under one of the system's names.
        if path.starts_with("/proc") || path.starts_with("/dev/fd") {
            return Ok(None);
        }
        let Ok(next) = fs::read_link(&path) else {
            return Ok(Some(path));
        };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// The temporary files of this process.
struct Pending {
    names: BTreeSet<PathBuf>,
    /// Whether the process is about to end: no more are made, and none takes its place.
    closed: bool,
}

static PENDING: Mutex<Pending> = Mutex::new(Pending {
    names: BTreeSet::new(),
    closed: false,
});

fn pending() -> MutexGuard<'static, Pending> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pending {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        self.check()?;
        let file = File::create_new(path)?;
        self.names.insert(path.to_owned());
        Ok(file)
    }

    fn check(&self) -> io::Result<()> {
        match self.closed {
            true => Err(io::Error::other("the program ends")),
            false => Ok(()),
        }
    }
}

/// Removes the temporary files of this process, which is about to end without unwinding, as by a
/// signal. Nothing is written any more.
pub fn remove_pending() {
    let mut pending = pending();
    pending.closed = true;
    for name in &pending.names {
        // One that stays costs room and nothing else.
        let _ = fs::remove_file(name);
    }
}

/// Removes from a folder what a process that was killed while it wrote there left behind.
pub fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            // One that stays costs room and nothing else.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("table.csv");
        write_whole(&target, |file| file.write_all(b"old")).unwrap();
        let failed = write_whole(&target, |file| {
            file.write_all(b"new")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_unfinished_files_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".bpclip-a1b2c3.tmp", "notes.tmp", ".bpclip-notes"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        remove_unfinished(folder.path());
        assert!(!folder.path().join(".bpclip-a1b2c3.tmp").exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_where_a_user_named_it_and_goes_where_nobody_did() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("far")).unwrap();
        symlink("far/file", at("link")).unwrap();
        symlink("link", at("second")).unwrap();
        for text in ["not there yet", "there"] {
            write_to(&at("second"), |out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(at("far/file")).unwrap(), text);
        }
        assert!(at("second").is_symlink() && at("link").is_symlink());
        write_whole(&at("second"), |out| out.write_all(b"here")).unwrap();
        assert!(!at("second").is_symlink());
        assert_eq!(fs::read_to_string(at("far/file")).unwrap(), "there");
        symlink("round", at("round")).unwrap();
        let circle = write_to(&at("round"), |_| Ok(())).unwrap_err();
        assert!(circle.to_string().contains("circle"), "{circle}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_or_a_device_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        for target in [folder.path(), Path::new("/dev/full")] {
            assert!(write_whole(target, |_| Ok(())).is_err());
        }
        write_to(Path::new("/dev/null"), |out| out.write_all(b"gone")).unwrap();
        let full = write_to(Path::new("/dev/full"), |out| out.write_all(b"no room"));
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
