//! Why there is no preview.

use thiserror::Error;

use crate::Kind;

/// Why no preview could be had from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RawError {
    /// The content is of no kind that [`identify`](crate::identify) knows.
    #[error("not a camera raw file of a known kind")]
    NotRaw,
    /// The file says what it is, but its first directory cannot be read.
    #[error(
        "{0}: camera raw is not developed here, and the file is too damaged to find its JPEG \
         preview: {1}; copy it again from the card, or export a JPEG from it"
    )]
    Damaged(Kind, &'static str),
    /// The file points to previews, or to directories that may have some, past its end.
    #[error(
        "{0}: camera raw is not developed here, and the file ends before its JPEG preview does; \
         copy it again from the card, or export a JPEG from it"
    )]
    CutShort(Kind),
    /// More directories or pointers than any camera writes, and no preview among the first.
    #[error(
        "{0}: camera raw is not developed here, and no JPEG preview is among the directories that \
         are read, of which the file has more; export a JPEG from it"
    )]
    TooMany(Kind),
    /// A sound file without a JPEG preview.
    #[error(
        "{0}: camera raw is not developed here, and the file holds no JPEG preview; export a JPEG \
         from it, or let the camera write RAW+JPEG"
    )]
    NoPreview(Kind),
}

impl RawError {
    /// The kind of the file, where it is camera raw at all.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::NotRaw => None,
            Self::Damaged(kind, _)
            | Self::CutShort(kind)
            | Self::TooMany(kind)
            | Self::NoPreview(kind) => Some(kind),
        }
    }
}
