//! Where runs lie.

use std::fs;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// Today's date, and the name of the first dataset.
pub fn dated_name(data: &[PathBuf]) -> String {
    let date = OffsetDateTime::now_utc().date();
    match data.first().and_then(|folder| folder.file_name()) {
        Some(name) => format!("{date}-{}", name.to_string_lossy()),
        None => format!("{date}-run"),
    }
}

/// The folder itself, or, where something is there already, one beside it with a number.
pub fn unused(folder: &Path) -> PathBuf {
    let free = |folder: &PathBuf| !folder.exists();
    let numbered = (2..10_000).map(|number| {
        let mut name = folder.as_os_str().to_owned();
        name.push(format!("-{number}"));
        PathBuf::from(name)
    });
    let mut candidates = std::iter::once(folder.to_owned()).chain(numbered);
    candidates.find(free).unwrap_or_else(|| folder.to_owned())
}

/// Whether a folder that need not be there yet lies in another one, links followed.
pub fn lies_in(folder: &Path, other: &Path) -> bool {
    let Ok(other) = fs::canonicalize(other) else {
        return false;
    };
    let there = folder
        .ancestors()
        .find_map(|part| fs::canonicalize(part).ok());
    there.is_some_and(|there| there.starts_with(other))
}

/// Says that a run may not lie in `source`.
pub fn inside(source: &Path) -> String {
    format!(
        "the run may not lie in {}, where pictures are taken from: choose another folder for it",
        source.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_gets_a_number() {
        let there = tempfile::tempdir().unwrap();
        let folder = there.path().join("run");
        assert_eq!(unused(&folder), folder);
        fs::create_dir(&folder).unwrap();
        assert_eq!(unused(&folder), there.path().join("run-2"));
    }

    #[test]
    fn what_lies_within_is_found_through_links() {
        let there = tempfile::tempdir().unwrap();
        let data = there.path().join("data");
        fs::create_dir(&data).unwrap();
        assert!(lies_in(&data.join("a/b"), &data));
        assert!(!lies_in(&there.path().join("data-2"), &data));
        #[cfg(unix)]
        {
            let link = there.path().join("link");
            std::os::unix::fs::symlink(&data, &link).unwrap();
            assert!(lies_in(&link.join("run"), &data));
        }
    }
}
