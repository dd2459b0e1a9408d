//! What decoders hand on.

use super::Note;
use super::colour::{Channels, Samples};
use ::image::metadata::Orientation;

/// A decoded file, before anything was done to its pixels.
pub(super) struct Raw {
    pub size: (u32, u32),
    /// The size in the file, where the pixels are fewer.
    pub whole: Option<(u32, u32)>,
    pub channels: Channels,
    pub samples: Samples,
    pub profile: Option<Vec<u8>>,
    pub orientation: Orientation,
    pub notes: Vec<Note>,
}
