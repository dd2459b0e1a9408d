//! The pictures that a command line means.

use bpclip_core::image::is_picture_name;
use bpclip_core::inspect::pipeline::{Job, Reference};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A path on the command line that leads to nothing.
pub struct Unreadable {
    /// The path.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// Every picture among `paths`, folders opened (all the way down if `recursive`), in the order
/// given and by name within a folder, each once; and what could not be looked into. A file that
/// is named is taken whatever it is called.
pub fn pictures(paths: &[PathBuf], recursive: bool) -> (Vec<PathBuf>, Vec<Unreadable>) {
    let mut found = Vec::new();
    let mut unreadable = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let depth = if recursive { usize::MAX } else { 1 };
        let entries = WalkDir::new(path).max_depth(depth).follow_links(true);
        for entry in entries.sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_picture_name(entry.path()) => {
                    found.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => unreadable.push(Unreadable {
                    path: error.path().unwrap_or(path).to_owned(),
                    reason: match error.loop_ancestor() {
                        Some(_) => "a link that leads back into itself".into(),
                        None => error
                            .into_io_error()
                            .map_or_else(String::new, |e| e.to_string()),
                    },
                }),
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    (found, unreadable)
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
