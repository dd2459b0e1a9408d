//! What kind of JPEG a file is, from the markers before its first scan (ITU-T T.81, annex B).

use super::segments::{START_OF_SCAN, segments};

/// The frame of a JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The marker that begins it, SOF0 to SOF15 (`C0` to `CF`), or `F7` of JPEG-LS.
    pub marker: u8,
    /// Bits a sample.
    pub precision: u8,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Of each component, how finely it is sampled across and down.
    pub sampling: Vec<(u8, u8)>,
    /// Components of the first scan.
    pub first_scan: usize,
    /// Whether bytes that belong to nothing stand between the markers.
    pub stray: bool,
}

impl Frame {
    /// Reads the markers up to the first scan. None where there is no frame or no scan.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut stray = false;
        let mut found: Option<Self> = None;
        for segment in segments(bytes) {
            stray |= segment.stray;
            match segment.marker {
                START_OF_SCAN => {
                    let frame = found?;
                    let first_scan = (*segment.body.first()?).into();
                    return Some(Self {
                        first_scan,
                        stray,
                        ..frame
                    });
                }
                0xc4 | 0xc8 | 0xcc => {}
                marker @ (0xc0..=0xcf | 0xf7) => found = Some(Self::of(marker, segment.body)?),
                _ => {}
            }
        }
        None
    }

    fn of(marker: u8, segment: &[u8]) -> Option<Self> {
        let [precision, h1, h0, w1, w0, count, components @ ..] = segment else {
            return None;
        };
        let components = components.chunks_exact(3).take((*count).into());
        Some(Self {
            marker,
            precision: *precision,
            size: (
                u16::from_be_bytes([*w1, *w0]).into(),
                u16::from_be_bytes([*h1, *h0]).into(),
            ),
            sampling: components.map(|c| (c[1] >> 4, c[1] & 15)).collect(),
            first_scan: 0,
            stray: false,
        })
    }

    /// What kind of JPEG it is, if it is one that is not read.
    pub fn not_read(&self) -> Option<&'static str> {
        match self.marker {
            0xc0..=0xc2 if self.precision == 8 => None,
            0xc0..=0xc2 => Some("a JPEG of more than 8 bits a channel is not read"),
            0xf7 => Some("JPEG-LS is not read"),
            0xc9..=0xcf => Some("a JPEG with arithmetic coding is not read"),
            0xc3 => Some("lossless JPEG is not read"),
            _ => Some("hierarchical JPEG is not read"),
        }
    }

    /// Whether it is written as few programs do: components in scans of their own, unusual
    /// sampling, stray bytes. Of such a file the usual decoder makes a wrong picture or none.
    pub fn is_unusual(&self) -> bool {
        let usual = match self.sampling.as_slice() {
            [one] => *one == (1, 1),
            [luma, (1, 1), (1, 1)] => matches!(luma, (1 | 2, 1 | 2)),
            [_, _, _] => false,
            _ => true,
        };
        let baseline = matches!(self.marker, 0xc0 | 0xc1);
        let apart = baseline && self.first_scan != self.sampling.len();
        self.stray || !usual || apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jpeg(marker: u8, precision: u8, sampling: &[u8], scan: u8, junk: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend(junk);
        let count = sampling.len() as u8;
        bytes.extend([
            0xff,
            marker,
            0,
            8 + 3 * count,
            precision,
            0,
            161,
            0,
            240,
            count,
        ]);
        for (id, sampling) in (1..).zip(sampling) {
            bytes.extend([id, *sampling, 0]);
        }
        bytes.extend([0xff, 0xda, 0, 3, scan]);
        bytes
    }

    #[test]
    fn usual_and_unusual_files_are_told_apart() {
        let frame = |marker, sampling: &[u8], scan, junk: &[u8]| {
            Frame::read(&jpeg(marker, 8, sampling, scan, junk)).unwrap()
        };
        let usual = frame(0xc0, &[0x22, 0x11, 0x11], 3, &[]);
        assert_eq!((usual.size, usual.is_unusual()), ((240, 161), false));
        assert_eq!(usual.not_read(), None);
        assert!(!frame(0xc2, &[0x21, 0x11, 0x11], 1, &[]).is_unusual());
        assert!(!frame(0xc0, &[0x11], 1, &[0xff, 0xff]).is_unusual());
        for unusual in [
            frame(0xc0, &[0x22, 0x11, 0x11], 1, &[]),
            frame(0xc0, &[0x31, 0x11, 0x11], 3, &[]),
            frame(0xc0, &[0x11, 0x22, 0x22], 3, &[]),
            frame(0xc0, &[0x22], 1, &[]),
            frame(0xc0, &[0x22, 0x11, 0x11], 3, &[7, 9]),
        ] {
            assert!(unusual.is_unusual(), "{unusual:?}");
        }
    }

    #[test]
    fn kinds_that_are_not_read_have_names() {
        for (marker, precision, says) in [
            (0xc1, 12, "8 bits"),
            (0xc3, 8, "lossless"),
            (0xc9, 8, "arithmetic"),
            (0xf7, 8, "JPEG-LS"),
            (0xc5, 8, "hierarchical"),
        ] {
            let frame = Frame::read(&jpeg(marker, precision, &[0x11], 1, &[])).unwrap();
            assert!(frame.not_read().unwrap().contains(says));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            Frame::read(&bytes);
        }
    }
}
