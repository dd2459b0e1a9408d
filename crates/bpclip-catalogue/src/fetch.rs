//! Fetching one file of weights, whole or not at all.
//!
//! It grows beside its place, as `NAME.part`, and moves there only when its size and its SHA-256
//! are right. A fetch that broke off goes on where it was: the server is asked for the rest
//! (`Range`) of the same version (`If-Range`), and what is there already is hashed again. One
//! fetch of a file at a time: a lock file keeps a second one waiting, which then finds the file.

use super::download::{Head, Piece, Rest, TransferError, download};
use super::lock::lock;
use super::part::{PartFile, Whole};
use super::proof::{expected, note};
use super::{CatalogueError, Digest, Entry, Store, hash};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the wish to stop is looked at, and progress told.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another fetch of the same file is under way, which is waited for.
    Waiting,
    /// The server is asked.
    Connecting,
    /// The file arrives.
    Arriving {
        /// Bytes that are there, those of an earlier fetch too.
        done: u64,
        /// Bytes of the whole file.
        total: u64,
    },
}

/// A file that is there and is what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The file.
    pub path: PathBuf,
    /// Its SHA-256.
    pub sha256: String,
    /// Bytes that were transferred: none where it was there already, and not those of an earlier
    /// fetch.
    pub transferred: u64,
}

impl Store {
    /// Fetches the file of an entry, unless it is there and right; blocks until it is done, so
    /// call it on a thread of its own. `watch` is told how far it is, some ten times a second.
    /// `stop` ends it within about as long.
    ///
    /// # Errors
    /// What is wrong with the folder, the connection, the disk or the file. Whatever stood in
    /// the file's place stays.
    pub fn fetch(
        &self,
        entry: &Entry,
        watch: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<Fetched, CatalogueError> {
        let (Some(path), Some(url)) = (self.path(entry), self.url(entry)) else {
            return Err(CatalogueError::Bundled(entry.name));
        };
        fs::create_dir_all(self.folder()).map_err(|source| CatalogueError::Folder {
            path: self.folder().to_owned(),
            source,
        })?;
        let _lock = lock(&path, watch, stop)?;
        if let Some(sha256) = right(entry, &path)? {
            let transferred = 0;
            return Ok(Fetched {
                path,
                sha256,
                transferred,
            });
        }
        let by_hand = self.by_hand(entry);
        Fetch {
            entry,
            url,
            by_hand,
            watch,
            stop,
        }
        .run(path)
    }
}

/// The SHA-256 of the file, if it is there and is what it should be.
fn right(entry: &Entry, path: &Path) -> Result<Option<String>, CatalogueError> {
    let (true, Some(expected)) = (path.is_file(), expected(entry, path)) else {
        return Ok(None);
    };
    Ok(Some(hash::of_file(path)?).filter(|found| *found == expected))
}

struct Fetch<'a> {
    entry: &'a Entry,
    url: String,
    by_hand: String,
    watch: &'a mut dyn FnMut(Progress),
    stop: &'a AtomicBool,
}

type Pieces = Receiver<Result<Piece, TransferError>>;

enum Next {
    Piece(Piece),
    Failed(TransferError),
    End,
    /// Not yet.
    Nothing,
}

