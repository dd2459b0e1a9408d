//! The pictures that a command line means.

use bpclip_core::image::{PassedOver, walk};
use bpclip_core::inspect::pipeline::{Job, Reference};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Every picture among `paths`, folders opened (all the way down if `recursive`), in the order
/// given and as [`walk`] finds them, each once; and what could not be looked into. A file that is
/// named is taken whatever it is called.
pub fn pictures(paths: &[PathBuf], recursive: bool) -> (Vec<PathBuf>, Vec<PassedOver>) {
    let mut found = Vec::new();
    let mut passed_over = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        for entry in walk(path, recursive) {
            match entry {
                Ok(path) => found.push(path),
                Err(entry) => passed_over.push(entry),
            }
        }
    }
    let mut seen = HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    (found, passed_over)
}

/// Pairs pictures with a reference file, or with those in a folder: by file name, else by the
/// name without its extension.
pub fn pair(pictures: Vec<PathBuf>, reference: Option<&Path>) -> Vec<Job> {
    let folder = reference
        .filter(|path| path.is_dir())
        .map(References::in_folder);
    pictures
        .into_iter()
        .map(|path| {
            let reference = match (reference, &folder) {
                (None, _) => Reference::None,
                (Some(file), None) => Reference::File(file.to_owned()),
                (Some(root), Some(folder)) => match folder.of(&path) {
                    Some(file) => Reference::File(file),
                    None => Reference::Unpaired(root.to_owned()),
                },
            };
            Job { path, reference }
        })
        .collect()
}

struct References {
    by_name: HashMap<OsString, PathBuf>,
    by_stem: HashMap<OsString, PathBuf>,
}

impl References {
    fn in_folder(folder: &Path) -> Self {
        let (files, _) = pictures(&[folder.to_owned()], false);
        let index = |part: fn(&Path) -> Option<&std::ffi::OsStr>| {
            files
                .iter()
                .filter_map(|f| Some((part(f)?.to_owned(), f.clone())))
                .collect()
        };
        Self {
            by_name: index(Path::file_name),
            by_stem: index(Path::file_stem),
        }
    }

    fn of(&self, path: &Path) -> Option<PathBuf> {
        let by_name = path.file_name().and_then(|name| self.by_name.get(name));
        by_name
            .or_else(|| self.by_stem.get(path.file_stem()?))
            .cloned()
    }
}
