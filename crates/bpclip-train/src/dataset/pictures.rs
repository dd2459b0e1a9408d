//! Finding the files of a dataset: names in tables have other capitals, other slashes and another
//! coding of accents than the files on the disk.

use bpclip_core::name::{self, Found, NameIndex};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Finds files under a folder. Each folder is listed once.
#[derive(Debug)]
pub(super) struct Finder {
    root: PathBuf,
    /// What folders hold.
    listings: HashMap<PathBuf, NameIndex<OsString>>,
    /// Folders without links and steps back.
    real: HashMap<PathBuf, PathBuf>,
}

/// Why a file was not found, as the end of a sentence.
#[derive(Debug, thiserror::Error)]
pub(super) enum FindError {
    #[error("{}", missing(.0))]
    Missing(Vec<PathBuf>),
    #[error("could be any of {}, which differ in nothing but capitals or the coding of accents", .0.join(", "))]
    Several(Vec<String>),
}

impl Finder {
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.into(),
            listings: HashMap::new(),
            real: HashMap::new(),
        }
    }

    /// The file `name` in the first of `folders` that has it; folders lie in the dataset's, unless
    /// they are absolute. A name that is the same but for its capitals or the coding of its accents
    /// will do.
    ///
    /// Names that lead out of the folder are followed: whoever calls has to ask [`leaves`] first.
    ///
    /// # Errors
    /// There is no such file, or nothing tells which it is.
    pub fn find<F: AsRef<Path>>(
        &mut self,
        folders: &[F],
        name: &str,
    ) -> Result<PathBuf, FindError> {
        if is_absolute(name) {
            let path = PathBuf::from(name);
            let found = match name.starts_with('/') && !path.is_file() {
                true => self.descend(Path::new("/"), name)?,
                false => Some(path),
            };
            let found = found.filter(|path| path.is_file());
            return found.ok_or(FindError::Missing(Vec::new()));
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
            places.push(folder);
        }
        Err(FindError::Missing(places))
    }

    /// The same for every path that leads to a file, unless the file itself is a link.
    pub fn identity(&mut self, file: &Path) -> PathBuf {
        let folder = file.parent().unwrap_or(Path::new(""));
        let real = self.real.entry(folder.to_owned());
        let real = real.or_insert_with(|| std::fs::canonicalize(folder).unwrap_or(folder.into()));
        real.join(file.file_name().unwrap_or_default())
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
    fn descend(&mut self, folder: &Path, name: &str) -> Result<Option<PathBuf>, FindError> {
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
    fn entry(&mut self, folder: &Path, name: &str) -> Result<Option<OsString>, FindError> {
        let listing = self
            .listings
            .entry(folder.to_owned())
            .or_insert_with(|| list(folder));
        match listing.find(OsStr::new(name)) {
            Found::Nothing => Ok(None),
            Found::One(entry) => Ok(Some(entry.clone())),
            Found::Several(entries) => {
                let names = entries.iter().map(|entry| entry.display().to_string());
                Err(FindError::Several(names.collect()))
            }
        }
    }
}

fn missing(places: &[PathBuf]) -> String {
    let places: Vec<String> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    match places.as_slice() {
        [] => "is not there, nor is any folder that could hold it".into(),
        places => format!("is not in {}", places.join(", ")),
    }
}

/// The same for a file however a table writes its name.
pub(super) fn written_alike(name: &str) -> String {
    let parts = name.split(['/', '\\']).filter(|part| *part != ".");
    name::key(&parts.collect::<Vec<_>>().join("/"))
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
fn list(folder: &Path) -> NameIndex<OsString> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    names.map(|name| (name.clone(), name)).collect()
}
