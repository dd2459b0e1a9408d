//! Finding the files of a dataset: names in tables have other capitals and other slashes than the
//! files on the disk.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Finds files under a folder. Each folder is listed once.
#[derive(Debug)]
pub(super) struct Finder {
    root: PathBuf,
    /// What folders hold, by the name in small letters.
    listings: HashMap<PathBuf, HashMap<String, Vec<OsString>>>,
}

impl Finder {
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.into(),
            listings: HashMap::new(),
        }
    }

    /// The file `name` in the first of `folders` that has it; folders lie in the dataset's, unless
    /// they are absolute. A name that is the same but for its capitals will do.
    ///
    /// Names that lead out of the folder are followed: whoever calls has to ask [`leaves`] first.
    ///
    /// # Errors
    /// Why there is no such file, as the end of a sentence.
    pub fn find<F: AsRef<Path>>(&mut self, folders: &[F], name: &str) -> Result<PathBuf, String> {
        if is_absolute(name) {
            let path = PathBuf::from(name);
            return if path.is_file() {
                Ok(path)
            } else {
                Err("is not there".into())
            };
        }
        let mut places = Vec::new();
        for folder in folders {
            let Some(folder) = self.folder(folder.as_ref()) else {
                continue;
            };
            if let Some(path) = self.descend(&folder, name)?
                && path.is_file()
            {
                return Ok(path);
            }
            places.push(folder.display().to_string());
        }
        Err(match places.as_slice() {
            [] => "is not there, nor is any folder that could hold it".into(),
            places => format!("is not in {}", places.join(", ")),
        })
    }

    /// The folder, whatever its capitals, if it is there.
    fn folder(&mut self, folder: &Path) -> Option<PathBuf> {
        if folder.is_absolute() {
            return folder.is_dir().then(|| folder.to_owned());
        }
        let root = self.root.clone();
        let found = self.descend(&root, folder.to_str()?).ok()??;
        found.is_dir().then_some(found)
    }

    /// Follows `name` from `folder`.
    fn descend(&mut self, folder: &Path, name: &str) -> Result<Option<PathBuf>, String> {
        let mut path = folder.to_owned();
        for part in name.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => path.push(part),
                part => match self.entry(&path, part)? {
                    None => return Ok(None),
                    Some(entry) => path.push(entry),
                },
            }
        }
        Ok(Some(path))
    }

    /// The entry `name` of a folder as the disk spells it.
    fn entry(&mut self, folder: &Path, name: &str) -> Result<Option<OsString>, String> {
        let listing = self
            .listings
            .entry(folder.to_owned())
            .or_insert_with(|| list(folder));
        let entries = listing
            .get(&name.to_lowercase())
            .map_or(&[][..], Vec::as_slice);
        match entries {
            [] => Ok(None),
            several if several.iter().any(|entry| entry.as_os_str() == name) => {
                Ok(Some(name.into()))
            }
            [one] => Ok(Some(one.clone())),
            _ => Err("differs from several files in nothing but capitals".into()),
        }
    }
}

/// Whether a name leads out of the folder that it is in.
pub(super) fn leaves(name: &str) -> bool {
    is_absolute(name) || name.split(['/', '\\']).any(|part| part == "..")
}

/// From a root or a drive of any system, so that a table means the same on all of them.
fn is_absolute(name: &str) -> bool {
    let mut letters = name.chars();
    let drive = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.next() == Some(':');
    name.starts_with(['/', '\\']) || drive
}

/// What a folder holds; nothing where it cannot be read.
fn list(folder: &Path) -> HashMap<String, Vec<OsString>> {
    let mut listing: HashMap<String, Vec<OsString>> = HashMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let key = name.to_string_lossy().to_lowercase();
        listing.entry(key).or_default().push(name);
    }
    listing
}
