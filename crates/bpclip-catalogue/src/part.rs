//! A file that is not whole yet, and a note of what it is a part of.

use super::store::beside;
use super::{CatalogueError, hash};
use bpclip_core::file::{open_own, read_file};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a part is a part of, kept beside it so that another process can go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// Where it comes from.
    pub url: String,
    /// The SHA-256 of the whole.
    pub sha256: String,
    /// Bytes of the whole.
    pub size: u64,
    /// What the server knows this version of the file by (`ETag` or `Last-Modified`), if by
    /// anything.
    pub validator: Option<String>,
}

/// `NAME.part`, open, with the digest of what is in it so far.
pub struct PartFile {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    length: u64,
    whole: Option<Whole>,
}

impl PartFile {
    /// Opens the part of `target`, or makes an empty one. What an earlier fetch from `url` left
    /// is taken up where its note tells what it is; anything else is dropped.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn open(target: &Path, url: &str) -> Result<Self, CatalogueError> {
        let path = beside(target, "part");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let open = open_own(&path, &mut options);
        let mut part = Self {
            file: open.map_err(|source| CatalogueError::write(&path, source, 0))?,
            hasher: Sha256::new(),
            length: 0,
            whole: read_file(&beside(&path, "json"))
                .ok()
                .and_then(|note| serde_json::from_slice(&note).ok())
                .filter(|whole: &Whole| whole.url == url),
            path,
        };
        let usable = |whole: &Whole, length| length > 0 && length <= whole.size;
        let length = part.io(|part| Ok(part.file.metadata()?.len()))?;
        match &part.whole {
            Some(whole) if usable(whole, length) => {
                let taken = hash::update(&mut part.hasher, &mut part.file);
                part.length = taken.map_err(|source| CatalogueError::io(&part.path, source))?;
            }
            _ => part.clear()?,
        }
        Ok(part)
    }

    /// Bytes that are there.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What it is a part of, if it holds anything.
    pub fn whole(&self) -> Option<&Whole> {
        self.whole.as_ref()
    }

    /// Drops what is there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear(&mut self) -> Result<(), CatalogueError> {
        self.whole = None;
        self.hasher = Sha256::new();
        self.length = 0;
        self.io(|part| {
            remove(&beside(&part.path, "json"))?;
            if part.file.metadata()?.len() > 0 {
                part.file.set_len(0)?;
            }
            (&part.file).seek(SeekFrom::Start(0)).map(|_| ())
        })
    }

    /// Starts anew as a part of `whole`.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn begin(&mut self, whole: Whole) -> Result<(), CatalogueError> {
        self.clear()?;
        let note = beside(&self.path, "json");
        bpclip_core::file::write_whole(&note, |file| Ok(serde_json::to_writer(file, &whole)?))
            .map_err(|source| CatalogueError::write(&note, source, whole.size))?;
        self.whole = Some(whole);
        Ok(())
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// They cannot be written; as many of them as could be are there.
    pub fn add(&mut self, mut bytes: &[u8]) -> Result<(), CatalogueError> {
        while !bytes.is_empty() {
            let written = match self.file.write(bytes) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other,
            };
            let written = written.map_err(|source| {
                let whole = self.whole.as_ref().map_or(0, |whole| whole.size);
                CatalogueError::write(&self.path, source, whole.saturating_sub(self.length))
            })?;
            let (added, rest) = bytes.split_at_checked(written).unwrap_or((bytes, &[]));
            self.hasher.update(added);
            self.length += added.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    /// The SHA-256 of what is there.
    pub fn sha256(&self) -> String {
        hash::hex(self.hasher.clone())
    }

    /// Makes it the target.
    ///
    /// # Errors
    /// The file system refuses; the part stays then.
    pub fn keep(self, target: &Path) -> Result<(), CatalogueError> {
        self.io(|part| part.file.sync_all())?;
        // Windows moves no open file.
        drop(self.file);
        fs::rename(&self.path, target)
            .map_err(|source| CatalogueError::write(target, source, 0))?;
        // Without its part the note is nothing that anybody would go by.
        let _ = fs::remove_file(beside(&self.path, "json"));
        Ok(())
    }

    /// Removes it.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn discard(self) -> Result<(), CatalogueError> {
        drop(self.file);
        let gone = remove(&beside(&self.path, "json")).and_then(|()| remove(&self.path));
        gone.map_err(|source| CatalogueError::io(&self.path, source))
    }

    fn io<T>(&self, work: impl FnOnce(&Self) -> io::Result<T>) -> Result<T, CatalogueError> {
        work(self).map_err(|source| CatalogueError::write(&self.path, source, 0))
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
