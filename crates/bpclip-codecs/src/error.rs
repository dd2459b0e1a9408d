//! Why a picture was not decoded.

use thiserror::Error;

use crate::Format;

/// Why a picture could not be described or decoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The content is neither HEIC, AVIF nor JPEG XL.
    #[error("not a HEIC, AVIF or JPEG XL picture")]
    NotThisFormat,
    /// The program was built without this format.
    #[error("{format} pictures are left out of this build")]
    LeftOut {
        /// What the content is.
        format: Format,
    },
    /// More pixels, or more memory for them, than the caller allows. A side that is not yet known
    /// is 0.
    #[error("the picture of {width}x{height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The data ends before the picture does.
    #[error("the file is cut short")]
    Truncated,
    /// The data contradicts itself or its format.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The format allows it, but it is not read here.
    #[error("not supported: {0}")]
    Unsupported(String),
}

impl CodecError {
    pub(crate) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged(why.into())
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}

/// What most of this crate's functions come to.
pub(crate) type Result<T> = std::result::Result<T, CodecError>;
