//! What can go wrong with the catalogue.

use super::entry::readable;
use super::{Size, TransferError};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why weights could not be fetched or looked at. What had arrived stays, unless said otherwise.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// There is no folder to keep weights in.
    #[error("the system names no folder for caches: set BPCLIP_CACHE to one")]
    NoFolder,
    /// The mirror's address is none.
    #[error("BPCLIP_MIRROR is `{0}`: give an address that begins with http:// or https://")]
    Mirror(String),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder of weights cannot be written to.
    #[error("{} cannot be written to: {source}. Set BPCLIP_CACHE to a folder that can", path.display())]
    Folder {
        /// The folder, or the file in it that could not be made.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk is full.
    #[error("{}: the disk is full; {} are still missing. What has arrived stays: make room, and fetch again", path.display(), readable(*missing))]
    Full {
        /// The file that grew.
        path: PathBuf,
        /// Bytes that had no place.
        missing: u64,
    },
    /// There is nothing to fetch.
    #[error("{0} is part of the program: there is no file of it")]
    Bundled(&'static str),
    /// No answer came.
    #[error("{url} cannot be reached: {source}. {by_hand}")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        source: TransferError,
        /// How to have the file otherwise.
        by_hand: String,
    },
    /// The answer was not the file.
    #[error("{url} answers with status {status}. {by_hand}")]
    Refused {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// How to have the file otherwise.
        by_hand: String,
    },
    /// The transfer ended too early.
    #[error("the transfer of {url} broke after {} of {}: {source}. Fetch again: only the rest is transferred", readable(*done), readable(*total))]
    Broken {
        /// The address.
        url: String,
        /// Bytes that are there.
        done: u64,
        /// Bytes of the whole file.
        total: u64,
        /// Why.
        source: TransferError,
    },
    /// The origin has a file of another size; nothing was kept.
    #[error("{url} is {found} bytes long, not {}: this is another file, nothing of it was kept", match expected { Size::Exact(bytes) => format!("{bytes}"), Size::About(_) => expected.to_string() })]
    Size {
        /// The address.
        url: String,
        /// What the catalogue says.
        expected: Size,
        /// What the origin says, or sent.
        found: u64,
    },
    /// The origin does not say how large its file is.
    #[error("{url} does not say how large it is: nothing was fetched. {by_hand}")]
    NoSize {
        /// The address.
        url: String,
        /// How to have the file otherwise.
        by_hand: String,
    },
    /// The origin publishes no digest, and the catalogue has none either.
    #[error(
        "{url} comes without a SHA-256 (X-Linked-ETag) to check it by: nothing was fetched. {by_hand}"
    )]
    NoDigest {
        /// The address.
        url: String,
        /// How to have the file otherwise.
        by_hand: String,
    },
    /// The origin publishes another digest than the catalogue has; nothing was fetched.
    #[error(
        "{url} is another file by now: its SHA-256 is {found}, the catalogue's {expected}. Nothing was fetched"
    )]
    Changed {
        /// The address.
        url: String,
        /// The catalogue's.
        expected: String,
        /// The origin's.
        found: String,
    },
    /// What arrived is not the file; it was removed.
    #[error(
        "what {url} sent is not the file: its SHA-256 is {found}, it should be {expected}. It was removed"
    )]
    Digest {
        /// The address.
        url: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// It was told to stop.
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
