//! How large a picture may be before it is refused.

use std::fs;
use std::path::Path;

use super::ImageError;

/// What a picture may ask for. All three are checked from the file's header, before its pixels are
/// decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub max_file_bytes: u64,
    /// Width times height.
    pub max_pixels: u64,
    /// Bytes of the decoded samples and of the sRGB pixels made from them, which exist at the same
    /// time.
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
            max_memory: usual.max_memory.min(available() / 2),
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

/// Bytes of memory that this process can still have: of the machine's, of its own (`ulimit -v`) and
/// of its container's. As on Linux; elsewhere nothing is known of an end.
fn available() -> u64 {
    // The number behind a name in one of the system's tables, times `unit`.
    let number = |file: &str, name: &str, unit: u64| {
        let table = fs::read_to_string(file).ok()?;
        let value = table.lines().find_map(|line| line.strip_prefix(name))?;
        let number: u64 = value.split_whitespace().next()?.parse().ok()?;
        number.checked_mul(unit)
    };
    let less = |most: Option<u64>, used: Option<u64>| Some(most?.saturating_sub(used?));
    let ends = [
        number("/proc/meminfo", "MemAvailable:", 1024),
        less(
            number("/proc/self/limits", "Max address space", 1),
            number("/proc/self/status", "VmSize:", 1024),
        ),
        less(
            number("/sys/fs/cgroup/memory.max", "", 1),
            number("/sys/fs/cgroup/memory.current", "", 1),
        ),
    ];
    ends.into_iter().flatten().min().unwrap_or(u64::MAX)
}
