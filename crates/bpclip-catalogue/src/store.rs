//! The user's folder of fetched weights.

use super::{CatalogueError, Entry, Origin, Size};
use crate::folders;
use std::path::{Path, PathBuf};

/// The environment variable that names a mirror: an address that takes the place of the origins'
/// scheme and host. It serves their paths.
pub const MIRROR: &str = "BPCLIP_MIRROR";

/// Where weights lie, and where they are fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
    mirror: Option<String>,
}

/// How much of an entry is there, by the look of it; [`Store::check`] proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is part of the program.
    Bundled,
    /// The file is there.
    Here,
    /// A file is there that has the wrong size.
    Wrong,
    /// A fetch was broken off after so many bytes.
    Partly(u64),
    /// Nothing is there.
    Absent,
}

impl Store {
    /// A store in a folder, which need not be there yet; with a mirror, weights come from there
    /// instead of from their origins.
    ///
    /// # Errors
    /// The mirror is no address.
    pub fn new(folder: PathBuf, mirror: Option<String>) -> Result<Self, CatalogueError> {
        let mirror = mirror.map(|mirror| mirror.trim_end_matches('/').to_owned());
        match &mirror {
            Some(mirror) if !mirror.starts_with("http://") && !mirror.starts_with("https://") => {
                Err(CatalogueError::Mirror(mirror.clone()))
            }
            _ => Ok(Self { folder, mirror }),
        }
    }

    /// The store of this user: `weights` in the cache folder that `BPCLIP_CACHE` or the system
    /// names, and the mirror that [`MIRROR`] names.
    ///
    /// # Errors
    /// There is no such folder, or the mirror is no address.
    pub fn of_user() -> Result<Self, CatalogueError> {
        let cache = folders::cache().ok_or(CatalogueError::NoFolder)?;
        let mirror = std::env::var_os(MIRROR).filter(|mirror| !mirror.is_empty());
        let mirror = mirror.map(|mirror| mirror.to_string_lossy().into_owned());
        Self::new(cache.join("weights"), mirror)
    }

    /// The folder of the weights.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file of an entry lies, or would; none for what is part of the program.
    pub fn path(&self, entry: &Entry) -> Option<PathBuf> {
        match entry.origin {
            Origin::Bundled => None,
            Origin::Web { file, .. } => Some(self.folder.join(file)),
        }
    }

    /// Where an entry is fetched from: its own address, or the mirror's.
    pub fn url(&self, entry: &Entry) -> Option<String> {
        let Origin::Web { url, .. } = entry.origin else {
            return None;
        };
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').and_then(|slash| rest.get(slash..)));
        match (&self.mirror, path) {
            (Some(mirror), Some(path)) => Some(format!("{mirror}{path}")),
            _ => Some(url.to_owned()),
        }
    }

    /// How much of an entry is there.
    pub fn state(&self, entry: &Entry) -> State {
        let Some(path) = self.path(entry) else {
            return State::Bundled;
        };
        let length = |path: &Path| {
            let metadata = path.metadata().ok().filter(|found| found.is_file());
            metadata.map(|found| found.len())
        };
        match (length(&path), length(&beside(&path, "part"))) {
            (Some(found), _) => match entry.size {
                Size::Exact(size) if size != found => State::Wrong,
                _ => State::Here,
            },
            (None, Some(part)) if part > 0 => State::Partly(part),
            (None, _) => State::Absent,
        }
    }

    /// What to do with the file of an entry.
    pub fn next(&self, entry: &Entry) -> String {
        let path = self.path(entry).unwrap_or_default();
        entry.next.replace("{file}", &path.display().to_string())
    }

    /// How to have the file of an entry where it cannot be fetched.
    pub fn by_hand(&self, entry: &Entry) -> String {
        let (Origin::Web { url, .. }, Some(path)) = (entry.origin, self.path(entry)) else {
            return String::new();
        };
        format!(
            "By hand: download {url} where that works, save it as {}, check it with `bpclip \
             weights verify {}`; next: {}",
            path.display(),
            entry.name,
            self.next(entry)
        )
    }
}

/// The path of something that belongs to a file and lies beside it.
pub(super) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::super::{ENTRIES, entry};
    use super::*;

    #[test]
    fn a_mirror_takes_the_place_of_scheme_and_host() {
        let entry = entry("resnet50-v1").unwrap();
        let store = |mirror: &str| Store::new("weights".into(), Some(mirror.into()));
        let url = store("http://127.0.0.1:80/").unwrap().url(entry);
        assert_eq!(
            url.unwrap(),
            "http://127.0.0.1:80/models/resnet50-0676ba61.pth"
        );
        assert!(matches!(
            store("ftp://mirror"),
            Err(CatalogueError::Mirror(_))
        ));
    }

    #[test]
    fn an_entry_is_in_the_box_here_partly_here_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned(), None).unwrap();
        let lite = entry("tf_efficientnet_lite1").unwrap();
        let path = store.path(lite).unwrap();
        assert_eq!(store.state(&ENTRIES[0]), State::Bundled);
        assert_eq!(store.state(lite), State::Absent);
        std::fs::write(beside(&path, "part"), b"abc").unwrap();
        assert_eq!(store.state(lite), State::Partly(3));
        std::fs::write(&path, b"abcdef").unwrap();
        assert_eq!(store.state(lite), State::Here);
        let resnet = entry("resnet50-v1").unwrap();
        std::fs::write(store.path(resnet).unwrap(), b"abc").unwrap();
        assert_eq!(store.state(resnet), State::Wrong);
    }
}
