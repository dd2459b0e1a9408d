//! The segments before the picture of a JPEG (ITU-T T.81, B.1.1): where everything stands that is not
//! the picture itself, such as Exif, XMP and profiles.

use std::ops::Range;

/// `APP1`: Exif and XMP.
pub const APP1: u8 = 0xe1;
/// `SOS`: the picture begins.
pub const START_OF_SCAN: u8 = 0xda;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// What it is: the byte behind FF.
    pub marker: u8,
    /// All of it, from FF on.
    pub range: Range<usize>,
    /// What is in it, behind marker and length.
    pub body: &'a [u8],
    /// Whether bytes that belong to nothing stand before it.
    pub stray: bool,
}

/// The segments of a JPEG up to and with the first that begins a scan; fewer where the bytes end, or
/// a segment is cut short, before that.
pub fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = 2;
    let mut ended = !bytes.starts_with(&[0xff, 0xd8]);
    std::iter::from_fn(move || {
        let mut stray = false;
        while !ended {
            // Any number of FF may stand before a marker.
            match (*bytes.get(at)?, *bytes.get(at + 1)?) {
                (0xff, 0xff) => at += 1,
                (0xff, 0x01 | 0xd0..=0xd8) => at += 2,
                (0xff, marker @ 0xc0..=0xfe) => {
                    let length = [*bytes.get(at + 2)?, *bytes.get(at + 3)?];
                    let end = at + 2 + usize::from(u16::from_be_bytes(length));
                    let segment = Segment {
                        marker,
                        range: at..end,
                        body: bytes.get(at + 4..end)?,
                        stray,
                    };
                    ended = marker == START_OF_SCAN;
                    at = end;
                    return Some(segment);
                }
                _ => {
                    stray = true;
                    at += 1;
                }
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn segments_end_with_the_first_scan_and_stray_bytes_are_told() {
        let bytes =
            b"\xff\xd8\xff\xe1\0\x04ab\xff\xff\xe2\0\x02\x07\xff\xda\0\x03\x01\xff\xe1\0\x02";
        let found: Vec<_> = segments(bytes)
            .map(|s| (s.marker, s.body, s.range, s.stray))
            .collect();
        let expected: [(u8, &[u8], Range<usize>, bool); 3] = [
            (0xe1, b"ab", 2..8, false),
            (0xe2, b"", 9..13, false),
            (0xda, b"\x01", 14..19, true),
        ];
        assert_eq!(found, expected);
        assert_eq!(segments(b"\x89PNG").count(), 0);
        assert_eq!(segments(&bytes[..7]).count(), 0);
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [&b"\xff\xd8"[..], &bytes].concat();
            for segment in segments(&bytes) {
                prop_assert_eq!(&bytes[segment.range.start + 4..segment.range.end], segment.body);
            }
        }
    }
}