impl Fetch<'_> {
    fn run(mut self, path: PathBuf) -> Result<Fetched, CatalogueError> {
        let mut part = PartFile::open(&path, &self.url)?;
        let transferred = match self.complete(&mut part) {
            Ok(transferred) => transferred,
            Err(error) => {
                // Nothing to go on with, or nothing of the right file.
                if part.length() == 0 || matches!(error, CatalogueError::Size { .. }) {
                    part.discard()?;
                }
                return Err(error);
            }
        };
        let sha256 = part.sha256();
        let expected = match (self.entry.digest, part.whole()) {
            (Digest::Sha256(digest), _) => digest.to_owned(),
            (Digest::AtOrigin, whole) => {
                whole.map_or_else(String::new, |whole| whole.sha256.clone())
            }
        };
        if sha256 != expected {
            part.discard()?;
            let (url, found) = (self.url, sha256);
            return Err(CatalogueError::Digest {
                url,
                expected,
                found,
            });
        }
        if self.entry.digest == Digest::AtOrigin {
            note(&path, &sha256)?;
        }
        part.keep(&path)?;
        Ok(Fetched {
            path,
            sha256,
            transferred,
        })
    }

    /// Fetches what the part lacks, and says how many bytes that was.
    fn complete(&mut self, part: &mut PartFile) -> Result<u64, CatalogueError> {
        let lacks = |whole: &Whole| part.length() < whole.size;
        if !part.whole().is_none_or(lacks) {
            return Ok(0);
        }
        (self.watch)(Progress::Connecting);
        let pieces = self.connect(part)?;
        let before = part.length();
        self.receive(part, &pieces)?;
        Ok(part.length() - before)
    }

    /// Asks for what is missing. The part is left ready for what comes: as it was, or empty where
    /// the server begins at the beginning.
    fn connect(&self, part: &mut PartFile) -> Result<Pieces, CatalogueError> {
        let rest = part.whole().and_then(|whole| {
            Some(Rest {
                from: part.length(),
                validator: whole.validator.clone()?,
            })
        });
        let resumed = rest.is_some();
        let pieces = download(self.url.clone(), rest);
        let head = loop {
            match self.next(&pieces)? {
                Next::Piece(Piece::Head(head)) => break head,
                Next::Failed(error) => return Err(self.unreachable(error)),
                Next::Piece(Piece::Bytes(_)) | Next::End => {
                    return Err(self.unreachable(TransferError::NoAnswer));
                }
                Next::Nothing => {}
            }
        };
        match head.status {
            200 => {
                part.begin(self.whole(&head)?)?;
                Ok(pieces)
            }
            206 if resumed && self.continues(part, &head) => Ok(pieces),
            // The server cannot go on from here: once more from the beginning.
            206 | 416 if resumed => {
                part.clear()?;
                self.connect(part)
            }
            status => Err(CatalogueError::Refused {
                url: self.url.clone(),
                status,
                by_hand: self.by_hand.clone(),
            }),
        }
    }

    /// What an answer says of the whole file, held against the catalogue.
    fn whole(&self, head: &Head) -> Result<Whole, CatalogueError> {
        let (url, by_hand) = (self.url.clone(), self.by_hand.clone());
        let Some(size) = head.size else {
            return Err(CatalogueError::NoSize { url, by_hand });
        };
        if !self.entry.size.allows(size) {
            let expected = self.entry.size;
            return Err(CatalogueError::Size {
                url,
                expected,
                found: size,
            });
        }
        let sha256 = match (self.entry.digest, head.sha256.clone()) {
            (Digest::Sha256(expected), Some(found)) if found != expected => {
                let expected = expected.to_owned();
                return Err(CatalogueError::Changed {
                    url,
                    expected,
                    found,
                });
            }
            (Digest::Sha256(expected), _) => expected.to_owned(),
            (Digest::AtOrigin, Some(found)) => found,
            (Digest::AtOrigin, None) => return Err(CatalogueError::NoDigest { url, by_hand }),
        };
        let validator = head.validator.clone();
        Ok(Whole {
            url,
            sha256,
            size,
            validator,
        })
    }

    /// Whether an answer goes on where the part ends, with the same file.
    fn continues(&self, part: &PartFile, head: &Head) -> bool {
        let (Ok(found), Some(whole)) = (self.whole(head), part.whole()) else {
            return false;
        };
        head.from == part.length() && whole.sha256 == found.sha256 && whole.size == found.size
    }

    /// Takes in what comes, to the end of the file.
    fn receive(&mut self, part: &mut PartFile, pieces: &Pieces) -> Result<(), CatalogueError> {
        let total = part.whole().map_or(0, |whole| whole.size);
        let mut told: Option<Instant> = None;
        loop {
            let done = part.length();
            if done == total || told.is_none_or(|told| told.elapsed() >= TICK) {
                (self.watch)(Progress::Arriving { done, total });
                told = Some(Instant::now());
            }
            let broken = |source| CatalogueError::Broken {
                url: self.url.clone(),
                done,
                total,
                source,
            };
            match self.next(pieces)? {
                Next::Piece(Piece::Bytes(bytes)) => {
                    let found = done + bytes.len() as u64;
                    if found > total {
                        let (url, expected) = (self.url.clone(), self.entry.size);
                        return Err(CatalogueError::Size {
                            url,
                            expected,
                            found,
                        });
                    }
                    part.add(&bytes)?;
                }
                Next::End if done == total => return Ok(()),
                Next::End => return Err(broken(TransferError::Short)),
                Next::Failed(error) => return Err(broken(error)),
                Next::Piece(Piece::Head(_)) => {
                    return Err(self.unreachable(TransferError::NoAnswer));
                }
                Next::Nothing => {}
            }
        }
    }

    /// What comes next within a tick.
    fn next(&self, pieces: &Pieces) -> Result<Next, CatalogueError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(CatalogueError::Cancelled);
        }
        Ok(match pieces.recv_timeout(TICK) {
            Ok(Ok(piece)) => Next::Piece(piece),
            Ok(Err(error)) => Next::Failed(error),
            Err(RecvTimeoutError::Disconnected) => Next::End,
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
        })
    }

    fn unreachable(&self, source: TransferError) -> CatalogueError {
        CatalogueError::Unreachable {
            url: self.url.clone(),
            source,
            by_hand: self.by_hand.clone(),
        }
    }
}
