//! Fujifilm's RAF: a header of fixed places in big-endian order, a whole JPEG with its Exif, a
//! directory.
//!
//! By the published notes on RAF: JPEG at 84 (offset, length), the directory of the sensor's sizes
//! at 92.

use crate::finds::Finds;
use crate::raw::Facts;
use crate::tiff::{Tiff, pixels};

/// The JPEG's offset, then its length.
const JPEG: usize = 84;
/// The directory's offset, then its length.
const DIRECTORY: usize = 92;
/// Height and width in pixels of the picture within the sensor data.
const CROPPED_SIZE: u16 = 0x0111;
/// Entries of the directory that are read.
const MAX_ENTRIES: u32 = 256;

/// Offers the JPEG. `None` if the header is cut short.
pub(crate) fn read(bytes: &[u8], finds: &mut Finds) -> Option<Facts> {
    let raf = Tiff::at(bytes, 0, true);
    finds.offer(u64::from(raf.u32(JPEG)?), u64::from(raf.u32(JPEG + 4)?));
    let directory = usize::try_from(raf.u32(DIRECTORY)?).ok()?;
    // Its orientation is that of the JPEG's Exif.
    Some(Facts {
        sensor: cropped_size(&raf, directory),
        ..Facts::default()
    })
}

fn cropped_size(raf: &Tiff, directory: usize) -> Option<(u32, u32)> {
    let mut at = directory.checked_add(4)?;
    for _ in 0..raf.u32(directory)?.min(MAX_ENTRIES) {
        let (tag, length) = (raf.u16(at)?, raf.u16(at.checked_add(2)?)?);
        at = at.checked_add(4)?;
        if tag == CROPPED_SIZE {
            return pixels(raf.u16(at.checked_add(2)?)?.into(), raf.u16(at)?.into());
        }
        at = at.checked_add(usize::from(length))?;
    }
    None
}
