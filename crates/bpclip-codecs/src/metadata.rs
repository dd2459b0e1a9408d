//! What stands beside the picture of a HEIF file: XMP and Exif, each an item of its own (ISO/IEC
//! 23008-12, annex A). Only the file's headers are read, and these items.

use std::io::{Read, Seek, SeekFrom};

use crate::heif::File;
use crate::reader::Reader;

/// Boxes before the headers that are passed over.
const MOST_BOXES: usize = 64;
/// Bytes of the headers, and of an item.
const MOST_BYTES: u64 = 16 << 20;

/// What stands beside the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The text of an XMP.
    pub xmp: Option<Vec<u8>>,
    /// Exif: a TIFF.
    pub exif: Option<Vec<u8>>,
}

/// Reads it of a HEIC or AVIF; `None` where the headers cannot be read.
pub fn metadata(mut file: impl Read + Seek) -> Option<Metadata> {
    let headers = headers(&mut file)?;
    let heif = File::parse(&headers).ok()?;
    let mut read = |id: Option<u32>| data(&heif, id?, &mut file);
    let exif = read(heif.first(|item| &item.kind == b"Exif"));
    Some(Metadata {
        xmp: read(heif.first(|item| item.xmp)),
        exif: exif.and_then(|exif| tiff(&exif).map(<[u8]>::to_vec)),
    })
}

/// The box of the headers, with its own head.
fn headers(file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        let head = part(file, at, 16)?;
        let mut r = Reader::new(&head);
        let size = match (u64::from(r.u32().ok()?), r.kind().ok()?) {
            (1, kind) => (r.uint(8).ok()?, kind),
            (size, kind) => (size, kind),
        };
        match size {
            (8..=MOST_BYTES, kind) if &kind == b"meta" => return part(file, at, size.0),
            (8.., _) => at = at.checked_add(size.0)?,
            // Up to the end, or no box.
            _ => return None,
        }
    }
    None
}

/// What an item holds, wherever it stands.
fn data(heif: &File<'_>, id: u32, file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let Some(extents) = heif.in_file(id) else {
        return Some(heif.data(id).ok()?.into_owned());
    };
    let mut whole = Vec::new();
    for (start, length) in extents {
        if length == 0 || (whole.len() as u64).saturating_add(length) > MOST_BYTES {
            return None;
        }
        let piece = part(file, start, length)?;
        if piece.len() as u64 != length {
            return None;
        }
        whole.extend(piece);
    }
    Some(whole)
}

/// As many of these bytes as there are.
fn part(file: &mut (impl Read + Seek), at: u64, most: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at)).ok()?;
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The TIFF within an item of Exif, which begins with how far it is to it.
fn tiff(exif: &[u8]) -> Option<&[u8]> {
    let mut r = Reader::new(exif);
    let ahead = r.u32().ok()?;
    r.rest().get(usize::try_from(ahead).ok()?..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// Rated by ExifTool.
    const RATED: &[u8] = include_bytes!("../tests/fixtures/rated.heic");

    #[test]
    fn what_another_program_wrote_is_found() {
        let found = metadata(Cursor::new(RATED)).unwrap();
        let text = String::from_utf8(found.xmp.unwrap()).unwrap();
        assert!(text.contains("<xmp:Rating>3</xmp:Rating>"), "{text}");
        assert!(text.contains("<xmp:Label>Red</xmp:Label>"), "{text}");
        assert!(found.exif.unwrap().starts_with(b"MM\0*"));
        let plain = include_bytes!("../tests/fixtures/444.heic");
        assert_eq!(metadata(Cursor::new(plain)), Some(Metadata::default()));
    }

    #[test]
    fn damaged_files_say_nothing_or_what_is_left() {
        for end in 0..RATED.len() {
            let _ = metadata(Cursor::new(&RATED[..end]));
        }
        for at in 0..RATED.len() {
            let mut damaged = RATED.to_vec();
            damaged[at] = 0xff;
            let _ = metadata(Cursor::new(damaged));
        }
        assert_eq!(metadata(Cursor::new(b"\xff\xd8")), None);
    }
}
