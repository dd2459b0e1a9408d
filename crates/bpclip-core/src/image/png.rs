//! What the chunks of a PNG say beyond what its decoder reads: colours told by numbers instead of a
//! profile, and Exif after the pixels (PNG, third edition, W3C 2025).

use super::cicp::{self, Colours};

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
    fn exif_is_found_after_the_pixels() {
        let file = png(&[(b"IDAT", &[1, 2, 3]), (b"eXIf", b"II*\0")]);
        assert_eq!(Chunks::read(&file).exif, Some(&b"II*\0"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            Chunks::read(&bytes).colours();
        }
    }
}
