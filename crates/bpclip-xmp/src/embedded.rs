//! What stands within a picture's file: the XMP of a JPEG, TIFF, HEIC or AVIF, and the rating of its
//! EXIF. Many kinds of camera raw are TIFFs.

use super::{decision, decision_in};
use bpclip_core::file::open_file;
use bpclip_core::image::directory::{InFile, Source, Tiff};
use bpclip_core::image::segments::{APP1, START_OF_SCAN, segments};
use bpclip_library::Decision;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

/// How a segment of Exif begins.
pub(crate) const EXIF: &[u8] = b"Exif\0\0";
/// How a segment of XMP begins.
pub(crate) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// `Rating` in the first directory of Exif: 0 to 5.
pub(crate) const RATING: u16 = 0x4746;
/// XMP in the first directory of a TIFF.
const PACKET: u16 = 700;
/// Bytes of an XMP: those of darktable's histories have some hundred thousand.
const MOST_BYTES: u64 = 16 << 20;
/// Bytes of a JPEG that are read at first for what stands before its picture, and at most.
const HEAD: u64 = 1 << 16;
const MOST_HEAD: u64 = 1 << 24;

/// What a file says.
#[derive(Debug, Default)]
struct Found {
    xmp: Option<Vec<u8>>,
    /// The tag `Rating`, 0 to 5.
    rating: Option<u64>,
}

/// The rating and the label in a picture's file; of both kinds XMP counts. Only the file's head is
/// read. `None` where there is nothing, or nothing of it is understood.
pub fn embedded(path: &Path) -> Option<Decision> {
    // A pipe would keep us waiting.
    let mut file = BufReader::with_capacity(4096, open_file(path).ok()?);
    let mut start = [0; 12];
    file.read_exact(&mut start).ok()?;
    file.rewind().ok()?;
    let found = match start {
        [0xff, 0xd8, ..] => in_jpeg(&head(&mut file)?),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => in_heif(file)?,
        _ => in_tiff(InFile(file), MAKERS)?,
    };
    let xmp = found.xmp.and_then(|xmp| {
        // Programs leave blanks behind it for what others may add.
        let text = str::from_utf8(&xmp).ok()?;
        decision_in(text.trim_matches(['\0', ' ', '\n']))
    });
    let exif = found.rating.filter(|rating| (1..=5).contains(rating));
    xmp.or_else(|| decision(Some(&exif?.to_string()), None, None))
}

/// As much of a JPEG as stands before its picture.
fn head(file: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut most = HEAD;
    loop {
        let more = most - bytes.len() as u64;
        let read = file.by_ref().take(more).read_to_end(&mut bytes).ok()?;
        let whole = segments(&bytes).any(|segment| segment.marker == START_OF_SCAN);
        // What was seen before the file ends counts.
        if whole || (read as u64) < more || most >= MOST_HEAD {
            return Some(bytes);
        }
        most *= 4;
    }
}

fn in_jpeg(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for segment in segments(bytes).filter(|segment| segment.marker == APP1) {
        if let Some(text) = segment.body.strip_prefix(XMP) {
            found.xmp = found.xmp.or(Some(text.to_vec()));
        } else if let Some(exif) = segment.body.strip_prefix(EXIF) {
            let exif = in_tiff(exif, &[42]);
            found.rating = found.rating.or(exif.and_then(|exif| exif.rating));
        }
    }
    found
}

/// 42, 43 of a BigTIFF, and what Olympus and Panasonic have in its place.
const MAKERS: &[u16] = &[42, 43, 0x4f52, 0x5352, 0x55];

fn in_tiff(source: impl Source, versions: &[u16]) -> Option<Found> {
    let mut tiff = Tiff::open(source, 0).filter(|tiff| versions.contains(&tiff.version))?;
    let directory = tiff.directory(tiff.first)?;
    let rating = directory.find(RATING);
    let rating = rating.filter(|entry| matches!((entry.kind, entry.count), (3 | 4, 1)));
    let packet = directory.find(PACKET);
    Some(Found {
        rating: rating.and_then(|entry| tiff.number(entry)),
        xmp: packet.and_then(|entry| tiff.bytes(entry, MOST_BYTES)),
    })
}

#[cfg(any(feature = "heic", feature = "avif"))]
fn in_heif(file: impl Read + Seek) -> Option<Found> {
    let metadata = bpclip_codecs::metadata(file)?;
    let exif = metadata.exif.and_then(|exif| in_tiff(&exif[..], &[42]));
    Some(Found {
        xmp: metadata.xmp,
        rating: exif.and_then(|exif| exif.rating),
    })
}

