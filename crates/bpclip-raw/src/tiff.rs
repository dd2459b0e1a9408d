//! Directories of TIFF and of what is built like it.
//!
//! TIFF 6.0, section 2, for header, directories and types; Technical Note 1 for SubIFDs; DNG 1.7
//! for the wider BigTIFF layout, which it allows; TIFF/EP and Exif 2.32 for the tags.

use std::collections::HashSet;
use std::ops::Range;

/// Entries of one directory that are read. The richest maker notes have some 200.
const MAX_ENTRIES: usize = 1024;
/// Directories of one tree that are read. A DNG with masks and previews has some 20.
const MAX_IFDS: usize = 64;
/// Directories within directories: IFD0, SubIFD, its SubIFD.
const MAX_DEPTH: usize = 4;
/// Values of one entry that are read.
const MAX_VALUES: usize = 64;

/// Tags by number: TIFF 6.0, TIFF/EP, Exif and DNG, and pointers of a few makers.
pub(crate) mod tag {
    pub(crate) const NEW_SUBFILE_TYPE: u16 = 0x00fe;
    pub(crate) const WIDTH: u16 = 0x0100;
    pub(crate) const LENGTH: u16 = 0x0101;
    pub(crate) const COMPRESSION: u16 = 0x0103;
    pub(crate) const PHOTOMETRIC: u16 = 0x0106;
    pub(crate) const MAKE: u16 = 0x010f;
    pub(crate) const STRIP_OFFSETS: u16 = 0x0111;
    pub(crate) const ORIENTATION: u16 = 0x0112;
    pub(crate) const STRIP_BYTE_COUNTS: u16 = 0x0117;
    pub(crate) const TILE_OFFSETS: u16 = 0x0144;
    pub(crate) const TILE_BYTE_COUNTS: u16 = 0x0145;
    pub(crate) const SUB_IFDS: u16 = 0x014a;
    pub(crate) const JPEG_OFFSET: u16 = 0x0201;
    pub(crate) const JPEG_LENGTH: u16 = 0x0202;
    pub(crate) const CFA_REPEAT: u16 = 0x828d;
    pub(crate) const CFA_PATTERN: u16 = 0x828e;
    pub(crate) const LEAF_DATA: u16 = 0x8606;
    pub(crate) const EXIF_IFD: u16 = 0x8769;
    pub(crate) const MAKER_NOTE: u16 = 0x927c;
    pub(crate) const PIXEL_WIDTH: u16 = 0xa002;
    pub(crate) const PIXEL_HEIGHT: u16 = 0xa003;
    pub(crate) const CR2_SLICES: u16 = 0xc640;
    pub(crate) const DNG_VERSION: u16 = 0xc612;
    pub(crate) const DEFAULT_CROP_SIZE: u16 = 0xc620;
    pub(crate) const DNG_PRIVATE_DATA: u16 = 0xc634;
    pub(crate) const ACTIVE_AREA: u16 = 0xc68d;
    pub(crate) const KODAK_IFD: u16 = 0xfe00;
}

/// Byte order and place of a TIFF header within the file's bytes.
#[derive(Clone, Copy)]
pub(crate) struct Tiff<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where offsets count from.
    pub(crate) base: usize,
    pub(crate) big_endian: bool,
    /// Offsets of 64 bits.
    wide: bool,
}

/// A header and what it says.
pub(crate) struct Head<'a> {
    pub(crate) tiff: Tiff<'a>,
    /// 42, or a maker's own number.
    pub(crate) magic: u16,
    /// Absolute position of the first directory.
    pub(crate) first: usize,
}

/// One entry of a directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) tag: u16,
    kind: u16,
    count: usize,
    /// Absolute position of the value.
    pub(crate) at: usize,
}

/// A directory.
pub(crate) struct Ifd {
    entries: Vec<Entry>,
    /// Offset of the next directory of the chain.
    next: Option<u64>,
}

/// The directories of a file: the chain from its header, and all SubIFDs.
pub(crate) struct Tree {
    /// IFD0 comes first.
    pub(crate) ifds: Vec<Ifd>,
    /// There were more than are read.
    pub(crate) cut: bool,
    /// Some are named that lie past the end of the bytes.
    pub(crate) past_end: bool,
}

impl<'a> Tiff<'a> {
    /// A reader of bytes without a header of their own, such as maker notes.
    pub(crate) fn at(bytes: &'a [u8], base: usize, big_endian: bool) -> Self {
        Self {
            bytes,
            base,
            big_endian,
            wide: false,
        }
    }

    /// Reads the header at `base`.
    pub(crate) fn open(bytes: &'a [u8], base: usize) -> Option<Head<'a>> {
        let big_endian = match bytes.get(base..base.checked_add(2)?)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let mut tiff = Self::at(bytes, base, big_endian);
        let magic = tiff.u16(base + 2)?;
        let first = if magic == 43 {
            if tiff.u16(base + 4)? != 8 {
                return None;
            }
            tiff.wide = true;
            tiff.uint(base + 8, 8)?
        } else {
            tiff.uint(base + 4, 4)?
        };
        let first = tiff.absolute(first)?;
        Some(Head { tiff, magic, first })
    }

    /// An offset as a position in the bytes; `None` past their end.
    pub(crate) fn absolute(&self, offset: u64) -> Option<usize> {
        let at = self.base.checked_add(usize::try_from(offset).ok()?)?;
        (at < self.bytes.len()).then_some(at)
    }

    fn uint(&self, at: usize, width: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.big_endian {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        })
    }

    pub(crate) fn u16(&self, at: usize) -> Option<u16> {
        self.uint(at, 2).and_then(|v| u16::try_from(v).ok())
    }

    pub(crate) fn u32(&self, at: usize) -> Option<u32> {
        self.uint(at, 4).and_then(|v| u32::try_from(v).ok())
    }

