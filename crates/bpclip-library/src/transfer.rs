//! Files that are copied or moved into a folder together, such as a picture, its raw file and their
//! sidecars: nothing is ever overwritten, and a log makes one undo possible.
//!
//! The whole [`Plan`] is on the disk as a log before the first file is touched. A file appears in the
//! folder whole or not at all; of a moved one the old goes only once the new is there. So whenever it
//! is stopped, every file is whole in one place at least, and [`undo`] finds what was done.

use super::identity::content_hash;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use thiserror::Error;

/// What becomes of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// They stay where they are too.
    Copy,
    /// They go from where they are.
    Move,
}

/// A file and its new place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it is.
    pub from: PathBuf,
    /// Where it goes; nothing is there.
    pub to: PathBuf,
}

/// What is to be done, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Copied or moved.
    pub how: How,
    /// The files, in order.
    pub steps: Vec<Step>,
}

/// Why a file was not copied or moved, or not brought back. It is where it was.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct TransferError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub cause: io::Error,
}

/// The files that belong to a picture: those of its name that `is_picture`, such as a raw file beside
/// its JPEG, and the XMP sidecars of all of them. The picture itself is among them. In order.
///
/// # Errors
/// Its folder cannot be read.
pub fn belongings(picture: &Path, is_picture: impl Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let folder = match picture.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let stem = lower(picture.file_stem());
    let mut files = vec![picture.to_owned()];
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let path = picture.with_file_name(&name);
        let bare = Path::new(&name);
        let sidecar = lower(bare.extension()) == "xmp";
        // `a.xmp` and `a.jpg.xmp` are both sidecars of `a.jpg`.
        let of = match bare.file_stem().map(Path::new) {
            Some(inner) if sidecar && is_picture(inner) => lower(inner.file_stem()),
            inner => lower(inner.map(Path::as_os_str)),
        };
        if of == stem && path != picture && path.is_file() && (sidecar || is_picture(bare)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn lower(name: Option<&std::ffi::OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().to_lowercase()
}

impl Plan {
    /// Where files go in a folder. Each item is files that belong together: they keep one name. Where
    /// that is taken, by what is there or by another item, it gets a number. Copies that are there
    /// already are not made again.
    pub fn new(how: How, folder: &Path, items: &[Vec<PathBuf>]) -> Self {
        let mut taken = HashSet::new();
        let mut steps = Vec::new();
        for item in items {
            let stem = item.iter().map(|file| stem(file)).min_by_key(String::len);
            let stem = stem.unwrap_or_default();
            let named = |number: usize| -> Vec<Step> {
                let files = item.iter();
                let step = |file: &PathBuf| {
                    let name = file.file_name().unwrap_or_default().to_string_lossy();
                    let rest = name.get(stem.len()..).unwrap_or_default();
                    let name = match number {
                        1 => name.clone().into_owned(),
                        number => format!("{stem}-{number}{rest}"),
                    };
                    // The log is read from any folder.
                    let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
                    Step {
                        from: whole(file.clone()),
                        to: whole(folder.join(name)),
                    }
                };
                files.map(step).collect()
            };
            let key = |step: &Step| step.to.to_string_lossy().to_lowercase();
            let free = |steps: &Vec<Step>| {
                let is = |step: &Step| {
                    let there = fs::symlink_metadata(&step.to).is_ok();
                    !taken.contains(&key(step)) && (!there || is_done(how, step))
                };
                steps.iter().all(is)
            };
            if let Some(mut free) = (1..).map(named).find(free) {
                taken.extend(free.iter().map(key));
                free.retain(|step| !is_done(how, step));
                steps.extend(free);
            }
        }
        Self { how, steps }
    }

    /// Writes the plan as a log into a folder, which is made if need be; says under which name.
    ///
    /// # Errors
    /// It cannot be written; then nothing must be done.
    pub fn log(&self, folder: &Path) -> Result<PathBuf, TransferError> {
        let failed = |cause| TransferError {
            path: folder.to_owned(),
            cause,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        writeln!(file, "{text}").map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_secs());
        for attempt in 1..100 {
            let number = match attempt {
                1 => String::new(),
                number => format!("-{number}"),
            };
            let path = folder.join(format!("bpclip-pick-{seconds}{number}.json"));
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = error.file;
                }
                Err(error) => return Err(failed(error.error)),
            }
        }
        Err(failed(io::Error::other("too many logs are there already")))
    }

    /// Reads a log.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn of_log(log: &Path) -> Result<Self, TransferError> {
        let read = File::open(log).and_then(|file| {
            serde_json::from_reader(BufReader::new(file)).map_err(io::Error::from)
        });
        read.map_err(|cause| TransferError {
            path: log.to_owned(),
            cause,
        })
    }
}

/// The part of a name before its endings: of `a.jpg` and of `a.jpg.xmp` it is `a`.
fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let sidecar = name.to_lowercase().ends_with(".xmp");
    let inner = Path::new(stem.as_ref()).file_stem().filter(|_| sidecar);
    inner.map_or(stem.clone().into_owned(), |inner| {
        inner.to_string_lossy().into_owned()
    })
}

/// Whether a copy is there already.
fn is_done(how: How, step: &Step) -> bool {
    how == How::Copy && is_same(&step.from, &step.to)
}

/// Whether two files are there and have the same content.
fn is_same(a: &Path, b: &Path) -> bool {
    let length = |path: &Path| fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let lengths = length(a).zip(length(b));
    lengths.is_some_and(|(a, b)| a.len() == b.len())
        && content_hash(a)
            .ok()
            .zip(content_hash(b).ok())
            .is_some_and(|(a, b)| a == b)
}