#[cfg(not(any(feature = "heic", feature = "avif")))]
fn in_heif(_: impl Read + Seek) -> Option<Found> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_library::{Label, Mark};
    use std::fs;

    const TEXT: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3" xmp:Label="Red"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"#;

    /// A TIFF with an XMP and a rating, in either byte order.
    fn tiff(little: bool, text: Option<&str>, rating: Option<u16>) -> Vec<u8> {
        let short = |n: u16| match little {
            true => n.to_le_bytes(),
            false => n.to_be_bytes(),
        };
        let long = |n: u32| match little {
            true => n.to_le_bytes(),
            false => n.to_be_bytes(),
        };
        let mut bytes = match little {
            true => b"II".to_vec(),
            false => b"MM".to_vec(),
        };
        bytes.extend(short(42));
        bytes.extend(long(8));
        let count = u16::from(text.is_some()) + u16::from(rating.is_some());
        bytes.extend(short(count));
        if let Some(text) = text {
            bytes.extend([short(700), short(1)].concat());
            bytes.extend([long(text.len() as u32), long(14 + 12 * u32::from(count))].concat());
        }
        if let Some(rating) = rating {
            bytes.extend([short(0x4746), short(3)].concat());
            bytes.extend(long(1));
            bytes.extend([short(rating), short(0)].concat());
        }
        bytes.extend(long(0));
        bytes.extend(text.unwrap_or_default().bytes());
        bytes
    }

    fn jpeg(segments: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut bytes = b"\xFF\xD8\xFF\xE0\x00\x04ab".to_vec();
        for (name, content) in segments {
            let length = (name.len() + content.len() + 2) as u16;
            bytes.extend([0xFF, 0xE1]);
            bytes.extend(length.to_be_bytes());
            bytes.extend([*name, *content].concat());
        }
        bytes.extend(b"\xFF\xDA\x00\x02");
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Decision> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        fs::write(&path, bytes).unwrap();
        embedded(&path)
    }

    fn stars(stars: u8) -> Option<Decision> {
        Some(Decision {
            stars,
            ..Decision::default()
        })
    }

    const RED: Decision = Decision {
        mark: None,
        stars: 3,
        label: Some(Label::Red),
    };

    #[test]
    fn ratings_in_jpeg_and_tiff_are_read_in_either_byte_order() {
        for little in [false, true] {
            assert_eq!(read(&tiff(little, Some(TEXT), Some(5))), Some(RED));
            assert_eq!(read(&tiff(little, None, Some(5))), stars(5));
            let exif = tiff(little, None, Some(2));
            assert_eq!(read(&jpeg(&[(EXIF, &exif)])), stars(2));
            let both = jpeg(&[(EXIF, &exif), (XMP, TEXT.as_bytes())]);
            assert_eq!(read(&both), Some(RED));
        }
        let rejected = TEXT.replace("\"3\"", "\"-1\"");
        let decision = read(&jpeg(&[(XMP, rejected.as_bytes())])).unwrap();
        assert_eq!(decision.mark, Some(Mark::Reject));
        // A camera that was not asked to rate says 0.
        assert_eq!(read(&tiff(true, None, Some(0))), None);
    }

    #[cfg(feature = "heic")]
    #[test]
    fn ratings_in_heic_are_read() {
        let rated = include_bytes!("../../bpclip-codecs/tests/fixtures/rated.heic");
        assert_eq!(read(rated), Some(RED));
        let plain = include_bytes!("../../bpclip-codecs/tests/fixtures/444.heic");
        assert_eq!(read(plain), None);
    }

    #[test]
    fn a_rating_behind_a_long_profile_is_found() {
        let mut bytes = b"\xff\xd8".to_vec();
        for _ in 0..3 {
            bytes.extend(b"\xff\xe2\xff\xff");
            bytes.resize(bytes.len() + 0xfffd, 1);
        }
        let whole = jpeg(&[(XMP, TEXT.as_bytes())]);
        bytes.extend(&whole[2..]);
        assert_eq!(read(&bytes), Some(RED));
    }

    #[test]
    fn damaged_and_other_files_say_nothing_or_what_is_left() {
        let whole = tiff(false, Some(TEXT), Some(4));
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        for at in 0..60 {
            let mut damaged = whole.clone();
            damaged[at] = 0xFF;
            let _ = read(&damaged);
        }
        assert_eq!(read(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(read(b""), None);
        assert_eq!(embedded(Path::new("/nowhere/at/all.jpg")), None);
    }
}
