//! Which files of a folder are pictures.

use super::read::has_extension;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The extensions of the formats that are read, camera raw last.
pub const EXTENSIONS: [&str; 39] = [
    "jpg", "jpeg", "jpe", "png", "tif", "tiff", "webp", "bmp", "gif", "heic", "heif", "hif",
    "avif", "avifs", "jxl", "dng", "nef", "nrw", "cr2", "cr3", "arw", "sr2", "raf", "orf", "rw2",
    "rwl", "pef", "srw", "3fr", "fff", "iiq", "mef", "mos", "erf", "kdc", "dcr", "gpr", "ori",
    "srf",
];

/// Whether a file's name ends as those of the formats that are read, whatever the case, and does not
/// begin with a dot, as that of a hidden file does.
///
/// For listing folders; [`read`](super::read) itself goes by the content.
pub fn is_picture_name(path: &Path) -> bool {
    !is_hidden(path) && has_extension(path, &EXTENSIONS)
}

/// Something in a folder that is, or may hold, pictures, and could not be looked at. `Display` is
/// the reason without the path.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum PassedOver {
    /// A link to a folder that it lies in. No picture is lost by it: what it leads to is found anyway.
    #[error("a link that leads back into itself")]
    Loop { path: PathBuf },
    /// A folder that cannot be opened, or a link to nothing.
    #[error("{source}")]
    Unreadable {
        /// The folder or link.
        path: PathBuf,
        source: io::Error,
    },
}

impl PassedOver {
    /// What was passed over.
    pub fn path(&self) -> &Path {
        match self {
            Self::Loop { path } | Self::Unreadable { path, .. } => path,
        }
    }
}

/// The pictures in a folder, and in those within it if `recursive`, as they are found: by name
/// within a folder, byte by byte.
///
/// A picture is a file [with the name of one](is_picture_name); none is opened. Links are followed,
/// so a file can be found under several paths. What is hidden, its name beginning with a dot, is
/// left out without a word, but never `folder` itself. The rest that cannot be looked at is named,
/// and the walk goes on.
pub fn walk(
    folder: &Path,
    recursive: bool,
) -> impl Iterator<Item = Result<PathBuf, PassedOver>> + use<> {
    let depth = if recursive { usize::MAX } else { 1 };
    let root = folder.to_owned();
    WalkDir::new(folder)
        .max_depth(depth)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()))
        .filter_map(move |entry| match entry {
            Ok(entry) => {
                let picture = entry.file_type().is_file() && is_picture_name(entry.path());
                picture.then(|| Ok(entry.into_path()))
            }
            Err(error) if error.depth() > 0 && error.path().is_some_and(is_hidden) => None,
            Err(error) => Some(Err(passed_over(error, &root))),
        })
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn passed_over(error: walkdir::Error, root: &Path) -> PassedOver {
    let path = error.path().unwrap_or(root).to_owned();
    if error.loop_ancestor().is_some() {
        return PassedOver::Loop { path };
    }
    let text = error.to_string();
    let source = error
        .into_io_error()
        .unwrap_or_else(|| io::Error::other(text));
    PassedOver::Unreadable { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, recursive: bool) -> Vec<String> {
        let name = |path: &Path| {
            let name = path.strip_prefix(folder).unwrap();
            name.to_string_lossy().replace('\\', "/")
        };
        walk(folder, recursive)
            .map(|found| match found {
                Ok(path) => name(&path),
                Err(passed) => format!("{}: {passed}", name(passed.path())),
            })
            .collect()
    }

    #[test]
    fn pictures_are_found_in_order_and_what_is_hidden_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for inner in ["b", ".hidden", ".in/b"] {
            std::fs::create_dir_all(at(inner)).unwrap();
        }
        for file in [
            "c.PNG",
            "a.jpg",
            "notes.txt",
            "._a.jpg",
            "b/d.webp",
            ".hidden/e.jpg",
            ".in/b/f.jpg",
        ] {
            std::fs::write(at(file), b"").unwrap();
        }
        assert_eq!(names(folder.path(), true), ["a.jpg", "b/d.webp", "c.PNG"]);
        assert_eq!(names(folder.path(), false), ["a.jpg", "c.PNG"]);
        assert_eq!(names(&at(".in"), true), ["b/f.jpg"], "it was asked for");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_what_leads_nowhere_is_named() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(elsewhere.path().join("a.jpg"), b"").unwrap();
        symlink(elsewhere.path(), at("link")).unwrap();
        symlink(folder.path(), at("loop")).unwrap();
        symlink(at("nowhere"), at("none.jpg")).unwrap();
        symlink(at("nowhere"), at(".none.jpg")).unwrap();
        let found = names(folder.path(), true);
        assert_eq!(
            found[..2],
            ["link/a.jpg", "loop: a link that leads back into itself"]
        );
        assert!(found[2].starts_with("none.jpg: "), "{found:?}");
        assert_eq!(found.len(), 3);
    }
}
