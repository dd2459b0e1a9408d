//! The head of a JPEG: is it one that common decoders read, how large is it, which way up is it.
//!
//! Markers by ITU-T T.81, table B.1; the Exif segment by Exif 2.32, 4.5.4.

use crate::tiff::{self, Tiff};

/// Steps through a head that are taken, segments and fill bytes together. ICC profiles, maker notes
/// and multi-picture data take a few hundred segments of 64 KiB at most.
const MAX_STEPS: usize = 4096;

/// Width and height in pixels as the frame header says, if the bytes begin with a baseline,
/// extended or progressive Huffman JPEG of 8 bits with 1 or 3 components whose tables come with it.
///
/// Lossless (SOF3), arithmetic and hierarchical frames are sensor data or cannot be decoded:
/// `None`.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut size = None;
    let mut tables = (false, false);
    for (marker, body) in Segments::new(bytes)? {
        match marker {
            0xc0..=0xc2 if size.is_none() => {
                let &[precision, h1, h0, w1, w0, components, ..] = body else {
                    return None;
                };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                if precision != 8 || !matches!(components, 1 | 3) || width == 0 || height == 0 {
                    return None;
                }
                size = Some((u32::from(width), u32::from(height)));
            }
            0xc4 => tables.0 = true,
            0xdb => tables.1 = true,
            0xc0..=0xcf => return None,
            0xda => return size.filter(|_| tables == (true, true)),
            _ => {}
        }
    }
    None
}

/// The orientation (1 to 8) that the JPEG's own Exif states.
pub(crate) fn orientation(bytes: &[u8]) -> Option<u8> {
    let exif = Segments::new(bytes)?
        .take_while(|(marker, _)| *marker != 0xda)
        .find_map(|(marker, body)| body.strip_prefix(b"Exif\0\0").filter(|_| marker == 0xe1))?;
    let head = Tiff::open(exif, 0)?;
    let ifd = head.tiff.ifd(head.first)?;
    tiff::orientation(&head.tiff, &ifd)
}

/// The marker segments of a JPEG up to and with its first scan header: code and body.
struct Segments<'a> {
    rest: &'a [u8],
    steps: usize,
}

impl<'a> Segments<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        Some(Self {
            rest: bytes.strip_prefix(&[0xff, 0xd8])?,
            steps: 0,
        })
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return None;
            }
            match *self.rest {
                [0xff, 0xff, ..] => self.rest = &self.rest[1..],
                [0xff, 0x00..=0xbf | 0xd0..=0xd9, ..] => return None,
                [0xff, marker, l1, l0, ..] => {
                    let end = usize::from(u16::from_be_bytes([l1, l0])).checked_add(2)?;
                    let body = self.rest.get(4..end)?;
                    self.rest = &self.rest[end..];
                    return Some((marker, body));
                }
                _ => return None,
            }
        }
    }
}
