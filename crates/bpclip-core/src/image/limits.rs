//! How large a picture may be before it is refused.

use std::path::Path;

use super::ImageError;
use crate::memory;

/// What one picture may ask for, so that a hostile or huge file is refused and does not end the
/// process. All three are checked from the file's header, before its pixels are decoded.
/// [`of_this_machine`](Self::of_this_machine) is what most callers want. What all pictures take
/// together is held to [`memory::READING`] besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of the file.
    pub max_file_bytes: u64,
    /// The most pixels, width times height.
    pub max_pixels: u64,
    /// The most bytes that decoding it takes at its peak, until its pixels are in sRGB.
    pub max_memory: u64,
}

impl Default for Limits {
    /// 2 GiB of file, 500 million pixels (a 400-megapixel pixel-shift photo passes), 8 GiB of
    /// memory.
    fn default() -> Self {
        Self {
            max_file_bytes: 2 << 30,
            max_pixels: 500_000_000,
            max_memory: 8 << 30,
        }
    }
}

impl Limits {
    /// The usual limits, with no more memory than half of what this process can still have, where
    /// the system tells: a picture that does not fit is refused, where asking for it would end the
    /// process.
    pub fn of_this_machine() -> Self {
        let usual = Self::default();
        Self {
            max_memory: memory::available()
                .map_or(usual.max_memory, |free| usual.max_memory.min(free / 2)),
            ..usual
        }
    }

    /// The bytes that decoding a picture of this size takes, if it may be decoded: `per_pixel` for
    /// each pixel, and some `beside`.
    pub(super) fn admit(
        &self,
        origin: &Path,
        (width, height): (u32, u32),
        per_pixel: u64,
        beside: u64,
    ) -> Result<u64, ImageError> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            let (path, limit) = (origin.into(), self.max_pixels);
            return Err(ImageError::TooManyPixels {
                path,
                width,
                height,
                limit,
            });
        }
        let needed = pixels.saturating_mul(per_pixel).saturating_add(beside);
        if needed > self.max_memory {
            let (path, limit) = (origin.into(), self.max_memory);
            return Err(ImageError::TooMuchMemory { path, limit });
        }
        Ok(needed)
    }
}

/// The bytes that a pixel of so many channels, of one or two bytes each, takes at the peak: its
/// samples, the same converted by a profile, and what becomes of them on the way to sRGB.
pub(super) fn per_pixel(channels: u64, depth: u64) -> u64 {
    (channels + 5) * depth
}
