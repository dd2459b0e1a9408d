//! What can go wrong with the catalogue.

// The messages say what the variants and their fields are.
#![allow(missing_docs)]

use super::entry::readable;
use super::{Size, TransferError};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why weights could not be fetched or looked at. What had arrived stays, unless said otherwise.
#[derive(Debug, Error)]
pub enum CatalogueError {
    #[error("the system names no folder for caches: set BPCLIP_CACHE to one")]
    NoFolder,
    #[error("BPCLIP_MIRROR is `{0}`: give an address that begins with http:// or https://")]
    Mirror(String),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} cannot be written to: {source}. Set BPCLIP_CACHE to a folder that can", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("{}: the disk is full; {} are still missing. What has arrived stays: make room, and fetch again", path.display(), readable(*missing))]
    Full { path: PathBuf, missing: u64 },
    #[error("{0} is part of the program: there is no file of it")]
    Bundled(&'static str),
    #[error("{url} cannot be reached: {source}. {by_hand}")]
    Unreachable {
        url: String,
        source: TransferError,
        by_hand: String,
    },
    /// The answer was not the file.
    #[error("{url} answers with status {status}. {by_hand}")]
    Refused {
        url: String,
        status: u16,
        by_hand: String,
    },
    #[error("the transfer of {url} broke after {} of {}: {source}. Fetch again: only the rest is transferred", readable(*done), readable(*total))]
    Broken {
        url: String,
        done: u64,
        total: u64,
        source: TransferError,
    },
    #[error("{url} is {found} bytes long, not {}: this is another file, nothing of it was kept", match expected { Size::Exact(bytes) => format!("{bytes}"), Size::About(_) => expected.to_string() })]
    Size {
        url: String,
        expected: Size,
        found: u64,
    },
    #[error("{url} does not say how large it is: nothing was fetched. {by_hand}")]
    NoSize { url: String, by_hand: String },
    /// The origin publishes no digest, and the catalogue has none either.
    #[error(
        "{url} comes without a SHA-256 (X-Linked-ETag) to check it by: nothing was fetched. {by_hand}"
    )]
    NoDigest { url: String, by_hand: String },
    /// The origin publishes another digest than the catalogue has; nothing was fetched.
    #[error(
        "{url} is another file by now: its SHA-256 is {found}, the catalogue's {expected}. Nothing was fetched"
    )]
    Changed {
        url: String,
        expected: String,
        found: String,
    },
    #[error(
        "what {url} sent is not the file: its SHA-256 is {found}, it should be {expected}. It was removed"
    )]
    Digest {
        url: String,
        expected: String,
        found: String,
    },
    #[error("stopped; what has arrived stays, and only the rest is transferred next time")]
    Cancelled,
}

impl CatalogueError {
    /// A file that could not be read or written.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { path, source }
    }

    /// A file that could not be written, while so many bytes had no place yet.
    pub(super) fn write(path: &Path, source: io::Error, missing: u64) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded if missing > 0 => {
                Self::Full { path, missing }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Folder { path, source }
            }
            _ => Self::Io { path, source },
        }
    }
}
