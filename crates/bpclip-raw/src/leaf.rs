//! Leaf's block of named packets (tag 34310), one of which may be a JPEG.
//!
//! A packet is `PKTS`, a version, a name of 40 bytes, a length, and its value; all numbers
//! big-endian.

use std::ops::Range;

use crate::finds::Finds;
use crate::tiff::Tiff;

const HEAD: usize = 52;
const MAX_PACKETS: usize = 256;

pub(crate) fn offer(bytes: &[u8], block: Range<usize>, finds: &mut Finds) {
    let _ = walk(bytes, block, finds);
}

fn walk(bytes: &[u8], block: Range<usize>, finds: &mut Finds) -> Option<()> {
    let reader = Tiff::at(bytes, 0, true);
    let mut at = block.start;
    for _ in 0..MAX_PACKETS {
        let head = bytes
            .get(at..at.checked_add(HEAD)?)
            .filter(|head| head.starts_with(b"PKTS"))?;
        let length = reader.u32(at + 48)?;
        let value = at + HEAD;
        if head[8..48].starts_with(b"JPEG_preview_data\0") {
            finds.offer(value as u64, length.into());
        }
        at = value
            .checked_add(usize::try_from(length).ok()?)
            .filter(|at| *at < block.end)?;
    }
    None
}