/// Copies or moves one file.
///
/// # Errors
/// It could not be, or something is in its new place; then it is where it was.
pub fn carry_out(how: How, step: &Step) -> Result<(), TransferError> {
    let done = match how {
        How::Copy => copy(&step.from, &step.to),
        How::Move => relocate(&step.from, &step.to),
    };
    done.map_err(|cause| TransferError {
        path: step.from.clone(),
        cause,
    })
}

/// Takes back one step: a copy goes, if it is one still; a moved file goes back where it was. What was
/// not done yet is nothing to take back.
///
/// # Errors
/// The copy was changed since, or something is where the file was, or the system does not let us.
pub fn undo(how: How, step: &Step) -> Result<(), TransferError> {
    let there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let undone = match (how, there(&step.from), there(&step.to)) {
        (_, _, false) => Ok(()),
        (How::Move, false, true) => relocate(&step.to, &step.from),
        // The second of a move that was killed between its two halves, or a copy.
        (_, true, true) if is_same(&step.from, &step.to) => fs::remove_file(&step.to),
        (How::Copy, false, true) => Err(io::Error::other(
            "what it was copied from is gone, so the copy stays",
        )),
        (_, true, true) => Err(io::Error::other("it was changed since, so it stays")),
    };
    undone.map_err(|cause| TransferError {
        path: step.to.clone(),
        cause,
    })
}

/// Copies a file with its times, whole or not at all, and never over another.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut source = File::open(from)?;
    let metadata = source.metadata()?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
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
fn relocate(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Another file system, or one that has no links.
        Err(_) => copy(from, to)?,
    }
    fs::remove_file(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
        fs::create_dir_all(folder).unwrap();
        let paths = names.iter().map(|name| folder.join(name));
        paths
            .inspect(|path| fs::write(path, path.to_string_lossy().as_bytes()).unwrap())
            .collect()
    }

    fn is_picture(path: &Path) -> bool {
        ["jpg", "nef"].contains(&lower(path.extension()).as_str())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_picture_has_its_pair_and_its_sidecars() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "A.JPG",
            "a.nef",
            "a.xmp",
            "a.nef.xmp",
            "a.txt",
            "ab.jpg",
            "b.xmp",
        ];
        write(folder.path(), &files);
        let found = belongings(&folder.path().join("A.JPG"), is_picture).unwrap();
        let found: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(found, ["A.JPG", "a.nef", "a.nef.xmp", "a.xmp"]);
    }

    #[test]
    fn names_that_are_taken_get_a_number_and_what_belongs_together_the_same() {
        let place = tempfile::tempdir().unwrap();
        let one = write(&place.path().join("one"), &["a.jpg", "a.jpg.xmp", "a.nef"]);
        let two = write(&place.path().join("two"), &["a.jpg"]);
        let target = place.path().join("target");
        write(&target, &["a.nef"]);
        let plan = Plan::new(How::Copy, &target, &[one.clone(), two.clone()]);
        let to: Vec<_> = plan
            .steps
            .iter()
            .map(|step| step.to.file_name().unwrap())
            .collect();
        assert_eq!(to, ["a-2.jpg", "a-2.jpg.xmp", "a-2.nef", "a.jpg"]);
        for step in &plan.steps {
            carry_out(How::Copy, step).unwrap();
            assert_eq!(fs::read(&step.from).unwrap(), fs::read(&step.to).unwrap());
            let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
            assert_eq!(modified(&step.from), modified(&step.to));
        }
        // What is there is not overwritten, and not made once more.
        assert!(carry_out(How::Copy, &plan.steps[0]).is_err());
        assert_eq!(
            fs::read(target.join("a.nef")).unwrap(),
            target.join("a.nef").to_string_lossy().as_bytes()
        );
        assert!(Plan::new(How::Copy, &target, &[two]).steps.is_empty());
    }

    #[test]
    fn what_was_done_is_undone_by_its_log() {
        for how in [How::Copy, How::Move] {
            let place = tempfile::tempdir().unwrap();
            let source = place.path().join("source");
            let files = write(&source, &["a.jpg", "a.xmp", "b.jpg"]);
            let target = place.path().join("target");
            let items = [files[..2].to_vec(), files[2..].to_vec()];
            let plan = Plan::new(how, &target, &items);
            let log = plan.log(&target).unwrap();
            assert_eq!(Plan::of_log(&log).unwrap(), plan);
            for step in &plan.steps {
                carry_out(how, step).unwrap();
            }
            assert_eq!(names(&target).len(), 4);
            assert_eq!(names(&source).len(), if how == How::Copy { 3 } else { 0 });
            for step in plan.steps.iter().rev() {
                undo(how, step).unwrap();
            }
            assert_eq!(names(&source), ["a.jpg", "a.xmp", "b.jpg"]);
            assert_eq!(names(&target).len(), 1, "only the log");
            // Once more changes nothing.
            undo(how, &plan.steps[0]).unwrap();
        }
    }

    #[test]
    fn what_was_changed_since_stays_and_a_half_done_move_is_ended() {
        let place = tempfile::tempdir().unwrap();
        let source = write(&place.path().join("source"), &["a.jpg"]);
        let target = place.path().join("target");
        fs::create_dir(&target).unwrap();
        let step = Step {
            from: source[0].clone(),
            to: target.join("a.jpg"),
        };
        carry_out(How::Copy, &step).unwrap();
        fs::write(&step.to, "edited").unwrap();
        assert!(undo(How::Copy, &step).is_err());
        assert_eq!(fs::read(&step.to).unwrap(), b"edited");
        fs::remove_file(&step.to).unwrap();
        // Killed when the new name was there and the old one too.
        fs::hard_link(&step.from, &step.to).unwrap();
        undo(How::Move, &step).unwrap();
        assert!(step.from.exists() && !step.to.exists());
    }
}
