//! Whether the packed data of a TIFF is sound. Its decoder stops at the last pixel, before the sum at the
//! end of each strip, and paints what is missing of a JPEG.

use flate2::read::ZlibDecoder;
use std::io::{self, Cursor, Read};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

/// How strips are packed (TIFF 6.0, `Compression`, with Technical Note 2).
const JPEG: u16 = 7;
const DEFLATE: [u16; 2] = [8, 32_946];

/// What is wrong with the strips or tiles of the first page, where they are packed so that it can be
/// told.
pub(super) fn damage(bytes: &[u8]) -> Option<String> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?;
    let compression = decoder.find_tag_unsigned(Tag::Compression).ok()??;
    let mut numbers = |strips, tiles| {
        let strips = decoder.get_tag_u64_vec(strips);
        strips.or_else(|_| decoder.get_tag_u64_vec(tiles)).ok()
    };
    let starts = numbers(Tag::StripOffsets, Tag::TileOffsets)?;
    let lengths = numbers(Tag::StripByteCounts, Tag::TileByteCounts)?;
    let strips = starts
        .into_iter()
        .zip(lengths)
        .map_while(|(start, length)| {
            let end = usize::try_from(start.checked_add(length)?).ok()?;
            bytes.get(usize::try_from(start).ok()?..end)
        });
    match compression {
        JPEG => {
            let tables = decoder.get_tag_u8_vec(Tag::JPEGTables).unwrap_or_default();
            of_jpegs(strips, &tables)
        }
        packed if DEFLATE.contains(&packed) => {
            let (width, height) = decoder.dimensions().ok()?;
            // Four channels of two bytes, and tiles that reach beyond the picture.
            let most = u64::from(width)
                .saturating_mul(u64::from(height))
                .saturating_mul(16);
            of_sums(strips, most.saturating_add(1 << 20))
        }
        _ => None,
    }
}

/// The JPEGs share their tables, which stand in a file of their own: its end and their beginning go.
fn of_jpegs<'a>(strips: impl Iterator<Item = &'a [u8]>, tables: &[u8]) -> Option<String> {
    let tables = tables.strip_suffix(&[0xff, 0xd9]).unwrap_or(tables);
    let mut strips = strips.map(|strip| match tables {
        [] => bpclip_damage::check(strip),
        tables => bpclip_damage::check(&[tables, strip.get(2..).unwrap_or(&[])].concat()),
    });
    strips.find_map(|checked| Some(checked.err()?.to_string()))
}

/// Unpacks what is at most so much in all, for the sums at the ends.
fn of_sums<'a>(mut strips: impl Iterator<Item = &'a [u8]>, mut most: u64) -> Option<String> {
    strips.find_map(|strip| {
        let mut unpacked = ZlibDecoder::new(strip).take(most);
        match io::copy(&mut unpacked, &mut io::sink()) {
            Ok(length) => most -= length,
            // Some writers leave the end out.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => return Some(format!("its data does not unpack: {error}")),
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grey picture of 8 x 8 pixels in one strip.
    fn tiff(compression: u16, strip: &[u8]) -> Vec<u8> {
        let strip_at = 8 + 2 + 12 * 9 + 4;
        let entries: [(u16, u16, u32); 9] = [
            (0x0100, 3, 8),
            (0x0101, 3, 8),
            (0x0102, 3, 8),
            (0x0103, 3, compression.into()),
            (0x0106, 3, 1),
            (0x0111, 4, strip_at),
            (0x0115, 3, 1),
            (0x0116, 3, 8),
            (0x0117, 4, strip.len() as u32),
        ];
        let mut bytes = b"II*\0\x08\0\0\0\x09\0".to_vec();
        for (tag, kind, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend([0; 4]);
        bytes.extend(strip);
        bytes
    }

    #[test]
    fn the_sum_of_a_packed_strip_is_held_to() {
        let pixels: Vec<u8> = (0..64).map(|value| value * 3).collect();
        let mut packed = Vec::new();
        let mut packer = flate2::read::ZlibEncoder::new(&pixels[..], Default::default());
        packer.read_to_end(&mut packed).unwrap();
        assert_eq!(damage(&tiff(8, &packed)), None);
        assert_eq!(damage(&tiff(1, &packed)), None);
        for at in [packed.len() - 1, packed.len() / 2] {
            let mut flipped = packed.clone();
            flipped[at] ^= 1;
            let found = damage(&tiff(32_946, &flipped));
            assert!(found.is_some_and(|found| found.contains("unpack")), "{at}");
        }
        // Its end is left out, and no pixel is missing.
        packed.truncate(packed.len() - 4);
        assert_eq!(damage(&tiff(8, &packed)), None);
    }

    #[test]
    fn a_jpeg_in_a_strip_is_held_to_what_jpegs_are() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
        let jpeg = std::fs::read(format!("{fixtures}/baseline.jpg")).unwrap();
        assert_eq!(damage(&tiff(7, &jpeg)), None);
        let cut = [&jpeg[..jpeg.len() * 2 / 3], &[0xff, 0xd9]].concat();
        assert!(damage(&tiff(7, &cut)).is_some());
        let scan = jpeg
            .windows(2)
            .position(|pair| pair == [0xff, 0xda])
            .unwrap();
        let [tables, strip] = [&jpeg[..scan], &jpeg[scan..]];
        let tables = [tables, &[0xff, 0xd9]].concat();
        let strip = [&[0xff, 0xd8], strip].concat();
        assert_eq!(of_jpegs([&strip[..]].into_iter(), &tables), None);
    }
}
