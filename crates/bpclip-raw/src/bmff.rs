//! Canon's CR3: boxes of ISO/IEC 14496-12 with Canon's own within.
//!
//! After Laurent Clévy's description (lclevy/canon_cr3): `moov` has Canon's box with the
//! directories CMT1 to CMT4 and the thumbnail THMB, and tracks, the first of which is a JPEG in
//! full size; a box of its own beside it has the preview PRVW.

use std::ops::Range;

use crate::finds::Finds;
use crate::makernote;
use crate::raw::Facts;
use crate::tiff::{self, Tiff, pixels, tag};

/// Boxes of one file that are read. Canon writes some 100.
const MAX_BOXES: usize = 4096;

/// Canon's box within `moov`.
const CANON: [u8; 16] = *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
/// The box of the preview.
const PREVIEW: [u8; 16] = *b"\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16";

/// The bytes of a sample entry before its own boxes.
const SAMPLE_ENTRY: usize = 82;

/// Offers the thumbnail, the preview and the full-size JPEG.
pub(crate) fn read(bytes: &[u8], finds: &mut Finds) -> Facts {
    let mut boxes = Boxes {
        reader: Tiff::at(bytes, 0, true),
        left: MAX_BOXES,
    };
    let mut facts = Facts::default();
    for (name, body) in boxes.within(0..bytes.len()) {
        match &name {
            b"moov" => boxes.moov(body, &mut facts, finds),
            b"uuid" if starts(bytes, &body, &PREVIEW) => {
                // The identifier, then version, flags and count.
                let inner = body.start.saturating_add(24)..body.end;
                for (_, body) in boxes
                    .within(inner)
                    .into_iter()
                    .filter(|(name, _)| name == b"PRVW")
                {
                    boxes.jpeg(&body, 12, finds);
                }
            }
            _ => {}
        }
    }
    facts.cut = boxes.left == 0;
    facts
}

/// A reader of boxes that stops when a file has had its share.
struct Boxes<'a> {
    reader: Tiff<'a>,
    left: usize,
}

impl Boxes<'_> {
    /// The boxes of a range: name and body.
    fn within(&mut self, range: Range<usize>) -> Vec<([u8; 4], Range<usize>)> {
        let mut found = Vec::new();
        let mut at = range.start;
        while self.left > 0 {
            let Some((name, body)) = self.one(at, range.end) else {
                break;
            };
            self.left -= 1;
            at = body.end;
            found.push((name, body));
        }
        found
    }

    fn one(&self, at: usize, end: usize) -> Option<([u8; 4], Range<usize>)> {
        let name = self
            .reader
            .bytes
            .get(at.checked_add(4)?..at.checked_add(8)?)?
            .try_into()
            .ok()?;
        let (head, size) = match self.reader.u32(at)? {
            0 => (8, end.checked_sub(at)?),
            1 => {
                let high = u64::from(self.reader.u32(at + 8)?);
                let size = high << 32 | u64::from(self.reader.u32(at + 12)?);
                (16, usize::try_from(size).ok()?)
            }
            size => (8, usize::try_from(size).ok()?),
        };
        if size < head {
            return None;
        }
        // A box that passes the end is cut there: what it holds may still be whole.
        let stop = at.checked_add(size)?.min(end);
        (at + head <= stop).then_some((name, at + head..stop))
    }

    /// The body of the first box of that name.
    fn child(&mut self, range: Range<usize>, name: &[u8; 4]) -> Option<Range<usize>> {
        self.within(range)
            .into_iter()
            .find(|(found, _)| found == name)
            .map(|(_, body)| body)
    }

    fn moov(&mut self, body: Range<usize>, facts: &mut Facts, finds: &mut Finds) {
        for (name, body) in self.within(body) {
            match &name {
                b"uuid" if starts(self.reader.bytes, &body, &CANON) => {
                    self.canon(body, facts, finds)
                }
                b"trak" => {
                    self.track(body, finds);
                }
                _ => {}
            }
        }
    }

    fn canon(&mut self, body: Range<usize>, facts: &mut Facts, finds: &mut Finds) {
        let mut sizes = [None; 2];
        for (name, body) in self.within(body.start + CANON.len()..body.end) {
            match &name {
                b"CMT1" => {
                    let directory = self.directory(&body);
                    facts.orientation = directory
                        .as_ref()
                        .and_then(|(t, ifd)| tiff::orientation(t, ifd));
                    sizes[1] = directory
                        .and_then(|(t, ifd)| t.pair(&ifd, tag::WIDTH, tag::LENGTH))
                        .and_then(|(width, height)| pixels(width, height));
                }
                b"CMT3" => {
                    sizes[0] = self
                        .directory(&body)
                        .and_then(|(t, ifd)| makernote::canon(&t, &ifd))
                }
                b"THMB" => self.jpeg(&body, 8, finds),
                _ => {}
            }
        }
        facts.sensor = sizes[0].or(sizes[1]);
    }

    /// The first directory of a box that holds a TIFF. Nothing past the box is read.
    fn directory(&self, body: &Range<usize>) -> Option<(Tiff<'_>, tiff::Ifd)> {
        let head = Tiff::open(&self.reader.bytes[..body.end], body.start)?;
        let ifd = head.tiff.ifd(head.first)?;
        Some((head.tiff, ifd))
    }

    /// A box whose JPEG begins at 16, its length standing at `length_at`.
    fn jpeg(&self, body: &Range<usize>, length_at: usize, finds: &mut Finds) {
        if let Some(length) = body
            .start
            .checked_add(length_at)
            .and_then(|at| self.reader.u32(at))
        {
            finds.offer(body.start as u64 + 16, length.into());
        }
    }

    /// Offers a track's first sample where its sample entry says that it is a JPEG.
    fn track(&mut self, track: Range<usize>, finds: &mut Finds) -> Option<()> {
        let media = self.child(track, b"mdia")?;
        let information = self.child(media, b"minf")?;
        let table = self.child(information, b"stbl")?;
        let parts = self.within(table);
        let part = |name: &[u8; 4]| {
            parts
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, body)| body.clone())
        };
        let descriptions = part(b"stsd")?;
        let entry = self.child(
            descriptions.start.checked_add(8)?..descriptions.end,
            b"CRAW",
        )?;
        self.child(entry.start.checked_add(SAMPLE_ENTRY)?..entry.end, b"JPEG")?;
        let sizes = part(b"stsz")?.start;
        let length = match self.reader.u32(sizes.checked_add(4)?)? {
            0 => self.reader.u32(sizes.checked_add(12)?)?,
            every => every,
        };
        let word = |at: usize| self.reader.u32(at).map(u64::from);
        let start = match (part(b"co64"), part(b"stco")) {
            (Some(wide), _) => {
                word(wide.start.checked_add(8)?)? << 32 | word(wide.start.checked_add(12)?)?
            }
            (None, narrow) => word(narrow?.start.checked_add(8)?)?,
        };
        finds.offer(start, length.into());
        Some(())
    }
}

fn starts(bytes: &[u8], body: &Range<usize>, with: &[u8]) -> bool {
    bytes
        .get(body.clone())
        .is_some_and(|body| body.starts_with(with))
}
