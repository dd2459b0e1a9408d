//! The pictures that a command line means.

use super::Usage;
use super::print::say;
use bpclip_core::image::{LeftOut, PassedOver, Shot, shots, walk};
use bpclip_core::inspect::pipeline::{Job, Reference};
use bpclip_core::name::{self, Found, NameIndex};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What lies where a command line points to.
#[derive(Debug, Default)]
pub struct Pictures {
    /// The pictures, each once.
    pub found: Vec<Shot>,
    /// What could not be looked into.
    pub unreadable: Vec<PassedOver>,
    /// What folders hold beside.
    pub left_out: LeftOut,
}

/// Every picture among `paths`, folders opened (all the way down if `recursive`), in the order
/// given and as [`walk`] finds them. A file that is named is taken whatever it is called, and alone;
/// of those in folders the ones of [one shot](shots) are one, unless they are to be `apart`.
pub fn pictures(paths: &[PathBuf], recursive: bool, apart: bool) -> Pictures {
    let mut pictures = Pictures::default();
    // `a.jpg` and `./a.jpg` are one.
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let files = paths.iter().filter(|path| !path.is_dir());
    let named: HashSet<PathBuf> = files.map(|path| whole(path)).collect();
    let mut seen = HashSet::new();
    for path in paths {
        let mut found = Vec::new();
        if !path.is_dir() {
            found.push(path.clone());
        } else {
            for entry in walk(path, recursive) {
                match entry {
                    Ok(path) => found.push(path),
                    Err(passed) => {
                        pictures.left_out.add(&passed);
                        if let PassedOver::Loop { .. } | PassedOver::Unreadable { .. } = passed {
                            pictures.unreadable.push(passed);
                        }
                    }
                }
            }
        }
        found.retain(|path| seen.insert(whole(path)));
        let alone = |path: &PathBuf| apart || named.contains(&whole(path));
        let (alone, together): (Vec<_>, Vec<_>) = found.into_iter().partition(alone);
        pictures.found.extend(alone.into_iter().map(Shot::from));
        pictures.found.extend(shots(together));
    }
    pictures
}

impl Pictures {
    /// Says what was left out of folders, if anything was.
    ///
    /// # Errors
    /// There is nothing to work on; the message says what there is instead.
    pub fn told(self) -> Result<Self, Usage> {
        if self.found.is_empty() && self.unreadable.is_empty() {
            let deeper = match self.left_out.folders {
                0 => "",
                _ => "; --recursive opens folders within folders",
            };
            let there = self.left_out.beside(0);
            return Err(Usage(format!("the folders given hold {there}{deeper}")));
        }
        if !self.left_out.is_empty() {
            say!("{}", self.left_out.beside(self.found.len()));
        }
        let joined = self.found.iter().filter(|shot| !shot.companions.is_empty());
        let (joined, all) = (joined.count(), self.found.len());
        if joined > 0 {
            say!("there both as raw file and as JPEG or HEIC: {joined} of {all}");
        }
        Ok(self)
    }
}

/// Names where they differ, else the path of each as the user wrote it.
pub fn told_apart(names: Vec<String>, paths: &[PathBuf]) -> Vec<String> {
    let name_of = |(index, name): (usize, &String)| match paths.get(index) {
        Some(path) if names.iter().filter(|other| *other == name).count() > 1 => {
            path.display().to_string()
        }
        _ => name.clone(),
    };
    names.iter().enumerate().map(name_of).collect()
}

/// Finds pictures their references: a file, or one in a folder by the picture's file name, else by
/// the name without its extension, each but for [capitals and the coding of accents](name).
pub struct Pairing<'a> {
    reference: Option<&'a Path>,
    folder: Option<References>,
}

impl<'a> Pairing<'a> {
    /// With this file or those in this folder; without either nothing is compared.
    pub fn with(reference: Option<&'a Path>) -> Self {
        let folder = reference.filter(|path| path.is_dir());
        Self {
            reference,
            folder: folder.map(References::in_folder),
        }
    }

    /// A picture to score, with its reference.
    pub fn job(&self, picture: &Path) -> Job {
        let reference = match (self.reference, &self.folder) {
            (None, _) => Reference::None,
            (Some(file), None) => Reference::File(file.to_owned()),
            (Some(root), Some(folder)) => match folder.of(picture) {
                Found::One(file) => Reference::File(file.clone()),
                Found::Nothing => Reference::Unpaired(root.to_owned()),
                Found::Several(files) => Reference::Ambiguous(files.into_iter().cloned().collect()),
            },
        };
        Job {
            path: picture.to_owned(),
            reference,
        }
    }
}

struct References {
    by_name: NameIndex<PathBuf>,
    /// By the [key](name::key) of the stem: that it is spelled alike does not make one of several
    /// formats the reference.
    by_stem: NameIndex<PathBuf>,
}

impl References {
    fn in_folder(folder: &Path) -> Self {
        let shots = pictures(&[folder.to_owned()], false, false).found;
        let files = || shots.iter().flat_map(Shot::files);
        let name = |file: &Path| file.file_name().unwrap_or_default().to_owned();
        Self {
            by_name: files().map(|file| (name(file), file.to_owned())).collect(),
            // Raw and JPEG of one shot are not two that could be meant.
            by_stem: shots
                .iter()
                .map(|shot| (stem(&shot.picture).into(), shot.picture.clone()))
                .collect(),
        }
    }

    fn of(&self, path: &Path) -> Found<&PathBuf> {
        match self.by_name.find(path.file_name().unwrap_or_default()) {
            Found::Nothing => self.by_stem.find(OsStr::new(&stem(path))),
            found => found,
        }
    }
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    name::key(&stem.to_string_lossy())
}
