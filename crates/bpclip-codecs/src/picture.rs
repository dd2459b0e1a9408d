//! What is told of a picture, and what it is decoded to.

use crate::Format;
use crate::error::{CodecError, Result};

/// What a file says of its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The format, by content.
    pub format: Format,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// Bits per sample in the file; 0 where only the coded picture tells.
    pub bits: u8,
    /// Whether the file has more than one frame to be shown one after another.
    pub animated: bool,
    /// Whether an HDR gain map lies beside the picture.
    pub gain_map: bool,
    /// Bytes of memory that decoding takes, about.
    pub bytes: u64,
}

/// How large a picture may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels, width times height.
    pub pixels: u64,
    /// The most memory to decode into, in bytes. It is estimated from the headers.
    pub bytes: u64,
}

impl Limits {
    /// Refuses a picture that takes so many bytes while it is decoded.
    pub(crate) fn check(&self, width: u32, height: u32, bytes: u64) -> Result<()> {
        if u64::from(width) * u64::from(height) > self.pixels || bytes > self.bytes {
            return Err(CodecError::TooLarge { width, height });
        }
        Ok(())
    }
}

/// What the samples of a pixel are, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Grey.
    Grey,
    /// Grey, then opacity.
    GreyAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green and blue, then opacity.
    Rgba,
}

impl Channels {
    /// How many samples a pixel has.
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// Whether the last sample of a pixel is its opacity.
    pub fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// Samples, row by row without gaps, those of a pixel side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Samples {
    /// From 0 to 255.
    Eight(Vec<u8>),
    /// From 0 to 65535, whatever depth the file has.
    Sixteen(Vec<u16>),
}

/// The colours that the samples are in, by code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cicp {
    /// `ColourPrimaries`: 1 for BT.709 and sRGB, 9 for BT.2020, 12 for Display P3.
    pub primaries: u16,
    /// `TransferCharacteristics`: 13 for sRGB, 16 for PQ, 18 for HLG.
    pub transfer: u16,
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What a pixel consists of.
    pub channels: Channels,
    /// The pixels: upright, full range, opacity straight.
    pub samples: Samples,
    /// The ICC profile of the samples, where the file has one.
    pub profile: Option<Vec<u8>>,
    /// The code points of the samples, where the file has them.
    pub colours: Option<Cicp>,
    /// Bits per sample in the file.
    pub bits: u8,
    /// Whether the file has more frames, of which this is the primary or first one.
    pub animated: bool,
    /// Whether an HDR gain map lies beside the picture. It was left out: this is the base picture.
    pub gain_map: bool,
}
