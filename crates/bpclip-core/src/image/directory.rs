//! The directories of a TIFF (TIFF 6.0, section 2; BigTIFF), which Exif, multi-picture data and many
//! kinds of camera raw are too.

use std::io::{Read, Seek, SeekFrom};

/// Entries of one directory that are looked at: of a damaged file there may be more.
const MOST_ENTRIES: u64 = u16::MAX as u64;

/// Where the bytes come from.
pub trait Source {
    /// The bytes from `at` on, `most` of them; fewer where they end before that.
    fn part(&mut self, at: u64, most: u64) -> Vec<u8>;
}

impl Source for &[u8] {
    fn part(&mut self, at: u64, most: u64) -> Vec<u8> {
        let length = self.len() as u64;
        let (start, end) = (at.min(length), at.saturating_add(most).min(length));
        // Within the slice, so within `usize`.
        self.get(start as usize..end as usize)
            .unwrap_or_default()
            .to_vec()
    }
}

/// A file of which only the parts are read that are asked for.
pub struct InFile<F>(pub F);

impl<F: Read + Seek> Source for InFile<F> {
    fn part(&mut self, at: u64, most: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.0.seek(SeekFrom::Start(at)).is_ok() {
            // What was read before an error counts.
            let _ = (&mut self.0).take(most).read_to_end(&mut bytes);
        }
        bytes
    }
}

/// A TIFF.
pub struct Tiff<S> {
    source: S,
    start: u64,
    /// Whether the least byte of a number comes first.
    pub little: bool,
    /// Whether offsets have 8 bytes, as in BigTIFF.
    pub wide: bool,
    /// 42, 43 of a BigTIFF, or what some makers of cameras write in its place.
    pub version: u16,
    /// Where the first directory is.
    pub first: u64,
}

/// A directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Its entries, in order; of one that is cut short those that are there.
    pub entries: Vec<Entry>,
    /// Where the next one is; 0: there is none.
    pub next: u64,
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub tag: u16,
    /// Its type (TIFF 6.0, page 15).
    pub kind: u16,
    /// How many values it has.
    pub count: u64,
    /// Where they stand, from the TIFF's beginning on.
    pub at: u64,
}

impl Entry {
    /// Bytes of a value.
    fn width(&self) -> u64 {
        match self.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            _ => 8,
        }
    }
}

impl Directory {
    /// The entry of a tag.
    pub fn find(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}

impl<S: Source> Tiff<S> {
    /// The TIFF that begins at `start` of its source, whatever stands in the place of 42; `None`
    /// where there is none.
    pub fn open(mut source: S, start: u64) -> Option<Self> {
        let head = source.part(start, 4);
        let little = match head.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let mut tiff = Self {
            source,
            start,
            little,
            wide: false,
            version: 0,
            first: 0,
        };
        tiff.version = u16::try_from(tiff.of(head.get(2..4)?)).ok()?;
        tiff.wide = tiff.version == 43;
        tiff.first = match tiff.wide {
            true => tiff.number_at(8, 8)?,
            false => tiff.number_at(4, 4)?,
        };
        Some(tiff)
    }

    /// The directory at this place; `None` where there is none.
    pub fn directory(&mut self, at: u64) -> Option<Directory> {
        let (of_count, step, word) = match self.wide {
            true => (8, 20, 8),
            false => (2, 12, 4),
        };
        let count = self.number_at(at, of_count)?.min(MOST_ENTRIES);
        let first = at.checked_add(of_count)?;
        let bytes = self.part(first, count * step);
        let mut directory = Directory::default();
        for (place, entry) in bytes.chunks_exact(step as usize).enumerate() {
            let field = |from: usize, length: u64| self.of(&entry[from..from + length as usize]);
            let mut found = Entry {
                // Two bytes each.
                tag: field(0, 2) as u16,
                kind: field(2, 2) as u16,
                count: field(4, word),
                at: first + place as u64 * step + 4 + word,
            };
            // Few values stand in the entry itself.
            if found.count.saturating_mul(found.width()) > word {
                found.at = field(4 + word as usize, word);
            }
            directory.entries.push(found);
        }
        let next = first.checked_add(count * step)?;
        directory.next = self.number_at(next, word).unwrap_or(0);
        Some(directory)
    }

    /// The first value of an entry of whole numbers.
    pub fn number(&mut self, entry: &Entry) -> Option<u64> {
        self.number_at(entry.at, entry.width())
    }

    /// The values of an entry of whole numbers, `most` of them at most.
    pub fn numbers(&mut self, entry: &Entry, most: u64) -> Vec<u64> {
        let width = entry.width();
        let bytes = self.part(entry.at, entry.count.min(most) * width);
        let values = bytes.chunks_exact(width as usize);
        values.map(|value| self.of(value)).collect()
    }

    /// The bytes of an entry, if there are no more than `most` and all are there.
    pub fn bytes(&mut self, entry: &Entry, most: u64) -> Option<Vec<u8>> {
        let length = entry.count.checked_mul(entry.width())?;
        let bytes = self.part(entry.at, length.min(most));
        (bytes.len() as u64 == length).then_some(bytes)
    }

    fn number_at(&mut self, at: u64, width: u64) -> Option<u64> {
        let bytes = self.part(at, width);
        (bytes.len() as u64 == width).then(|| self.of(&bytes))
    }

    fn part(&mut self, at: u64, most: u64) -> Vec<u8> {
        self.source.part(self.start.saturating_add(at), most)
    }

    fn of(&self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self.little {
            true => bytes.iter().rev().fold(0, add),
            false => bytes.iter().fold(0, add),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    /// One directory with a short number in it and a text beside it.
    const SMALL: &[u8] = b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\
                           \x01\x0f\0\x02\0\0\0\x06\0\0\0\x26\0\0\0\x63Nikon\0";

    #[test]
    fn entries_are_read_from_memory_and_from_a_file_wherever_it_begins() {
        fn look(source: impl Source, start: u64) {
            let mut tiff = Tiff::open(source, start).unwrap();
            assert_eq!((tiff.version, tiff.little, tiff.first), (42, false, 8));
            let directory = tiff.directory(8).unwrap();
            assert_eq!(directory.next, 0x63);
            let turned = directory.find(0x0112).unwrap();
            assert_eq!(tiff.number(turned), Some(6));
            assert_eq!(tiff.numbers(turned, 9), [6]);
            let maker = directory.find(0x010f).unwrap();
            assert_eq!(tiff.bytes(maker, 6).unwrap(), b"Nikon\0");
            assert_eq!(tiff.bytes(maker, 5), None);
            assert_eq!(directory.find(1), None);
        }
        look(SMALL, 0);
        look(InFile(Cursor::new([b"abc", SMALL].concat())), 3);
    }

    #[test]
    fn what_is_cut_short_says_what_it_still_says() {
        for end in 0..SMALL.len() {
            if let Some(mut tiff) = Tiff::open(&SMALL[..end], 0) {
                let found = tiff.directory(tiff.first).unwrap_or_default();
                assert_eq!(found.entries.len(), end.saturating_sub(10) / 12, "{end}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for head in [&b"II*\0\x08\0\0\0"[..], b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10"] {
                let bytes = [head, &bytes].concat();
                let Some(mut tiff) = Tiff::open(&bytes[..], 0) else { continue };
                for entry in tiff.directory(tiff.first).unwrap_or_default().entries {
                    tiff.number(&entry);
                    tiff.numbers(&entry, 100);
                    tiff.bytes(&entry, 100);
                }
            }
        }
    }
}
