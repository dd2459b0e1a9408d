//! A raw file's previews, sorted.

use std::ops::Range;

use crate::finds::Finds;
use crate::{Kind, RawError, bmff, identify, jpeg, raf, tiff_raw};

/// What a raw file says of itself, and the JPEG previews in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// The container.
    pub kind: Kind,
    /// Width and height in pixels of the picture that the camera makes of the sensor, as it lies in
    /// the file: not turned by [`orientation`](Self::orientation). The stated crop where there is
    /// one, else the size of the sensor data, which may be a few pixels larger, else Exif's size.
    pub sensor: Option<(u32, u32)>,
    /// How to turn what is stored, 1 to 8 as in TIFF and Exif; 1 where the file says nothing. It
    /// holds for the previews too, see [`turn`](Self::turn), in place of any orientation that their
    /// own Exif states.
    pub orientation: u8,
    /// JPEG previews, the one with most pixels first.
    pub previews: Vec<Preview>,
    /// How many previews the file names that would pass its end: it was cut short.
    pub lost: usize,
}

/// A JPEG within a raw file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Its bytes in the file. Some may follow the end of the JPEG proper.
    pub range: Range<usize>,
    /// Pixels across, as the JPEG's frame header says.
    pub width: u32,
    /// Pixels down, as the JPEG's frame header says.
    pub height: u32,
}

/// Finds the JPEG previews of a camera raw file.
///
/// `bytes` is the whole file; a memory map is fine, as only directories and heads of JPEGs are
/// read.
///
/// # Errors
///
/// [`RawError`] when the file is not camera raw, or no preview can be had; it says what to do. At
/// least one preview is there otherwise.
pub fn previews(bytes: &[u8]) -> Result<Raw, RawError> {
    let kind = identify(bytes).ok_or(RawError::NotRaw)?;
    let mut finds = Finds::new(bytes);
    let facts = match kind {
        Kind::Cr3 => bmff::read(bytes, &mut finds),
        Kind::Raf => raf::read(bytes, &mut finds)
            .ok_or(RawError::Damaged(kind, "its header is cut short"))?,
        _ => tiff_raw::read(bytes, kind, &mut finds).ok_or(RawError::Damaged(
            kind,
            "its first directory cannot be read",
        ))?,
    };
    let mut previews = finds.previews;
    previews.sort_by_key(|p| {
        (
            std::cmp::Reverse(u64::from(p.width) * u64::from(p.height)),
            p.range.start,
        )
    });
    let Some(largest) = previews.first() else {
        return Err(if finds.lost > 0 || facts.past_end {
            RawError::CutShort(kind)
        } else if facts.cut || finds.cut {
            RawError::TooMany(kind)
        } else {
            RawError::NoPreview(kind)
        });
    };
    let orientation = facts
        .orientation
        .or_else(|| jpeg::orientation(&bytes[largest.range.clone()]));
    let orientation = orientation.unwrap_or(1);
    Ok(Raw {
        kind,
        sensor: facts.sensor,
        orientation,
        previews,
        lost: finds.lost,
    })
}

/// What a container says beside its previews.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) sensor: Option<(u32, u32)>,
    pub(crate) orientation: Option<u8>,
    /// There was more than is read.
    pub(crate) cut: bool,
    /// Directories are named that lie past the end of the file.
    pub(crate) past_end: bool,
}

impl Raw {
    /// The preview with most pixels.
    pub fn largest(&self) -> Option<&Preview> {
        self.previews.first()
    }

    /// [`sensor`](Self::sensor) as people see it, turned upright, in pixels.
    pub fn sensor_upright(&self) -> Option<(u32, u32)> {
        self.sensor.map(|(width, height)| {
            if self.orientation > 4 {
                (height, width)
            } else {
                (width, height)
            }
        })
    }

    /// How to turn a preview, 1 to 8: by the file's orientation, but not at all where the preview
    /// lies upright already and the sensor data does not (one is tall and the other wide).
    pub fn turn(&self, preview: &Preview) -> u8 {
        let turned = self.sensor.is_some_and(|(width, height)| {
            (width > height && preview.width < preview.height)
                || (width < height && preview.width > preview.height)
        });
        if self.orientation > 4 && turned {
            1
        } else {
            self.orientation
        }
    }
}
