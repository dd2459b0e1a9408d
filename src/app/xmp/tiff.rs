//! The first directory of a TIFF (TIFF 6.0, section 2), in which EXIF and many kinds of camera raw are
//! written too: as much of it as ratings take.

use std::io::{Read, Seek, SeekFrom};

/// Entries that are looked at: of a damaged file there may be thousands.
const MOST_ENTRIES: u16 = 512;
/// Bytes of an XMP: those of darktable's histories have some hundred thousand.
const MOST_BYTES: u32 = 16 << 20;

const XMP: u16 = 700;
const RATING: u16 = 0x4746;

/// What the first directory says.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The text of an XMP.
    pub xmp: Option<String>,
    /// The tag `Rating`, 0 to 5.
    pub rating: Option<u32>,
}

/// Reads it of the TIFF that starts at `start` of a file; `None` where there is none.
pub fn first_directory(file: &mut (impl Read + Seek), start: u64) -> Option<Found> {
    let mut tiff = Tiff {
        file,
        start,
        little: true,
    };
    let [a, b, kind @ ..] = tiff.bytes::<4>(0)?;
    tiff.little = match [a, b] {
        [b'I', b'I'] => true,
        [b'M', b'M'] => false,
        _ => return None,
    };
    // Olympus and Panasonic have numbers of their own in the place of 42.
    let kind = tiff.short_of(kind);
    if ![42, 0x4f52, 0x5352, 0x55].contains(&kind) {
        return None;
    }
    let directory = u64::from(tiff.long(4)?);
    let count = tiff.short(directory)?.min(MOST_ENTRIES);
    let mut found = Found::default();
    for entry in 0..count {
        let at = directory + 2 + 12 * u64::from(entry);
        // A directory that is cut short says what it still says.
        let Some(tag) = tiff.short(at) else { break };
        match tag {
            RATING => found.rating = tiff.number(at),
            XMP => found.xmp = tiff.text(at),
            _ => {}
        }
    }
    Some(found)
}

struct Tiff<'a, F> {
    file: &'a mut F,
    start: u64,
    little: bool,
}

impl<F: Read + Seek> Tiff<'_, F> {
    fn bytes<const N: usize>(&mut self, at: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.file.seek(SeekFrom::Start(self.start + at)).ok()?;
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn short_of(&self, bytes: [u8; 2]) -> u16 {
        match self.little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        }
    }

    fn short(&mut self, at: u64) -> Option<u16> {
        let bytes = self.bytes(at)?;
        Some(self.short_of(bytes))
    }

    fn long(&mut self, at: u64) -> Option<u32> {
        let bytes = self.bytes(at)?;
        Some(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    /// The one number of an entry, of 16 or 32 bits.
    fn number(&mut self, entry: u64) -> Option<u32> {
        match (self.short(entry + 2)?, self.long(entry + 4)?) {
            (3, 1) => self.short(entry + 8).map(u32::from),
            (4, 1) => self.long(entry + 8),
            _ => None,
        }
    }

    /// The bytes of an entry, as text.
    fn text(&mut self, entry: u64) -> Option<String> {
        let length = self
            .long(entry + 4)
            .filter(|length| *length <= MOST_BYTES)?;
        let at = u64::from(self.long(entry + 8)?);
        self.file.seek(SeekFrom::Start(self.start + at)).ok()?;
        let mut bytes = Vec::new();
        let mut part = self.file.by_ref().take(u64::from(length));
        part.read_to_end(&mut bytes).ok()?;
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        String::from_utf8(bytes).ok()
    }
}
