//! Raw files that are built as a TIFF, under its own magic number or a maker's.

use crate::finds::Finds;
use crate::identify::is_sensor;
use crate::raw::Facts;
use crate::tiff::{Ifd, Tiff, Tree, orientation, pixels, tag};
use crate::{Kind, leaf, makernote, phase_one};

/// Panasonic's tags in IFD0: a whole JPEG, and a larger one in later cameras.
const JPG_FROM_RAW: [u16; 2] = [0x002e, 0x0127];
/// Panasonic's tags in IFD0: top, left, bottom and right of the picture on the sensor, in pixels.
const PANASONIC_BORDERS: [u16; 4] = [0x0004, 0x0005, 0x0006, 0x0007];

/// Offers all JPEGs that directories point to. `None` if the first directory cannot be read.
pub(crate) fn read(bytes: &[u8], kind: Kind, finds: &mut Finds) -> Option<Facts> {
    let head = Tiff::open(bytes, 0)?;
    let tiff = head.tiff;
    let tree = tiff.tree(head.first);
    let first = tree.ifds.first()?;
    let panasonic = matches!(kind, Kind::Rw2 | Kind::Rwl);
    let make = tiff.capitals(first, tag::MAKE).unwrap_or_default();

    let mut from_note = None;
    let mut from_exif = None;
    for ifd in &tree.ifds {
        if let Some((offset, length)) = tiff.pair(ifd, tag::JPEG_OFFSET, tag::JPEG_LENGTH) {
            finds.offer_in(&tiff, offset, length);
        }
        strips(&tiff, ifd, finds);
        for entry in JPG_FROM_RAW
            .iter()
            .filter(|_| panasonic)
            .filter_map(|tag| ifd.get(*tag))
        {
            if let Some(range) = entry.range() {
                finds.offer(range.start as u64, range.len() as u64);
            }
        }
        if let Some(block) = ifd.get(tag::LEAF_DATA).and_then(|entry| entry.range()) {
            leaf::offer(bytes, block, finds);
        }
        let exif = tiff
            .number(ifd, tag::EXIF_IFD)
            .and_then(|offset| tiff.absolute(offset));
        if let Some(exif) = exif.and_then(|at| tiff.ifd(at)) {
            let size = tiff.pair(&exif, tag::PIXEL_WIDTH, tag::PIXEL_HEIGHT);
            from_exif = from_exif.or(size.and_then(|(width, height)| pixels(width, height)));
            if let Some(note) = exif.get(tag::MAKER_NOTE) {
                from_note = from_note.or(makernote::read(&tiff, note, &make, finds));
            }
        }
    }

    let back = (kind == Kind::Iiq)
        .then(|| phase_one::read(bytes))
        .flatten()
        .unwrap_or_default();
    let stated = back.sensor.or(from_note);
    let sensor = match kind {
        Kind::Rw2 | Kind::Rwl => panasonic_size(&tiff, first),
        _ => stated.or_else(|| sensor_size(&tiff, &tree)).or(from_exif),
    };
    let orientation = orientation(&tiff, first).or(back.orientation);
    Some(Facts {
        sensor,
        orientation,
        cut: tree.cut,
        past_end: tree.past_end,
    })
}

/// Offers the strips or the tile of a directory whose compression is JPEG (6 by TIFF 6.0, 7 by
/// Technical Note 2) and whose pixels are a picture's: grey, RGB or YCbCr.
fn strips(tiff: &Tiff, ifd: &Ifd, finds: &mut Finds) {
    let compressed = tiff.number(ifd, tag::COMPRESSION);
    let picture = tiff
        .number(ifd, tag::PHOTOMETRIC)
        .is_none_or(|how| matches!(how, 1 | 2 | 6));
    // Bit 0 is a preview, bit 16 another of DNG; the rest are pages, masks and depth maps.
    let mask = tiff
        .number(ifd, tag::NEW_SUBFILE_TYPE)
        .is_some_and(|kind| kind & !0x1_0001 != 0);
    // Canon calls its sensor data JPEG as well; how it is cut into slices stands beside it.
    let sensor = ifd.get(tag::CR2_SLICES).is_some();
    if !matches!(compressed, Some(6 | 7)) || !picture || mask || sensor {
        return;
    }
    let layouts = [
        (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS),
        (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS),
    ];
    for (offsets, counts) in layouts {
        let (Some(offsets), Some(counts)) = (ifd.get(offsets), ifd.get(counts)) else {
            continue;
        };
        // Several strips are a JPEG each, and none is the picture.
        if let ([offset], [count]) = (&tiff.numbers(offsets)[..], &tiff.numbers(counts)[..]) {
            finds.offer_in(tiff, *offset, *count);
        }
    }
}

/// The stated crop, else the active area, else the size of the largest directory of sensor data, in
/// pixels.
fn sensor_size(tiff: &Tiff, tree: &Tree) -> Option<(u32, u32)> {
    let size = |ifd: &Ifd| {
        let (width, height) = tiff.pair(ifd, tag::WIDTH, tag::LENGTH)?;
        pixels(width, height)
    };
    let area = |ifd: &&Ifd| size(ifd).map(|(width, height)| u64::from(width) * u64::from(height));
    let full = |ifd: &&Ifd| tiff.number(ifd, tag::NEW_SUBFILE_TYPE).unwrap_or(0) == 0;
    let sensors = || tree.ifds.iter().filter(|ifd| is_sensor(tiff, ifd));
    let main = sensors()
        .filter(full)
        .max_by_key(area)
        .or_else(|| sensors().max_by_key(area))?;
    let numbers = |tag| {
        main.get(tag)
            .map(|entry| tiff.numbers(entry))
            .unwrap_or_default()
    };
    if let [width, height] = numbers(tag::DEFAULT_CROP_SIZE)[..] {
        return pixels(width, height);
    }
    if let [top, left, bottom, right] = numbers(tag::ACTIVE_AREA)[..] {
        return pixels(right.checked_sub(left)?, bottom.checked_sub(top)?);
    }
    size(main)
}

fn panasonic_size(tiff: &Tiff, ifd: &Ifd) -> Option<(u32, u32)> {
    let [top, left, bottom, right] = PANASONIC_BORDERS.map(|tag| tiff.number(ifd, tag));
    pixels(right?.checked_sub(left?)?, bottom?.checked_sub(top?)?)
}
