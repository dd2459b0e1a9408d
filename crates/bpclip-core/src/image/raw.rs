//! What decoders hand on.

use super::Note;
use super::colour::{Channels, Samples};
use super::high_range::Transfer;
use ::image::metadata::Orientation;

/// A decoded file, before anything was done to its pixels.
pub(super) struct Raw {
    pub size: (u32, u32),
    /// The size in the file, where the pixels are fewer.
    pub whole: Option<(u32, u32)>,
    pub channels: Channels,
    pub samples: Samples,
    pub profile: Option<Vec<u8>>,
    /// Of a picture of high dynamic range how its values tell light. Its profile then has sRGB's
    /// curve.
    pub high_range: Option<Transfer>,
    pub orientation: Orientation,
    pub notes: Vec<Note>,
}
