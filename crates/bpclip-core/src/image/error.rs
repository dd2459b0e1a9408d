//! Why a picture could not be read or written.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why a picture could not be read or written. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum ImageError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// The file could not be written; what was there before is untouched.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty: copy or export it again", path.display())]
    Empty { path: PathBuf },
    /// The first bytes belong to no known picture format.
    #[error("{} is not a picture: JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC, AVIF, JPEG XL and camera raw are read", path.display())]
    UnknownFormat { path: PathBuf },
    /// A picture, but of a kind that is not read.
    #[error("{} cannot be read: {what}; export it as PNG, TIFF or JPEG with 8 or 16 bits a channel", path.display())]
    Unsupported { path: PathBuf, what: String },
    /// Camera raw without a usable JPEG of the camera's.
    #[error("{}: {source}", path.display())]
    CameraRaw {
        path: PathBuf,
        source: bpclip_raw::RawError,
    },
    /// The file is larger than [`Limits::max_file_bytes`](super::Limits::max_file_bytes).
    #[error("{} has {bytes} bytes, more than the {limit} allowed: export it smaller", path.display())]
    TooManyBytes {
        path: PathBuf,
        bytes: u64,
        limit: u64,
    },
    /// The picture has more pixels than [`Limits::max_pixels`](super::Limits::max_pixels).
    #[error("{} has {width} x {height} pixels, more than the {limit} allowed: scale it down", path.display())]
    TooManyPixels {
        path: PathBuf,
        width: u32,
        height: u32,
        limit: u64,
    },
    /// Decoding would take more memory than [`Limits::max_memory`](super::Limits::max_memory).
    #[error("{} needs more memory than the {limit} bytes allowed: scale it down", path.display())]
    TooMuchMemory { path: PathBuf, limit: u64 },
    /// The embedded colour profile is packed, and far larger than any printer's.
    #[error("{} holds a colour profile that unpacks to more than {limit} bytes: export it again without", path.display())]
    ProfileTooLarge { path: PathBuf, limit: u64 },
    /// The file is damaged, cut short or hostile.
    #[error("{} is damaged or cut short ({}): copy or export it again", path.display(), source.to_string().trim())]
    Malformed {
        path: PathBuf,
        source: Box<dyn Error + Send + Sync>,
    },
}
