//! Phase One's directory in an IIQ: the sensor's size and how the back was held.
//!
//! A header at byte 8 (see [`is_phase_one`](crate::identify)), whose third word is the directory's
//! offset from it; entries of four words: tag, type, length, value.

use crate::raw::Facts;
use crate::tiff::{Tiff, pixels};

const HEADER: usize = 8;
const MAX_ENTRIES: u32 = 1024;
const ORIENTATION: u32 = 0x0100;
const WIDTH: u32 = 0x010c;
const HEIGHT: u32 = 0x010d;

/// Reads the directory; `None` where it cannot be found.
pub(crate) fn read(bytes: &[u8]) -> Option<Facts> {
    let reader = Tiff::at(bytes, HEADER, bytes.get(HEADER) == Some(&b'M'));
    let directory = reader.absolute(reader.u32(HEADER + 8)?.into())?;
    let (mut width, mut height, mut orientation) = (0, 0, None);
    let mut at = directory.checked_add(8)?;
    for _ in 0..reader.u32(directory)?.min(MAX_ENTRIES) {
        let Some((tag, value)) = reader.u32(at).zip(reader.u32(at.checked_add(12)?)) else {
            break;
        };
        match tag {
            WIDTH => width = value,
            HEIGHT => height = value,
            ORIENTATION => orientation = [1, 6, 8, 3].get((value & 3) as usize).copied(),
            _ => {}
        }
        at = at.checked_add(16)?;
    }
    let sensor = pixels(width.into(), height.into());
    Some(Facts {
        sensor,
        orientation,
        ..Facts::default()
    })
}