    /// Reads the directory at an absolute position.
    ///
    /// `None` where there is none: too few bytes, no entries or too many, or mostly entries of
    /// unknown types, as where a pointer leads into pixels.
    pub(crate) fn ifd(&self, at: usize) -> Option<Ifd> {
        let (head, step, word) = if self.wide { (8, 20, 8) } else { (2, 12, 4) };
        let count = usize::try_from(self.uint(at, head)?).ok()?;
        if count == 0 || count > MAX_ENTRIES {
            return None;
        }
        let start = at.checked_add(head)?;
        let end = start.checked_add(count.checked_mul(step)?)?;
        if end > self.bytes.len() {
            return None;
        }
        let entries: Vec<_> = (start..end)
            .step_by(step)
            .filter_map(|at| self.entry(at, word))
            .collect();
        if entries.len() * 2 < count {
            return None;
        }
        let next = self.uint(end, word).filter(|next| *next != 0);
        Some(Ifd { entries, next })
    }

    fn entry(&self, at: usize, word: usize) -> Option<Entry> {
        let (tag, kind) = (self.u16(at)?, self.u16(at + 2)?);
        let count = usize::try_from(self.uint(at + 4, word)?).ok()?;
        let inline = at + 4 + word;
        let length = type_width(kind)?.checked_mul(count)?;
        let at = if length <= word {
            inline
        } else {
            self.base
                .checked_add(usize::try_from(self.uint(inline, word)?).ok()?)?
        };
        Some(Entry {
            tag,
            kind,
            count,
            at,
        })
    }

    /// The bytes of an entry's value; `None` if they pass the end.
    pub(crate) fn data(&self, entry: &Entry) -> Option<&'a [u8]> {
        self.bytes.get(entry.range()?)
    }

    /// The first values of an entry as whole numbers; fractions are rounded down.
    pub(crate) fn numbers(&self, entry: &Entry) -> Vec<u64> {
        let Some(width) = type_width(entry.kind) else {
            return Vec::new();
        };
        let one = |i: usize| {
            let at = entry.at.checked_add(i.checked_mul(width)?)?;
            match entry.kind {
                5 | 10 => self.uint(at, 4)?.checked_div(self.uint(at + 4, 4)?),
                11 | 12 => None,
                _ => self.uint(at, width),
            }
        };
        (0..entry.count.min(MAX_VALUES)).map_while(one).collect()
    }

    /// The first number under a tag.
    pub(crate) fn number(&self, ifd: &Ifd, tag: u16) -> Option<u64> {
        self.numbers(ifd.get(tag)?).first().copied()
    }

    /// Two numbers under two tags, such as width and height.
    pub(crate) fn pair(&self, ifd: &Ifd, first: u16, second: u16) -> Option<(u64, u64)> {
        Some((self.number(ifd, first)?, self.number(ifd, second)?))
    }

    /// The text under a tag, up to its first zero byte, in capitals.
    pub(crate) fn capitals(&self, ifd: &Ifd, tag: u16) -> Option<String> {
        let data = self.data(ifd.get(tag)?)?;
        let text = data.split(|byte| *byte == 0).next()?;
        let text = &text[..text.len().min(64)];
        Some(String::from_utf8_lossy(text).trim().to_uppercase())
    }

    /// The chain of directories from `first`, with SubIFDs.
    pub(crate) fn tree(&self, first: usize) -> Tree {
        let mut tree = Tree {
            ifds: Vec::new(),
            cut: false,
            past_end: false,
        };
        let mut seen = HashSet::new();
        // Last in, first out: a directory's SubIFDs come before the next of its chain.
        let mut waiting = vec![(first, 0)];
        while let Some((at, depth)) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            if seen.len() > MAX_IFDS {
                tree.cut = true;
                break;
            }
            let Some(ifd) = self.ifd(at) else { continue };
            let subs = [tag::SUB_IFDS, tag::KODAK_IFD]
                .into_iter()
                .filter_map(|tag| ifd.get(tag));
            let subs: Vec<_> = subs
                .flat_map(|entry| self.numbers(entry))
                .map(|sub| (sub, depth + 1))
                .collect();
            for (offset, depth) in ifd
                .next
                .map(|next| (next, depth))
                .into_iter()
                .chain(subs.into_iter().rev())
            {
                match self.absolute(offset) {
                    Some(_) if depth == MAX_DEPTH => tree.cut = true,
                    Some(at) => waiting.push((at, depth)),
                    None => tree.past_end = true,
                }
            }
            tree.ifds.push(ifd);
        }
        tree
    }
}

impl Entry {
    /// Where the value lies; it may pass the end of the bytes.
    pub(crate) fn range(&self) -> Option<Range<usize>> {
        let length = type_width(self.kind)?.checked_mul(self.count)?;
        Some(self.at..self.at.checked_add(length)?)
    }

    /// The value is a block of bytes, not a number.
    pub(crate) fn is_block(&self) -> bool {
        self.kind == 7 && self.count > 4
    }
}

impl Ifd {
    pub(crate) fn get(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}

/// The orientation that a directory states, 1 to 8 as in TIFF 6.0, page 36.
pub(crate) fn orientation(tiff: &Tiff, ifd: &Ifd) -> Option<u8> {
    let turn = tiff.number(ifd, tag::ORIENTATION)?;
    u8::try_from(turn)
        .ok()
        .filter(|turn| (1..=8).contains(turn))
}

/// A width and a height in pixels, where both are more than nothing and fit.
pub(crate) fn pixels(width: u64, height: u64) -> Option<(u32, u32)> {
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

/// Bytes of one value: TIFF 6.0, page 15; 13 by Technical Note 1; 16 to 18 by BigTIFF.
fn type_width(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}
