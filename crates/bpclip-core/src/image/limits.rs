//! How large a picture may be before it is refused.

use std::path::Path;

use super::ImageError;
use crate::memory;

/// What a picture may ask for, so that a hostile or huge file is refused and does not end the
/// process. All three are checked from the file's header, before its pixels are decoded.
/// [`of_this_machine`](Self::of_this_machine) is what most callers want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of the file.
    pub max_file_bytes: u64,
    /// The most pixels, width times height.
    pub max_pixels: u64,
    /// The most bytes of the decoded samples and of the sRGB pixels made from them, which exist at
    /// the same time.
    pub max_memory: u64,
}

impl Default for Limits {
    /// 2 GiB of file, 500 million pixels (a 400-megapixel pixel-shift photo passes), 4 GiB of
    /// memory.
    fn default() -> Self {
        Self {
            max_file_bytes: 2 << 30,
            max_pixels: 500_000_000,
            max_memory: 4 << 30,
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

    /// Whether a picture of this size may be decoded, with `bytes_per_pixel` for its decoded
    /// samples.
    pub(super) fn admit(
        &self,
        origin: &Path,
        (width, height): (u32, u32),
        bytes_per_pixel: u64,
    ) -> Result<(), ImageError> {
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
        if pixels.saturating_mul(bytes_per_pixel + 3) > self.max_memory {
            let (path, limit) = (origin.into(), self.max_memory);
            return Err(ImageError::TooMuchMemory { path, limit });
        }
        Ok(())
    }
}
