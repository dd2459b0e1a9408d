//! Which files of a folder are pictures.

use super::read::{begins_as_picture, has_extension};
use crate::file::open_file;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The extensions of the formats that are read, camera raw last.
pub const EXTENSIONS: [&str; 41] = [
    "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "tif", "tiff", "webp", "bmp", "gif", "heic",
    "heif", "hif", "avif", "avifs", "jxl", "dng", "nef", "nrw", "cr2", "cr3", "arw", "sr2", "raf",
    "orf", "rw2", "rwl", "pef", "srw", "3fr", "fff", "iiq", "mef", "mos", "erf", "kdc", "dcr",
    "gpr", "ori", "srf",
];

/// The extensions of films, and of the small JPEGs that cameras put beside them. They are not looked
/// into: a film may be large and still in the cloud, from which a look would fetch it.
const FILMS: [&str; 14] = [
    "mov", "mp4", "m4v", "avi", "mkv", "webm", "wmv", "mpg", "mpeg", "mts", "m2ts", "3gp", "lrv",
    "thm",
];

/// Bytes at the beginning of a file that tell what it is.
const HEAD: usize = 4096;

/// Whether a file's name ends as those of the formats that are read, whatever the case, and does not
/// begin with a dot, as that of a hidden file does.
pub fn is_picture_name(path: &Path) -> bool {
    !is_hidden(path) && has_extension(path, &EXTENSIONS)
}

/// Whether a file is to be listed as a picture: it has [the name of one](is_picture_name), or begins
/// as one, whatever it is called. Hidden files and films never are, nor the originals that ExifTool
/// keeps as `a.jpg_original`.
///
/// For listing folders; [`read`](super::read) itself goes by the content alone.
pub fn is_picture(path: &Path) -> bool {
    let never = || is_hidden(path) || has_extension(path, &FILMS) || is_original(path);
    is_picture_name(path) || (!never() && begins(path))
}

/// Whether the first bytes are those of a picture.
fn begins(path: &Path) -> bool {
    let mut head = Vec::with_capacity(HEAD);
    let read = open_file(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.is_ok() && begins_as_picture(&head)
}

/// Something in a folder that is no picture, or may hold some and could not be looked at. `Display`
/// is the reason without the path.
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
    /// A folder, where those within are not asked for.
    #[error("a folder within")]
    Folder { path: PathBuf },
    /// What macOS keeps of a file on the disks of other systems: the file's name behind `._`.
    #[error("macOS keeps it beside a file")]
    AppleDouble { path: PathBuf },
    /// A file that is [no picture](is_picture).
    #[error("no picture that is read")]
    Other { path: PathBuf },
}

impl PassedOver {
    /// What was passed over.
    pub fn path(&self) -> &Path {
        match self {
            Self::Loop { path }
            | Self::Unreadable { path, .. }
            | Self::Folder { path }
            | Self::AppleDouble { path }
            | Self::Other { path } => path,
        }
    }
}

/// The pictures in a folder, and in those within it if `recursive`, as they are found: by name
/// within a folder, byte by byte.
///
/// [`is_picture`] tells what is one; a file is only opened where its name does not. Links are
/// followed, so a file can be found under several paths. What else is there is named, for
/// [`LeftOut`](super::LeftOut) to count, and the walk goes on. Only what is hidden, its name
/// beginning with a dot, is left out without a word, but never `folder` itself nor AppleDouble
/// files, which look like pictures in the folders of other systems.
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
        .filter_entry(|entry| {
            let path = entry.path();
            let counted = || entry.file_type().is_file() && is_apple_double(path);
            entry.depth() == 0 || !is_hidden(path) || counted()
        })
        .filter_map(move |entry| match entry {
            Ok(entry) => {
                let (kind, within) = (entry.file_type(), entry.depth() > 0);
                let path = entry.into_path();
                match kind {
                    kind if kind.is_dir() => {
                        (within && !recursive).then_some(Err(PassedOver::Folder { path }))
                    }
                    kind if !kind.is_file() => None,
                    _ if is_apple_double(&path) => Some(Err(PassedOver::AppleDouble { path })),
                    _ if is_picture(&path) => Some(Ok(path)),
                    _ => Some(Err(PassedOver::Other { path })),
                }
            }
            Err(error) if error.depth() > 0 && error.path().is_some_and(is_hidden) => None,
            Err(error) => Some(Err(passed_over(error, &root))),
        })
}

fn is_hidden(path: &Path) -> bool {
    starts_with(path, b".")
}

fn is_apple_double(path: &Path) -> bool {
    starts_with(path, b"._")
}

fn starts_with(path: &Path, start: &[u8]) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(start)
}

fn is_original(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.as_encoded_bytes().ends_with(b"_original")
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
            ".a.jpg",
            "b/d.webp",
            ".hidden/e.jpg",
            ".in/b/f.jpg",
        ] {
            std::fs::write(at(file), b"").unwrap();
        }
        let (double, other) = (
            "._a.jpg: macOS keeps it beside a file",
            "notes.txt: no picture that is read",
        );
        assert_eq!(
            names(folder.path(), true),
            [double, "a.jpg", "b/d.webp", "c.PNG", other]
        );
        assert_eq!(
            names(folder.path(), false),
            [double, "a.jpg", "b: a folder within", "c.PNG", other]
        );
        assert_eq!(names(&at(".in"), true), ["b/f.jpg"], "it was asked for");
    }

    #[test]
    fn without_a_pictures_name_the_content_tells() {
        let folder = tempfile::tempdir().unwrap();
        let jpeg = std::fs::read(crate::sample("coffee")).unwrap();
        let bitmap = [b"BM".as_slice(), &[0; 12], &40u32.to_le_bytes(), &[0; 36]].concat();
        let files: [(&str, &[u8]); 9] = [
            ("a", &jpeg),
            ("b.HEIC", &jpeg),
            ("c.dat", &bitmap),
            ("d.THM", &jpeg),
            ("e.jpg_original", &jpeg),
            ("f.mov", b"\0\0\0\x14ftypqt  "),
            (
                "g.txt",
                b"BMW and Audi are makers of cars, and this is a text.",
            ),
            ("h.txt", b""),
            ("i.mpo", &jpeg),
        ];
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let found: Vec<_> = walk(folder.path(), true).flatten().collect();
        let wanted = ["a", "b.HEIC", "c.dat", "i.mpo"].map(|name| folder.path().join(name));
        assert_eq!(found, wanted);
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
