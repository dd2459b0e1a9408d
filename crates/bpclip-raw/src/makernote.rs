//! Previews and sizes in makers' notes (Exif tag 0x927c).
//!
//! No maker publishes these; the layouts are those of the tag tables in ExifTool's documentation.
//! Where an offset counts from differs by maker and camera, so that each likely base is tried: only
//! a JPEG's head is taken.

use crate::finds::Finds;
use crate::tiff::{Entry, Ifd, Tiff, pixels, tag};

/// Reads a note. Returns the size in pixels of the picture on the sensor, where it says so.
pub(crate) fn read(tiff: &Tiff, note: &Entry, make: &str, finds: &mut Finds) -> Option<(u32, u32)> {
    let data = tiff.data(note)?;
    let at = note.at;
    let from = |base: usize, order: usize| {
        let big_endian = match data.get(order..order + 2) {
            Some(b"II") => false,
            Some(b"MM") => true,
            _ => tiff.big_endian,
        };
        Tiff::at(tiff.bytes, base, big_endian)
    };
    // Where the order of bytes stands, for notes that keep the file's.
    const NOWHERE: usize = usize::MAX - 2;
    match data {
        [b'N', b'i', b'k', b'o', b'n', 0, ..] => nikon(tiff.bytes, at + 10, finds),
        [b'O', b'L', b'Y', b'M', b'P', b'U', b'S', 0, ..] => {
            olympus(tiff, &from(at, 8), at + 12, finds)
        }
        [b'O', b'M', b' ', b'S', b'Y', b'S', b'T', b'E', b'M', 0, ..] => {
            olympus(tiff, &from(at, 12), at + 16, finds)
        }
        [b'O', b'L', b'Y', b'M', b'P', 0, ..] | [b'E', b'P', b'S', b'O', b'N', 0, ..] => {
            olympus(tiff, &from(tiff.base, NOWHERE), at + 8, finds)
        }
        [b'A', b'O', b'C', 0, ..] => pentax(tiff, &from(tiff.base, 4), at, at + 6, finds),
        [b'P', b'E', b'N', b'T', b'A', b'X', b' ', 0, ..] => {
            pentax(tiff, &from(at, 8), at, at + 10, finds)
        }
        [b'S', b'O', b'N', b'Y', b' ', ..] => sony(tiff, at + 12, finds),
        _ if make.starts_with("CANON") => canon(tiff, &tiff.ifd(at)?),
        _ if make.starts_with("SONY") || make.contains("MINOLTA") => sony(tiff, at, finds),
        _ if make.starts_with("SAMSUNG") => samsung(tiff, &from(at, NOWHERE), finds),
        _ => None,
    }
}

/// Canon: SensorInfo has the sensor's size and the borders of the picture on it, in pixels.
pub(crate) fn canon(tiff: &Tiff, ifd: &Ifd) -> Option<(u32, u32)> {
    let info = tiff.numbers(ifd.get(0x00e0)?);
    let [_, _, _, _, _, left, top, right, bottom, ..] = info[..] else {
        return None;
    };
    pixels(right.checked_sub(left)? + 1, bottom.checked_sub(top)? + 1)
}

/// Nikon: a TIFF of its own, with a directory for the preview (0x11) and the crop (0x45).
fn nikon(bytes: &[u8], base: usize, finds: &mut Finds) -> Option<(u32, u32)> {
    let head = Tiff::open(bytes, base)?;
    let tiff = head.tiff;
    let ifd = tiff.ifd(head.first)?;
    let preview = tiff
        .number(&ifd, 0x0011)
        .and_then(|offset| tiff.ifd(tiff.absolute(offset)?));
    if let Some((offset, length)) =
        preview.and_then(|preview| tiff.pair(&preview, tag::JPEG_OFFSET, tag::JPEG_LENGTH))
    {
        finds.offer_in(&tiff, offset, length);
    }
    match tiff.numbers(ifd.get(0x0045)?)[..] {
        [_, _, width, height] => pixels(width, height),
        _ => None,
    }
}

/// Olympus, OM System and Epson.
fn olympus(file: &Tiff, note: &Tiff, at: usize, finds: &mut Finds) -> Option<(u32, u32)> {
    let ifd = note.ifd(at)?;
    // Thumbnail; Epson's preview; the preview of early Olympus cameras.
    blocks(&ifd, &[0x0100, 0x0280, 0x0081], finds);
    for (start, length) in [(0x0088, 0x0089), (0x1036, 0x1037)] {
        place(file, note, &ifd, start, length, finds);
    }
    let within = |tag| {
        let entry = ifd.get(tag)?;
        // Early cameras put the directory into the entry, later ones only its offset.
        let at = if entry.is_block() {
            entry.at
        } else {
            note.absolute(note.numbers(entry).first().copied()?)?
        };
        note.ifd(at)
    };
    if let Some(settings) = within(0x2020) {
        place(file, note, &settings, 0x0101, 0x0102, finds);
    }
    let processing = within(0x2040)?;
    let (width, height) = note.pair(&processing, 0x0614, 0x0615)?;
    pixels(width, height)
}

/// Pentax.
fn pentax(
    file: &Tiff,
    note: &Tiff,
    start: usize,
    at: usize,
    finds: &mut Finds,
) -> Option<(u32, u32)> {
    let ifd = note.ifd(at)?;
    place(file, note, &ifd, 0x0004, 0x0003, finds);
    place(
        &Tiff::at(file.bytes, start, false),
        note,
        &ifd,
        0x0004,
        0x0003,
        finds,
    );
    None
}

/// Sony, and Minolta before it, whose tags its first cameras kept.
fn sony(tiff: &Tiff, at: usize, finds: &mut Finds) -> Option<(u32, u32)> {
    let ifd = tiff.ifd(at)?;
    blocks(&ifd, &[0x2001, 0x0081], finds);
    // Sony may have 32 bytes before the JPEG.
    if let Some(range) = ifd
        .get(0x2001)
        .and_then(|entry| entry.range())
        .filter(|range| range.len() > 32)
    {
        finds.guess(range.start as u64 + 32, range.len() as u64 - 32);
    }
    place(tiff, tiff, &ifd, 0x0088, 0x0089, finds);
    None
}

/// Samsung: a directory for the preview.
fn samsung(file: &Tiff, note: &Tiff, finds: &mut Finds) -> Option<(u32, u32)> {
    let ifd = note.ifd(note.base)?;
    let offset = note.number(&ifd, 0x0035)?;
    for base in [note, file] {
        if let Some(preview) = base.absolute(offset).and_then(|at| base.ifd(at)) {
            place(
                file,
                note,
                &preview,
                tag::JPEG_OFFSET,
                tag::JPEG_LENGTH,
                finds,
            );
        }
    }
    None
}

/// Looks at entries whose value is a JPEG.
fn blocks(ifd: &Ifd, tags: &[u16], finds: &mut Finds) {
    for range in tags.iter().filter_map(|tag| ifd.get(*tag)?.range()) {
        finds.guess(range.start as u64, range.len() as u64);
    }
}

/// Looks at an offset and a length, counted from the note's base, else from the file's.
fn place(file: &Tiff, note: &Tiff, ifd: &Ifd, start: u16, length: u16, finds: &mut Finds) {
    let Some((offset, length)) = note.pair(ifd, start, length) else {
        return;
    };
    for base in [note.base, file.base] {
        if offset
            .checked_add(base as u64)
            .is_some_and(|start| finds.guess(start, length))
        {
            break;
        }
    }
}
