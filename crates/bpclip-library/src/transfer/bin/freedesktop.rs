//! The bin of desktops on Linux and the BSDs (freedesktop.org, Trash specification 1.0): a note in
//! `info` says where the file of its name in `files` was. The note is there before its file comes and
//! goes after it has gone, so whenever this is stopped, the file is whole in one place. A disk has a bin
//! of its own, so that nothing has to be copied.

use super::super::super::identity::real_of_gone;
use super::super::files::relocate;
use super::{gone, taken};
use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whether the bin gives files back to a program.
pub const GIVES_BACK: bool = true;

/// How a note is called, behind the name of its file.
const NOTE: &str = ".trashinfo";
/// Names that are tried.
const MOST_NAMES: usize = 10_000;
/// Clocks of file systems and of ours need not agree.
const CLOCKS: Duration = Duration::from_secs(2);

/// A bin.
struct Place {
    folder: PathBuf,
    /// What its notes' paths begin at; none where they are whole.
    top: Option<PathBuf>,
}

/// Puts a file into the bin.
pub fn put(path: &Path) -> io::Result<()> {
    // What is gone is said to be.
    path.symlink_metadata()?;
    let path = real_of_gone(path);
    let places = places(&path)?;
    let mut refused = None;
    for place in places.iter().filter(|place| is_safe(place)) {
        match put_into(&path, place) {
            Ok(()) => return Ok(()),
            // Not every disk lets us have a bin on it: then it goes to the user's own.
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| io::Error::other("the system names no bin")))
}

fn put_into(path: &Path, Place { folder, top }: &Place) -> io::Result<()> {
    let (files, info) = (folder.join("files"), folder.join("info"));
    for folder in [&files, &info] {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let within = top.as_ref().and_then(|top| path.strip_prefix(top).ok());
    let whole = encoded(within.unwrap_or(path));
    let now = chrono::Local::now().format("%Y-%m-%dT%H:%M:%S");
    let text = format!("[Trash Info]\nPath={whole}\nDeletionDate={now}\n");
    let own = path.file_name().unwrap_or_default();
    for number in 1..MOST_NAMES {
        let mut name = own.to_owned();
        if number > 1 {
            name.push(format!(".{number}"));
        }
        let mut note = name.clone();
        note.push(NOTE);
        let note = info.join(note);
        // Another program may be at it too.
        let mut file = match File::create_new(&note) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            file => file?,
        };
        let noted = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all());
        let binned = noted.and_then(|()| relocate(path, &files.join(&name)));
        match binned {
            Ok(()) => return Ok(()),
            Err(error) => {
                fs::remove_file(&note)?;
                if error.kind() != io::ErrorKind::AlreadyExists {
                    return Err(error);
                }
            }
        }
    }
    Err(io::Error::other("the bin has too many files of this name"))
}

/// A file that a note stands for.
struct Item {
    was: PathBuf,
    note: PathBuf,
    binned: SystemTime,
}

/// What is in the bins, as far as it was looked at.
#[derive(Default)]
pub struct Bin {
    known: HashMap<PathBuf, Vec<Item>>,
}

impl Bin {
    /// A look into it.
    pub fn look() -> io::Result<Self> {
        Ok(Self::default())
    }

    /// Puts a file back where it was, if it was put into the bin at `since` (seconds since 1970) or
    /// later; the last one, if there are several. What was not put there is nothing to bring back.
    pub fn restore(&mut self, path: &Path, since: u64) -> io::Result<()> {
        let there = path.symlink_metadata().is_ok();
        let was = real_of_gone(path);
        let since = UNIX_EPOCH + Duration::from_secs(since).saturating_sub(CLOCKS);
        let mut last: Option<(SystemTime, PathBuf)> = None;
        for place in places(&was)? {
            let items = self.known.entry(place.folder.clone());
            let items = items.or_insert_with(|| items_of(&place));
            let of = items
                .iter()
                .filter(|item| item.was == was && item.binned >= since);
            let found = of.map(|item| (item.binned, item.note.clone())).max();
            last = last.max(found);
        }
        match last {
            None if there => Ok(()),
            None => Err(gone()),
            Some((_, note)) => take_out(&note, path, there),
        }
    }
}

fn take_out(note: &Path, path: &Path, there: bool) -> io::Result<()> {
    let folder = note.parent().and_then(Path::parent);
    let kept = folder.zip(note.file_stem());
    let kept = kept.map(|(folder, name)| folder.join("files").join(name));
    match kept.filter(|kept| kept.symlink_metadata().is_ok()) {
        // It was taken out before, and not its note.
        None if there => fs::remove_file(note),
        None => Err(gone()),
        Some(_) if there => Err(taken()),
        Some(kept) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            relocate(&kept, path)?;
            fs::remove_file(note)
        }
    }
}

