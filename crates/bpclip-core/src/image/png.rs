//! What the chunks of a PNG say beyond what its decoder reads: colours told by numbers instead of a
//! profile, and Exif after the pixels (PNG, third edition, W3C 2025).

use super::cicp::{self, Colours};
use flate2::read::ZlibDecoder;
use std::io::{self, Read};

/// Width and height, as the first chunk has them.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let (b"IHDR", data) = chunk(bytes, 8)? else {
        return None;
    };
    let number = |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

/// What the chunks say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunks<'a> {
    /// `cICP`: primaries, transfer function, matrix and range, as ITU-T H.273 numbers them.
    cicp: Option<[u8; 4]>,
    /// `gAMA`, in 1/100,000.
    gamma: Option<u32>,
    /// Whether `sRGB` is there, which counts before `gAMA`, as `iCCP` does.
    srgb: bool,
    /// `iCCP`: a name, and a profile that is packed.
    profile: Option<&'a [u8]>,
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
                b"sRGB" => chunks.srgb = true,
                b"iCCP" => chunks.profile = Some(data),
                b"IDAT" => pixels = true,
                b"fcTL" if !pixels => chunks.is_frame = true,
                b"eXIf" => chunks.exif = Some(data),
                _ => {}
            }
            at += 12 + data.len();
        }
        chunks
    }

    /// Whether there is a profile, which need not be readable.
    pub fn has_profile(&self) -> bool {
        self.profile.is_some()
    }

    /// Whether the profile has more bytes than this once it is unpacked. What is damaged has no more
    /// than what comes before the damage.
    pub fn profile_unpacks_beyond(&self, most: u64) -> bool {
        let packed = self.profile.and_then(|profile| {
            let name = profile.iter().position(|byte| *byte == 0)?;
            // A byte after the name says how it is packed; there is one way.
            profile.get(name + 2..)
        });
        let mut unpacked = ZlibDecoder::new(packed.unwrap_or_default()).take(most + 1);
        let mut count = Counter(0);
        let _ = io::copy(&mut unpacked, &mut count);
        count.0 > most
    }

    /// How the colours are told: `cICP` counts before all else, `gAMA` last.
    pub fn colours(&self) -> Colours {
        match (self.cicp, self.gamma) {
            (Some([primaries, transfer, ..]), _) => cicp::colours(primaries, transfer),
            (None, Some(gamma)) if !self.srgb && !self.has_profile() && gamma > 0 => {
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

/// Counts what is written, and keeps nothing.
struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    fn a_profile_is_measured_before_it_is_unpacked() {
        let packed = |zeros: u64| {
            let mut packed = b"name\0\0".to_vec();
            let zeros = io::repeat(0).take(zeros);
            let mut packer = flate2::read::ZlibEncoder::new(zeros, flate2::Compression::fast());
            packer.read_to_end(&mut packed).unwrap();
            packed
        };
        for (zeros, beyond) in [(1000, false), (1001, true), (50_000_000, true)] {
            let file = png(&[(b"iCCP", &packed(zeros))]);
            let chunks = Chunks::read(&file);
            assert_eq!(chunks.profile_unpacks_beyond(1000), beyond, "{zeros}");
        }
        let damaged = png(&[(b"iCCP", b"name\0\0nothing")]);
        assert!(!Chunks::read(&damaged).profile_unpacks_beyond(1000));
    }

    #[test]
    fn a_picture_before_its_animation_is_no_frame_of_it() {
        let before: &[(&[u8; 4], &[u8])] = &[(b"fcTL", &[0; 26]), (b"IDAT", &[1])];
        let after: &[(&[u8; 4], &[u8])] = &[(b"IDAT", &[1]), (b"fcTL", &[0; 26])];
        assert!(Chunks::read(&png(before)).is_frame);
        assert!(!Chunks::read(&png(after)).is_frame);
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
            Chunks::read(&bytes).profile_unpacks_beyond(1000);
        }
    }
}
