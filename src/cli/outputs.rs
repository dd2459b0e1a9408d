//! Where a command may write: names that stay in their folder, and never what it reads.

use super::Usage;
use anyhow::Context;
use bpclip_core::foreign::is_unseen;
use sanitize_filename::{Options, sanitize_with_options};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The longest name in bytes, so that a number and an ending find room behind it.
const LONGEST: usize = 200;

/// Names for files or folders, made of words that somebody else chose: each is one that every system
/// takes as a name within a folder, and differs from those before by more than its case.
#[derive(Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// Never gives one of these names.
    pub fn without(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| name.to_lowercase()).collect())
    }

    /// A name: the words themselves where they are one, with a number where another has it.
    pub fn of(&mut self, words: &str) -> String {
        let name = one_name(words);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        std::iter::once(name.clone())
            .chain(numbered)
            // Some file systems take upper and lower case for the same.
            .find(|name| self.0.insert(name.to_lowercase()))
            .unwrap_or_default()
    }
}

/// Words as one name: without separators, control characters and marks of direction, none of Windows'
/// devices, no blank at the beginning, no dot or blank at the end.
fn one_name(words: &str) -> String {
    let words: String = words
        .chars()
        .map(|c| if is_unseen(c) { '_' } else { c })
        .collect();
    let options = Options {
        windows: true,
        truncate: false,
        replacement: "_",
    };
    let mut name = sanitize_with_options(words.trim_start(), options.clone());
    name.truncate(name.floor_char_boundary(LONGEST));
    // It may end otherwise by now.
    match sanitize_with_options(name, options) {
        name if name.is_empty() => "_".into(),
        name => name,
    }
}

/// Makes a folder to write into, where it is not there.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// The files that a command reads, by where they really lie.
#[derive(Debug, Default)]
pub struct Inputs(HashMap<PathBuf, PathBuf>);

impl Inputs {
    /// Of these files; those that are not there are left to be missed by whoever reads them.
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let real = |path: &'a Path| Some((path.canonicalize().ok()?, path.to_owned()));
        Self(paths.into_iter().filter_map(real).collect())
    }

    /// Refuses an output that is one of them, under whatever name and behind whatever links.
    pub fn spare(&self, output: &Path) -> Result<(), Usage> {
        let input = output.canonicalize().ok();
        match input.and_then(|real| self.0.get(&real)) {
            None => Ok(()),
            Some(input) => Err(Usage(format!(
                "{} would be written over the input {}: choose another place",
                output.display(),
                input.display()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder_on_every_system() {
        for (words, name) in [
            ("coffee", "coffee"),
            (".hidden", ".hidden"),
            ("写真 1", "写真 1"),
            ("..", "_"),
            ("", "_"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\x", "C__x"),
            ("nul.tar", "_"),
            ("COM1", "_"),
            ("end. .", "end_"),
            (" a", "a"),
            ("a\nb\u{202e}c", "a_b_c"),
        ] {
            assert_eq!(Names::default().of(words), name, "{words:?}");
        }
        let long = Names::default().of(&"ä".repeat(300));
        assert_eq!(long, "ä".repeat(100));
    }

    #[test]
    fn no_two_differ_by_case_alone() {
        let mut names = Names::without(&["ladder.csv"]);
        let given = ["a", "A", "a-2", "a", "Ladder.csv"].map(|words| names.of(words));
        assert_eq!(given, ["a", "A-2", "a-2-2", "a-3", "Ladder.csv-2"]);
    }
}
