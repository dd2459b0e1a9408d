//! What a TIFF's directories say beyond what its decoder reads: which page is the picture, as some
//! writers put a reduced one, a thumbnail, first (TIFF 6.0, `NewSubfileType`, bit 0; TIFF Technical
//! Note 1 for pages below pages), and the orientation in Exif, which is a TIFF too.

use super::colour::Samples;
use super::directory::{Entry, Tiff};
use ::image::metadata::Orientation;
use std::borrow::Cow;
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult};

/// Pages that are looked at, at most: no program writes more before the picture.
const MOST_PAGES: usize = 64;

/// A page, by what its directory says.
struct Page {
    at: u64,
    reduced: bool,
    pixels: u64,
    next: u64,
    /// Pages below it.
    below: Vec<u64>,
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
    let mut tiff = Tiff::open(bytes, 0).filter(|tiff| tiff.version == 42)?;
    let first = tiff.first;
    let first = page(&mut tiff, first)?;
    if !first.reduced {
        return None;
    }
    let mut waiting = first.below.clone();
    waiting.push(first.next);
    let mut seen = vec![first.at];
    let mut best: Option<(u64, u64)> = None;
    while let Some(at) = waiting.pop() {
        if at == 0 || seen.contains(&at) || seen.len() >= MOST_PAGES {
            continue;
        }
        seen.push(at);
        let Some(page) = page(&mut tiff, at) else {
            continue;
        };
        if !page.reduced && best.is_none_or(|(pixels, _)| page.pixels > pixels) {
            best = Some((page.pixels, at));
        }
        waiting.push(page.next);
        waiting.extend(page.below);
    }
    let (pixels, at) = best?;
    let at = u32::try_from(at).ok()?;
    (pixels > first.pixels).then_some(at)
}

/// The orientation in Exif, as a short number or, against the standard, a long one.
pub(super) fn orientation(exif: &[u8]) -> Option<Orientation> {
    let mut tiff = Tiff::open(exif, 0).filter(|tiff| tiff.version == 42)?;
    let directory = tiff.directory(tiff.first)?;
    let whole = |entry: &&Entry| entry.tag == 0x0112 && matches!(entry.kind, 3 | 4);
    let value = tiff.number(directory.entries.iter().find(whole)?);
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

/// Whether the first strip is in LZW of before TIFF 5.0, with the bits of a byte the other way round:
/// every strip begins with the code that clears the table, 256, of nine bits.
fn is_old_lzw(bytes: &[u8]) -> bool {
    let start = entry(bytes, 0x0111).and_then(|(mut tiff, strips)| tiff.number(&strips));
    let strip = start.and_then(|at| bytes.get(usize::try_from(at).ok()?..));
    matches!(strip, Some([0, second, ..]) if second & 1 == 1)
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
        _ if in_tiles && value(0x0144).is_none() => "whose tiles stand as strips",
        _ if compression == Some(5) && is_old_lzw(bytes) => "in LZW of before TIFF 5.0",
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
    let (mut tiff, kind) = entry(bytes, 0x0106)?;
    let value = |tag| first_value(bytes, tag);
    let one_byte = value(0x0102) == Some(8) && value(0x0115).is_none_or(|samples| samples == 1);
    let map = entry(bytes, 0x0140)?.1;
    let short = |entry: &Entry| entry.kind == 3;
    let colours = map.count == 3 * COLOURS as u64 && short(&map);
    if value(0x0106) != Some(3) || !one_byte || !short(&kind) || !colours {
        return None;
    }
    let values = tiff.numbers(&map, map.count).into_iter();
    let values: Vec<u16> = values.filter_map(|value| value.try_into().ok()).collect();
    if values.len() != 3 * COLOURS {
        return None;
    }
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
    let black_is_zero = match tiff.little {
        true => 1_u16.to_le_bytes(),
        false => 1_u16.to_be_bytes(),
    };
    let at = usize::try_from(kind.at).ok()?;
    grey.get_mut(at..at.checked_add(2)?)?
        .copy_from_slice(&black_is_zero);
    Some((grey, colours))
}

/// The first value of a tag of whole numbers in the first directory; of a long number its lower half.
fn first_value(bytes: &[u8], wanted: u16) -> Option<u16> {
    let (mut tiff, entry) = entry(bytes, wanted)?;
    Some(tiff.number(&entry)? as u16)
}

/// An entry of the first directory, of a BigTIFF too, with what reads its values.
fn entry(bytes: &[u8], wanted: u16) -> Option<(Tiff<&[u8]>, Entry)> {
    let mut tiff = Tiff::open(bytes, 0).filter(|tiff| matches!(tiff.version, 42 | 43))?;
    let entry = *tiff.directory(tiff.first)?.find(wanted)?;
    Some((tiff, entry))
}

/// What a directory says.
fn page(tiff: &mut Tiff<&[u8]>, at: u64) -> Option<Page> {
    let directory = tiff.directory(at)?;
    let mut value = |tag| tiff.number(directory.find(tag)?);
    let (kind, width, height) = (value(0x00fe), value(0x0100), value(0x0101));
    let below = directory.find(0x014a);
    Some(Page {
        at,
        reduced: kind.unwrap_or(0) & 1 == 1,
        pixels: width.unwrap_or(0).saturating_mul(height.unwrap_or(0)),
        next: directory.next,
        below: below.map_or_else(Vec::new, |entry| tiff.numbers(entry, MOST_PAGES as u64)),
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
            let first = Tiff::open(&*turned, 0).unwrap().first;
            assert_eq!(first, u64::from(second));
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
    fn what_is_out_of_use_has_a_name() {
        let file = |entries: &[(u16, u32)], data: [u8; 2]| {
            let mut bytes = b"II*\0\x08\0\0\0".to_vec();
            bytes.extend((entries.len() as u16).to_le_bytes());
            for (tag, value) in entries {
                bytes.extend([tag.to_le_bytes(), [4, 0]].concat());
                bytes.extend([1_u32.to_le_bytes(), value.to_le_bytes()].concat());
            }
            bytes.extend([0; 4]);
            bytes.extend(data);
            not_read(&bytes)
        };
        let says = |what: Option<String>, word| what.is_some_and(|what| what.contains(word));
        // Where the places of tiles belong, and where some put them.
        assert_eq!(file(&[(0x142, 16), (0x144, 8)], [0; 2]), None);
        assert!(says(file(&[(0x142, 16), (0x111, 8)], [0; 2]), "strips"));
        // After two entries.
        let strip = 8 + 2 + 2 * 12 + 4;
        assert_eq!(file(&[(0x103, 5), (0x111, strip)], [0x80, 1]), None);
        assert!(says(file(&[(0x103, 5), (0x111, strip)], [0, 1]), "LZW"));
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
