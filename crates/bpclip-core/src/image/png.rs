//! What the chunks of a PNG say beyond what its decoder reads: colours told by numbers instead of a
//! profile, and Exif after the pixels (PNG, third edition, W3C 2025).

use super::cicp::{self, Colours};
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::{self, Read};

/// What the chunks say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunks<'a> {
    /// `cICP`: primaries, transfer function, matrix and range, as ITU-T H.273 numbers them.
    cicp: Option<[u8; 4]>,
    /// `gAMA`, in 1/100,000.
    gamma: Option<u32>,
    /// Whether `sRGB` or `iCCP` is there, which count before `gAMA`.
    named: bool,
    /// Whether the picture is a frame of the animation too: `fcTL` stands before the pixels.
    pub is_frame: bool,
    /// `eXIf`, wherever it stands.
    pub exif: Option<&'a [u8]>,
}

/// sRGB's as `gAMA` has it, and how far another may be off to be taken for it.
const SRGB_GAMMA: f64 = 0.454_55;
const CLOSE: f64 = 0.02;

impl<'a> Chunks<'a> {
    /// Reads them. A file that is cut short has those before its end.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut chunks = Self::default();
        let mut at = 8;
        let mut pixels = false;
        while let Some(chunk) = chunk(bytes, at) {
            let (kind, data) = chunk;
            match kind {
                b"cICP" => chunks.cicp = data.try_into().ok(),
                b"gAMA" => chunks.gamma = data.try_into().ok().map(u32::from_be_bytes),
                b"sRGB" | b"iCCP" => chunks.named = true,
                b"IDAT" => pixels = true,
                b"fcTL" if !pixels => chunks.is_frame = true,
                b"eXIf" => chunks.exif = Some(data),
                _ => {}
            }
            at += 12 + data.len();
        }
        chunks
    }

    /// How the colours are told: `cICP` counts before all else, `gAMA` last.
    pub fn colours(&self) -> Colours {
        match (self.cicp, self.gamma) {
            (Some([primaries, transfer, ..]), _) => cicp::colours(primaries, transfer),
            (None, Some(gamma)) if !self.named && gamma > 0 => {
                let gamma = f64::from(gamma) / 100_000.0;
                if (gamma - SRGB_GAMMA).abs() < CLOSE {
                    return Colours::Plain;
                }
                cicp::of_gamma(gamma)
            }
            _ => Colours::Plain,
        }
    }
}

/// Bytes of a profile, at most: those of printers have up to a few million.
const LONGEST_PROFILE: u64 = 16 << 20;

/// The file without its profile, if that is packed and would be longer than any is: its decoder unpacks
/// whatever fits into the memory. Else as it is.
pub(super) fn without_bomb(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut at = 8;
    while let Some((kind, data)) = chunk(bytes, at) {
        let end = at + 12 + data.len();
        if kind == b"iCCP" && is_bomb(data) {
            let rest = bytes.get(end..).unwrap_or_default();
            return Cow::Owned([&bytes[..at], rest].concat());
        }
        if kind == b"IDAT" {
            break;
        }
        at = end;
    }
    Cow::Borrowed(bytes)
}

/// Whether a profile, packed behind its name and the number of a method, is longer than any is.
fn is_bomb(data: &[u8]) -> bool {
    let Some(name) = data.iter().position(|byte| *byte == 0) else {
        return false;
    };
    let packed = data.get(name + 2..).unwrap_or_default();
    // Deflate makes a thousandth of something at best.
    if (packed.len() as u64) < LONGEST_PROFILE / 1100 {
        return false;
    }
    let mut unpacked = ZlibDecoder::new(packed).take(LONGEST_PROFILE + 1);
    let length = io::copy(&mut unpacked, &mut io::sink());
    length.is_ok_and(|length| length > LONGEST_PROFILE)
}

/// The kind and the data of the chunk at a place.
fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8; 4], &[u8])> {
    let length = bytes.get(at..at + 4)?.try_into().ok()?;
    let length = u32::from_be_bytes(length) as usize;
    let kind = bytes.get(at + 4..at + 8)?.try_into().ok()?;
    let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
    Some((kind, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in chunks {
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(*kind);
            bytes.extend(*data);
            bytes.extend([0; 4]);
        }
        bytes
    }

    #[test]
    fn colours_are_told_by_the_first_that_counts() {
        let colours = |chunks: &[(&[u8; 4], &[u8])]| Chunks::read(&png(chunks)).colours();
        let gamma = |value: u32| value.to_be_bytes();
        assert_eq!(colours(&[]), Colours::Plain);
        assert_eq!(colours(&[(b"gAMA", &gamma(45_455))]), Colours::Plain);
        assert!(matches!(
            colours(&[(b"gAMA", &gamma(100_000))]),
            Colours::Profile(_)
        ));
        let named: &[(&[u8; 4], &[u8])] = &[(b"sRGB", &[0]), (b"gAMA", &gamma(100_000))];
        assert_eq!(colours(named), Colours::Plain);
        assert!(matches!(
            colours(&[(b"cICP", &[9, 16, 0, 1])]),
            Colours::HighRange(..)
        ));
        assert_eq!(colours(&[(b"cICP", &[1, 13, 0, 1])]), Colours::Plain);
        assert!(matches!(
            colours(&[(b"cICP", &[12, 13, 0, 1])]),
            Colours::Profile(_)
        ));
        assert_eq!(colours(&[(b"cICP", &[10, 1, 0, 1])]), Colours::Unknown);
        assert_eq!(colours(&[(b"gAMA", &gamma(0))]), Colours::Plain);
    }

    #[test]
    fn a_picture_before_its_animation_is_no_frame_of_it() {
        let before: &[(&[u8; 4], &[u8])] = &[(b"fcTL", &[0; 26]), (b"IDAT", &[1])];
        let after: &[(&[u8; 4], &[u8])] = &[(b"IDAT", &[1]), (b"fcTL", &[0; 26])];
        assert!(Chunks::read(&png(before)).is_frame);
        assert!(!Chunks::read(&png(after)).is_frame);
    }

    #[test]
    fn a_profile_that_is_longer_than_any_is_taken_out() {
        let packed = |length: u64| {
            let zeros = io::repeat(0).take(length);
            let mut packed = b"name\0\0".to_vec();
            let mut encoder = flate2::read::ZlibEncoder::new(zeros, flate2::Compression::fast());
            encoder.read_to_end(&mut packed).unwrap();
            packed
        };
        let with = |profile: &[u8]| png(&[(b"gAMA", &[0; 4]), (b"iCCP", profile), (b"IDAT", &[1])]);
        let bomb = with(&packed(LONGEST_PROFILE + 1));
        let without = png(&[(b"gAMA", &[0; 4]), (b"IDAT", &[1])]);
        assert_eq!(*without_bomb(&bomb), without);
        for kept in [with(&packed(LONGEST_PROFILE)), with(b"name"), without] {
            assert!(matches!(without_bomb(&kept), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn exif_is_found_after_the_pixels() {
        let file = png(&[(b"IDAT", &[1, 2, 3]), (b"eXIf", b"II*\0")]);
        assert_eq!(Chunks::read(&file).exif, Some(&b"II*\0"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            Chunks::read(&bytes).colours();
            without_bomb(&bytes);
        }
    }
}
