//! What a TIFF's directories say beyond what its decoder reads: which page is the picture, as some
//! writers put a reduced one, a thumbnail, first (TIFF 6.0, `NewSubfileType`, bit 0; TIFF Technical
//! Note 1 for pages below pages), and the orientation in Exif, which is a TIFF too.

use super::colour::Samples;
use ::image::metadata::Orientation;
use std::borrow::Cow;
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult};

/// Pages that are looked at, at most: no program writes more before the picture.
const MOST_PAGES: usize = 64;

/// A page, by what its directory says.
struct Page {
    at: u32,
    reduced: bool,
    pixels: u64,
    next: u32,
    /// Pages below it.
    below: Vec<u32>,
}

/// The file, beginning with the picture where its first page is a reduced one and a full one
/// follows or lies below it; else as it is. Decoders read the first page alone.
pub(super) fn picture_first(bytes: &[u8]) -> Cow<'_, [u8]> {
    match picture(bytes) {
        None => Cow::Borrowed(bytes),
        Some(at) => {
            let little = bytes.starts_with(b"II");
            let mut turned = bytes.to_vec();
            let at = if little {
                at.to_le_bytes()
            } else {
                at.to_be_bytes()
            };
            if let Some(first) = turned.get_mut(4..8) {
                first.copy_from_slice(&at);
            }
            Cow::Owned(turned)
        }
    }
}

/// Where the directory of the largest full page is, if the first is a reduced one.
fn picture(bytes: &[u8]) -> Option<u32> {
    let little = is_little(bytes)?;
    let first = page(bytes, long(bytes, 4, little)?, little)?;
    if !first.reduced {
        return None;
    }
    let mut waiting = first.below.clone();
    waiting.push(first.next);
    let mut seen = vec![first.at];
    let mut best: Option<(u64, u32)> = None;
    while let Some(at) = waiting.pop() {
        if at == 0 || seen.contains(&at) || seen.len() >= MOST_PAGES {
            continue;
        }
        seen.push(at);
        let Some(page) = page(bytes, at, little) else {
            continue;
        };
        if !page.reduced && best.is_none_or(|(pixels, _)| page.pixels > pixels) {
            best = Some((page.pixels, at));
        }
        waiting.push(page.next);
        waiting.extend(page.below);
    }
    let (pixels, at) = best?;
    (pixels > first.pixels).then_some(at)
}

/// The orientation in Exif, as a short number or, against the standard, a long one.
pub(super) fn orientation(exif: &[u8]) -> Option<Orientation> {
    let little = is_little(exif)?;
    let start = long(exif, 4, little)? as usize;
    let count = usize::from(short(exif, start, little)?);
    let value = (0..count).find_map(|entry| {
        let place = start.checked_add(2 + 12 * entry)?;
        match (short(exif, place, little)?, short(exif, place + 2, little)?) {
            (0x0112, 3) => short(exif, place + 8, little).map(u32::from),
            (0x0112, 4) => long(exif, place + 8, little),
            _ => None,
        }
    });
    Orientation::from_exif(u8::try_from(value?).ok()?)
}

/// Whether red, green and blue of the first page are multiplied by alpha (`ExtraSamples` 1).
pub(super) fn is_premultiplied(bytes: &[u8]) -> bool {
    first_value(bytes, 0x0152) == Some(1)
}

/// Whether the bits of each byte of the first page are in reverse order (`FillOrder` 2).
fn is_reversed(bytes: &[u8]) -> bool {
    first_value(bytes, 0x010a) == Some(2)
}

