//! What is to be done, or was.

use super::files::is_same;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What becomes of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// They stay where they are too.
    Copy,
    /// They go from where they are.
    Move,
    /// They go into the system's bin.
    Bin,
}

/// A file and its new place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it is.
    pub from: PathBuf,
    /// Where it goes; nothing is there. None: into the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PathBuf>,
}

impl Step {
    /// Whether it gets another name, as its own is taken.
    pub fn is_renamed(&self) -> bool {
        let to = self.to.as_ref();
        to.is_some_and(|to| to.file_name() != self.from.file_name())
    }

    /// Whether the file belongs with that of the step before: both have one name but for its endings.
    pub(super) fn belongs_with(&self, before: &Self) -> bool {
        let name = |step: &Self| stem(&step.from).to_lowercase();
        self.from.parent() == before.from.parent() && name(self) == name(before)
    }
}

/// What is to be done, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Copied, moved or put into the bin.
    pub how: How,
    /// When it was made, in seconds since 1970.
    #[serde(default)]
    pub made: u64,
    /// The files, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Where files go in a folder. Each item is files that belong together: they keep one name. Where
    /// that is taken, by what is there or by another item, it gets a number. Copies that are there
    /// already are not made again, and what lies there already is not moved.
    pub fn new(how: How, folder: &Path, items: &[Vec<PathBuf>]) -> Self {
        let mut taken = HashSet::new();
        let mut steps = Vec::new();
        for item in items {
            let stem = item.iter().map(|file| stem(file)).min_by_key(String::len);
            let stem = stem.unwrap_or_default();
            let named = |number: usize| -> Vec<(PathBuf, PathBuf)> {
                let files = item.iter();
                let step = |file: &PathBuf| {
                    let name = file.file_name().unwrap_or_default();
                    let to = match number {
                        1 => folder.join(name),
                        number => {
                            let name = name.to_string_lossy();
                            let rest = name.get(stem.len()..).unwrap_or_default();
                            folder.join(format!("{stem}-{number}{rest}"))
                        }
                    };
                    (whole(file), whole(&to))
                };
                files.map(step).collect()
            };
            let key = |to: &Path| to.to_string_lossy().to_lowercase();
            // Each with whether it is done, which both files may have to be read for; nothing where a name
            // is taken.
            let free = |steps: Vec<(PathBuf, PathBuf)>| -> Option<Vec<(PathBuf, PathBuf, bool)>> {
                let checked = steps.into_iter().map(|(from, to)| {
                    let there = fs::symlink_metadata(&to).is_ok();
                    let mine = !taken.contains(&key(&to));
                    let done = mine && there && is_done(how, &from, &to);
                    (mine && (!there || done)).then_some((from, to, done))
                });
                checked.collect()
            };
            if let Some(free) = (1..).map(named).find_map(free) {
                taken.extend(free.iter().map(|(_, to, _)| key(to)));
                let left = free.into_iter().filter(|(_, _, done)| !done);
                steps.extend(left.map(|(from, to, _)| Step { from, to: Some(to) }));
            }
        }
        Self::of(how, steps)
    }

    /// Files that go into the bin.
    pub fn to_bin(items: &[Vec<PathBuf>]) -> Self {
        let step = |file: &PathBuf| Step {
            from: whole(file),
            to: None,
        };
        Self::of(How::Bin, items.iter().flatten().map(step).collect())
    }

    fn of(how: How, steps: Vec<Step>) -> Self {
        let made = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            how,
            made: made.map_or(0, |time| time.as_secs()),
            steps,
        }
    }

    /// The folders that its files go into.
    pub fn targets(&self) -> HashSet<&Path> {
        let to = self.steps.iter().filter_map(|step| step.to.as_deref());
        to.filter_map(Path::parent).collect()
    }
}

/// A path that is the same from any folder, as a log is read from any.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether nothing is left to do: the copy is there already, or the file lies where it would go.
fn is_done(how: How, from: &Path, to: &Path) -> bool {
    from == to || how == How::Copy && is_same(from, to)
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
