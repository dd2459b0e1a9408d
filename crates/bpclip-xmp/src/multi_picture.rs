//! Further pictures behind the first one of a JPEG (CIPA DC-007, Multi-Picture Format): previews, gain
//! maps, other views. Their places are noted in a segment of the first one, and move with it.

use super::jpeg::{Patch, Refusal};
use bpclip_core::image::directory::Tiff;
use bpclip_core::image::segments::segments;

/// The segment of the notes.
const APP2: u8 = 0xe2;
const MPF: &[u8] = b"MPF\0";
/// The entries of the pictures: for each its attributes, its size, its offset from the TIFF's
/// beginning on, which is 0 for the first one, and two that depend on it.
const ENTRIES: u16 = 0xb002;
const ENTRY: usize = 16;
/// Pictures that are looked at.
const MOST: u64 = 256;

/// What has to change in a file whose first picture has grown by `grown` bytes at `at`.
///
/// # Errors
/// A further picture would be too far away.
pub fn moved(bytes: &[u8], at: usize, grown: i64) -> Result<Vec<Patch>, Refusal> {
    let mut patches = Vec::new();
    for segment in segments(bytes) {
        if segment.marker != APP2 || !segment.body.starts_with(MPF) {
            continue;
        }
        // Where it cannot be read, nobody finds the further pictures anyway. What it holds ends with its
        // segment: behind that stands the picture.
        let start = segment.range.start + 4 + MPF.len();
        let held = bytes.get(..segment.range.end);
        let Some((little, place, entries)) = held.and_then(|held| entries(held, start)) else {
            continue;
        };
        for (number, entry) in entries.chunks_exact(ENTRY).enumerate() {
            let read = |from: usize| {
                let four = [
                    entry[from],
                    entry[from + 1],
                    entry[from + 2],
                    entry[from + 3],
                ];
                match little {
                    true => u32::from_le_bytes(four),
                    false => u32::from_be_bytes(four),
                }
            };
            let (size, offset) = (read(4), read(8));
            let (from, value) = match offset {
                0 => (4, size),
                // What grew stands before the notes too, and they move alike.
                _ if at < segment.range.start => continue,
                _ => (8, offset),
            };
            let value = u32::try_from(i64::from(value) + grown)
                .map_err(|_| "its further pictures would be too far away")?;
            patches.push(Patch {
                at: place + number * ENTRY + from,
                bytes: match little {
                    true => value.to_le_bytes().to_vec(),
                    false => value.to_be_bytes().to_vec(),
                },
            });
        }
    }
    Ok(patches)
}

/// Whether the least byte comes first, where the entries stand in the file, and what they are.
fn entries(bytes: &[u8], start: usize) -> Option<(bool, usize, Vec<u8>)> {
    let mut tiff = Tiff::open(bytes, start as u64)?;
    let entry = *tiff.directory(tiff.first)?.find(ENTRIES)?;
    let entries = tiff.bytes(&entry, MOST * ENTRY as u64)?;
    let place = start.checked_add(usize::try_from(entry.at).ok()?)?;
    Some((tiff.little, place, entries))
}