/// What kind of TIFF it is, if it is one that its decoder does not read, or would give up on without a
/// word that a person understands.
pub(super) fn not_read(bytes: &[u8]) -> Option<String> {
    let value = |tag| first_value(bytes, tag);
    let in_tiles = value(0x0142).is_some();
    let (bits, sample, compression) = (value(0x0102), value(0x0153), value(0x0103));
    let what = match value(0x0106) {
        _ if is_reversed(bytes) => "whose bits are in reverse order",
        Some(3) => "with a palette of other than 256 colours",
        _ if value(0x011c) == Some(2) && in_tiles => "with a plane a channel, in tiles,",
        Some(6) => "whose colours are luma and chroma",
        Some(32_844 | 32_845) => "in LogLuv",
        _ if matches!(compression, Some(2 | 3)) => "in the code of fax machines (CCITT Group 3)",
        _ if sample == Some(2) => "of signed numbers",
        _ => {
            return match (bits, sample) {
                (None | Some(1 | 8 | 16), None | Some(1 | 4)) => None,
                (Some(32), _) => Some(NO_BRIGHTNESS.to_owned()),
                (_, Some(3)) => Some("floating-point samples have no agreed brightness".to_owned()),
                (bits, _) => {
                    let bits = bits.unwrap_or(1);
                    Some(format!("a TIFF of {bits} bits a channel is not read"))
                }
            };
        }
    };
    Some(format!("a TIFF {what} is not read"))
}

/// Why values that are no shares of white are not read: nothing in the file says whether they are
/// linear, or which of them is white.
pub(super) const NO_BRIGHTNESS: &str =
    "samples of 32 bits, whole or floating-point, have no agreed brightness";

/// The amounts of ink of a CMYK TIFF of this size, which `image` would turn into RGB without its
/// profile. None where they cannot be read so.
pub(super) fn inks(bytes: &[u8], size: (u32, u32)) -> Option<Samples> {
    // Four a pixel: of a file with a plane a channel only the first comes.
    let count = size.0 as usize * size.1 as usize * 4;
    let mut allowed = tiff::decoder::Limits::default();
    // Of two bytes each.
    allowed.decoding_buffer_size = count.saturating_mul(2);
    allowed.intermediate_buffer_size = count.saturating_mul(2);
    let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?.with_limits(allowed);
    match decoder.read_image().ok()? {
        DecodingResult::U8(inks) if inks.len() == count => Some(Samples::Eight(inks)),
        DecodingResult::U16(inks) if inks.len() == count => Some(Samples::Sixteen(inks)),
        _ => None,
    }
}

/// A TIFF of 8 bits with a palette as one of its indices, which decoders read as grey, and the colours
/// that they mean. None of any other.
pub(super) fn palette(bytes: &[u8]) -> Option<(Vec<u8>, Vec<[u8; 3]>)> {
    const COLOURS: usize = 256;
    let little = order(bytes)?.0;
    let kind = entry(bytes, 0x0106)?;
    let value = |tag| first_value(bytes, tag);
    let one_byte = value(0x0102) == Some(8) && value(0x0115).is_none_or(|samples| samples == 1);
    let map = entry(bytes, 0x0140)?;
    if value(0x0106) != Some(3) || !one_byte || kind.size != 3 || map.count != 3 * COLOURS as u64 {
        return None;
    }
    let values: Option<Vec<u16>> = (0..3 * COLOURS)
        .map(|at| short(bytes, map.at.checked_add(2 * at)?, little))
        .collect();
    let values = values?;
    // Some write 8 bits into these 16.
    let small = values.iter().all(|value| *value < 256);
    let level = |value: u16| match small {
        true => value as u8,
        false => ((u32::from(value) + 128) / 257) as u8,
    };
    let (red, rest) = values.split_at(COLOURS);
    let (green, blue) = rest.split_at(COLOURS);
    let colours = red.iter().zip(green).zip(blue);
    let colours = colours.map(|((r, g), b)| [*r, *g, *b].map(level)).collect();
    let mut grey = bytes.to_vec();
    let black_is_zero = match little {
        true => 1_u16.to_le_bytes(),
        false => 1_u16.to_be_bytes(),
    };
    grey.get_mut(kind.at..kind.at.checked_add(2)?)?
        .copy_from_slice(&black_is_zero);
    Some((grey, colours))
}

