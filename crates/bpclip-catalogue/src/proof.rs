//! Whether a file is what the catalogue says.

use super::store::beside;
use super::{CatalogueError, Digest, ENTRIES, Entry, Store, hash};
use std::path::Path;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this entry.
    Right {
        /// The entry.
        entry: &'static Entry,
        /// By what that was found.
        proof: Proof,
        /// The file's SHA-256.
        sha256: String,
    },
    /// It bears the name of this entry, and is something else.
    Wrong {
        /// The entry.
        entry: &'static Entry,
        /// What the SHA-256 should be.
        expected: String,
        /// What it is.
        sha256: String,
    },
    /// It bears the name of this entry, of which no digest is known here.
    Unproven {
        /// The entry.
        entry: &'static Entry,
        /// The file's SHA-256, to be compared with the one on the entry's page.
        sha256: String,
    },
    /// It is nothing that the catalogue knows.
    Unknown {
        /// The file's SHA-256.
        sha256: String,
    },
}

/// What a digest was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The catalogue.
    Catalogue,
    /// What the origin published when the file was fetched.
    Origin,
}

impl Store {
    /// Finds out what a file is, wherever it lies.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn check(&self, path: &Path) -> Result<Verdict, CatalogueError> {
        let sha256 = hash::of_file(path)?;
        let known = ENTRIES
            .iter()
            .find(|entry| matches!(entry.digest, Digest::Sha256(digest) if digest == sha256));
        if let Some(entry) = known {
            let proof = Proof::Catalogue;
            return Ok(Verdict::Right {
                entry,
                proof,
                sha256,
            });
        }
        let named = |entry: &&Entry| {
            let place = self.path(entry);
            place.is_some_and(|place| place.file_name() == path.file_name())
        };
        let Some(entry) = ENTRIES.iter().find(named) else {
            return Ok(Verdict::Unknown { sha256 });
        };
        Ok(match expected(entry, path) {
            Some(expected) if expected == sha256 => {
                let proof = Proof::Origin;
                Verdict::Right {
                    entry,
                    proof,
                    sha256,
                }
            }
            Some(expected) => Verdict::Wrong {
                entry,
                expected,
                sha256,
            },
            None => Verdict::Unproven { entry, sha256 },
        })
    }
}

/// The SHA-256 that a file should have, as far as it is known here.
pub(super) fn expected(entry: &Entry, path: &Path) -> Option<String> {
    match entry.digest {
        Digest::Sha256(digest) => Some(digest.to_owned()),
        Digest::AtOrigin => {
            let note = bpclip_core::file::read_text(&beside(path, "sha256")).ok()?;
            let digest = note.split_whitespace().next()?;
            hash::is_sha256(digest).then(|| digest.to_owned())
        }
    }
}

/// Notes beside a file which SHA-256 its origin published for it, as `sha256sum` writes it.
pub(super) fn note(path: &Path, sha256: &str) -> Result<(), CatalogueError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let target = beside(path, "sha256");
    bpclip_core::file::write_whole(&target, |file| {
        use std::io::Write;
        writeln!(file, "{sha256}  {name}")
    })
    .map_err(|source| CatalogueError::write(&target, source, 0))
}