/// The bins that a file can go into, the first one first: that of its disk, and the user's own.
fn places(path: &Path) -> io::Result<Vec<Place>> {
    let home = home();
    let device = |path: &Path| {
        let there = path
            .ancestors()
            .find_map(|folder| fs::metadata(folder).ok());
        there.map(|metadata| metadata.dev())
    };
    let mut places = Vec::new();
    if home.as_deref().and_then(device) != device(path) {
        let same = |folder: &&Path| device(folder) == device(path);
        if let Some(top) = path.ancestors().skip(1).take_while(same).last() {
            let user = user(home.as_deref())?;
            let shared = top.join(".Trash").join(user.to_string());
            let own = top.join(format!(".Trash-{user}"));
            places.extend([shared, own].map(|folder| Place {
                folder,
                top: Some(top.to_owned()),
            }));
        }
    }
    places.extend(home.map(|folder| Place { folder, top: None }));
    Ok(places)
}

/// Whether nobody else has put a bin in its place: the one that all users share must be a folder in
/// which each has his own, and is not made by us.
fn is_safe(place: &Place) -> bool {
    const STICKY: u32 = 0o1000;
    let shared = place.folder.parent();
    match shared.filter(|folder| folder.file_name() == Some(OsStr::new(".Trash"))) {
        Some(shared) => fs::symlink_metadata(shared)
            .is_ok_and(|found| found.is_dir() && found.mode() & STICKY != 0),
        // His own may well lie elsewhere; only on a disk of many could somebody else have made it.
        None => place.top.is_none() || !place.folder.is_symlink(),
    }
}

/// The user's own bin.
fn home() -> Option<PathBuf> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty());
    let data = named("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(Path::new(&named("HOME")?).join(".local/share")));
    Some(data?.join("Trash"))
}

/// The user's number, as his own files have it.
fn user(home: Option<&Path>) -> io::Result<u32> {
    let own = Path::new("/proc/self");
    let of_home = home.into_iter().flat_map(Path::ancestors);
    let mut there = std::iter::once(own).chain(of_home);
    let user = there.find_map(|path| fs::metadata(path).ok());
    let user = user.map(|metadata| metadata.uid());
    user.ok_or_else(|| io::Error::other("the system does not say who the user is"))
}

fn items_of(Place { folder, top }: &Place) -> Vec<Item> {
    let notes = fs::read_dir(folder.join("info")).into_iter().flatten();
    let item = |note: PathBuf| {
        let text = fs::read(&note).ok()?;
        let mut lines = text.split(|byte| *byte == b'\n');
        let path = lines.find_map(|line| line.strip_prefix(b"Path="))?;
        let path = decoded(path.trim_ascii());
        Some(Item {
            was: top
                .as_ref()
                .map_or_else(|| path.clone(), |top| top.join(&path)),
            binned: fs::metadata(&note).ok()?.modified().ok()?,
            note,
        })
    };
    notes
        .flatten()
        .filter_map(|entry| item(entry.path()))
        .collect()
}

/// A path as in a URI (RFC 2396): all but the plainest bytes as their numbers.
fn encoded(path: &Path) -> String {
    let byte = |byte: &u8| match *byte {
        plain @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~') => {
            char::from(plain).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(byte).collect()
}

fn decoded(text: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let number = after.get(..2).filter(|_| *first == b'%');
        let number = number.and_then(|digits| str::from_utf8(digits).ok());
        match number.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_bytes_are_noted_and_read_again() {
        let odd = Path::new(OsStr::from_bytes(b"/photos/100% \xff/a b+\xc3\xbc.jpg"));
        assert_eq!(encoded(odd), "/photos/100%25%20%FF/a%20b%2B%C3%BC.jpg");
        assert_eq!(decoded(encoded(odd).as_bytes()), odd);
        assert_eq!(decoded(b"/50%/%zz"), Path::new("/50%/%zz"));
    }

    #[test]
    fn what_was_binned_comes_back_and_two_of_one_name_are_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let bin = Place {
            folder: place.path().join("Trash"),
            top: Some(place.path().canonicalize().unwrap()),
        };
        let file = real_of_gone(&place.path().join("a.jpg"));
        for text in ["first", "second"] {
            fs::write(&file, text).unwrap();
            put_into(&file, &bin).unwrap();
            assert!(!file.exists());
        }
        let items = items_of(&bin);
        assert_eq!(items.len(), 2);
        assert!(items.iter().all(|item| item.was == file));
        let note = |name: &str| bin.folder.join("info").join(name);
        let text = fs::read_to_string(note("a.jpg.2.trashinfo")).unwrap();
        assert!(
            text.starts_with("[Trash Info]\nPath=a.jpg\nDeletionDate=20"),
            "{text}"
        );
        take_out(&note("a.jpg.2.trashinfo"), &file, false).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"second");
        assert!(take_out(&note("a.jpg.trashinfo"), &file, true).is_err());
        // A note that was left behind goes.
        fs::write(note("b.trashinfo"), "[Trash Info]\nPath=b\n").unwrap();
        take_out(&note("b.trashinfo"), &file, true).unwrap();
        assert!(!note("b.trashinfo").exists());
    }
}