/// The first value of a tag of short numbers in the first directory; of a long number its lower half
/// where the least byte comes first.
fn first_value(bytes: &[u8], wanted: u16) -> Option<u16> {
    short(bytes, entry(bytes, wanted)?.at, order(bytes)?.0)
}

/// An entry of a directory.
struct Entry {
    /// Its type (TIFF 6.0, page 15).
    size: u16,
    count: u64,
    /// Where its values stand.
    at: usize,
}

/// An entry of the first directory, of a BigTIFF too.
fn entry(bytes: &[u8], wanted: u16) -> Option<Entry> {
    let (little, wide) = order(bytes)?;
    let number = |at: usize| match wide {
        true => {
            let (first, second) = (long(bytes, at, little)?, long(bytes, at + 4, little)?);
            let (low, high) = if little {
                (first, second)
            } else {
                (second, first)
            };
            Some(u64::from(high) << 32 | u64::from(low))
        }
        false => long(bytes, at, little).map(u64::from),
    };
    let (start, word, step) = if wide { (8, 8, 20) } else { (4, 4, 12) };
    let start = usize::try_from(number(start)?).ok()?;
    if start > bytes.len() {
        return None;
    }
    let (count, first) = match wide {
        true => (number(start)?.min(u16::MAX.into()) as usize, start + 8),
        false => (short(bytes, start, little)?.into(), start + 2),
    };
    (0..count).map(|at| first + step * at).find_map(|place| {
        let size = short(bytes, place + 2, little)?;
        let count = number(place + 4)?;
        let width = match size {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            _ => 8,
        };
        let here = place + 4 + word;
        let at = match count.checked_mul(width)? > word as u64 {
            true => usize::try_from(number(here)?).ok()?,
            false => here,
        };
        let entry = Entry { size, count, at };
        (short(bytes, place, little)? == wanted).then_some(entry)
    })
}

/// What a directory says.
fn page(bytes: &[u8], at: u32, little: bool) -> Option<Page> {
    let start = at as usize;
    let count = usize::from(short(bytes, start, little)?);
    let (mut kind, mut width, mut height) = (0, 0, 0);
    let mut below = Vec::new();
    for entry in 0..count {
        let place = start + 2 + 12 * entry;
        let tag = short(bytes, place, little)?;
        let size = short(bytes, place + 2, little)?;
        let values = long(bytes, place + 4, little)?;
        let value = match size {
            3 => short(bytes, place + 8, little)?.into(),
            _ => long(bytes, place + 8, little)?,
        };
        match tag {
            0x00fe => kind = value,
            0x0100 => width = value,
            0x0101 => height = value,
            0x014a if values == 1 => below.push(value),
            0x014a => {
                let values = (values as usize).min(MOST_PAGES);
                let offsets = (0..values).map(|i| long(bytes, value as usize + 4 * i, little));
                below.extend(offsets.map_while(|offset| offset));
            }
            _ => {}
        }
    }
    Some(Page {
        at,
        reduced: kind & 1 == 1,
        pixels: u64::from(width) * u64::from(height),
        next: long(bytes, start + 2 + 12 * count, little).unwrap_or(0),
        below,
    })
}

/// Whether the least byte of a number comes first, and whether offsets have 8 bytes, as in BigTIFF.
fn order(bytes: &[u8]) -> Option<(bool, bool)> {
    match bytes.get(..4)? {
        b"II*\0" => Some((true, false)),
        b"MM\0*" => Some((false, false)),
        b"II+\0" => Some((true, true)),
        b"MM\0+" => Some((false, true)),
        _ => None,
    }
}

/// Whether the least byte of a number comes first; none of what is no TIFF with offsets of 4 bytes.
fn is_little(bytes: &[u8]) -> Option<bool> {
    match bytes.get(..4)? {
        b"II*\0" => Some(true),
        b"MM\0*" => Some(false),
        _ => None,
    }
}

fn short(bytes: &[u8], at: usize, little: bool) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(match little {
        true => u16::from_le_bytes(two),
        false => u16::from_be_bytes(two),
    })
}

