//! Why a picture could not be read or written.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why a picture could not be read or written. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file could not be written; what was there before is untouched.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty: copy or export it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The first bytes belong to no known picture format.
    #[error("{} is not a picture: JPEG, PNG, TIFF, WebP, BMP and GIF are read", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// A picture, but of a kind that is not read.
    #[error("{} cannot be read: {what}; export it as PNG, TIFF or JPEG with 8 or 16 bits a channel", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The kind.
        what: String,
    },
    /// The file is larger than [`Limits::max_file_bytes`](super::Limits::max_file_bytes).
    #[error("{} has {bytes} bytes, more than the {limit} allowed: export it smaller", path.display())]
    TooManyBytes {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The picture has more pixels than [`Limits::max_pixels`](super::Limits::max_pixels).
    #[error("{} has {width} x {height} pixels, more than the {limit} allowed: scale it down", path.display())]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// The limit.
        limit: u64,
    },
    /// Decoding would take more memory than [`Limits::max_memory`](super::Limits::max_memory).
    #[error("{} needs more memory than the {limit} bytes allowed: scale it down", path.display())]
    TooMuchMemory {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// The file is damaged, cut short or hostile.
    #[error("{} is damaged or cut short ({source}): copy or export it again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: Box<dyn Error + Send + Sync>,
    },
}