fn long(bytes: &[u8], at: usize, little: bool) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(match little {
        true => u32::from_le_bytes(four),
        false => u32::from_be_bytes(four),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Directories one after another, each with kind, width, height, the next one and those below.
    fn tiff(little: bool, pages: &[(u32, u32, u32, u32, &[u32])]) -> Vec<u8> {
        let short = |v: u16| {
            if little {
                v.to_le_bytes()
            } else {
                v.to_be_bytes()
            }
        };
        let long = |v: u32| {
            if little {
                v.to_le_bytes()
            } else {
                v.to_be_bytes()
            }
        };
        let mut bytes = if little {
            b"II".to_vec()
        } else {
            b"MM".to_vec()
        };
        bytes.extend(short(42));
        bytes.extend(long(8));
        for (kind, width, height, next, below) in pages {
            bytes.extend(short(3 + below.len() as u16));
            let entries = [(0xfe, *kind), (0x100, *width), (0x101, *height)];
            let below = below.iter().map(|at| (0x14a, *at));
            for (tag, value) in entries.into_iter().chain(below) {
                bytes.extend(short(tag));
                bytes.extend(short(4));
                bytes.extend(long(1));
                bytes.extend(long(value));
            }
            bytes.extend(long(*next));
        }
        bytes
    }

    const LENGTH: u32 = 2 + 12 * 3 + 4;

    #[test]
    fn a_full_page_after_or_below_a_thumbnail_is_the_picture() {
        for little in [true, false] {
            let second = 8 + LENGTH;
            let after = tiff(little, &[(1, 160, 107, second, &[]), (0, 240, 161, 0, &[])]);
            assert_eq!(picture(&after), Some(second));
            let second = 8 + LENGTH + 12;
            let below = tiff(
                little,
                &[(1, 160, 107, 0, &[second]), (0, 240, 161, 0, &[])],
            );
            assert_eq!(picture(&below), Some(second));
            let turned = picture_first(&below);
            assert_eq!(long(&turned, 4, little), Some(second));
        }
    }

    #[test]
    fn other_files_stay_as_they_are() {
        let second = 8 + LENGTH;
        let plain = tiff(true, &[(0, 240, 161, second, &[]), (0, 500, 400, 0, &[])]);
        let smaller = tiff(true, &[(1, 240, 161, second, &[]), (0, 20, 10, 0, &[])]);
        let alone = tiff(true, &[(1, 240, 161, 0, &[])]);
        let circle = tiff(true, &[(1, 240, 161, 8, &[8])]);
        for bytes in [plain, smaller, alone, circle, b"II*\0".to_vec(), Vec::new()] {
            assert!(matches!(picture_first(&bytes), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn an_orientation_may_be_short_or_long() {
        let exif = |kind: u8, little: bool| match little {
            true => vec![
                b'I', b'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, kind, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0,
                0, 0, 0,
            ],
            false => {
                let value = if kind == 3 {
                    [0, 6, 0, 0]
                } else {
                    [0, 0, 0, 6]
                };
                let mut bytes = vec![
                    b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, kind, 0, 0, 0, 1,
                ];
                bytes.extend(value);
                bytes.extend([0; 4]);
                bytes
            }
        };
        for little in [true, false] {
            for kind in [3, 4] {
                assert_eq!(
                    orientation(&exif(kind, little)),
                    Some(Orientation::Rotate90)
                );
            }
            assert_eq!(orientation(&exif(2, little)), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            picture_first(&bytes);
            orientation(&bytes);
            for head in [&b"II*\0\x08\0\0\0"[..], b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10"] {
                let bytes = [head, &bytes].concat();
                not_read(&bytes);
                palette(&bytes);
            }
            if let Some(head) = bytes.get_mut(..8) {
                head.copy_from_slice(b"II*\0\x08\0\0\0");
            }
            picture_first(&bytes);
        }
    }
}
