//! What stands within a picture's file: the XMP of a JPEG or a TIFF, and the rating of its EXIF. Many
//! kinds of camera raw are TIFFs.

use super::properties::values;
use super::tiff::{Found, first_directory};
use bpclip_core::file::open_file;
use bpclip_library::Decision;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Segments of a JPEG that are looked at before its picture begins.
const MOST_SEGMENTS: usize = 200;

/// The rating and the label in a picture's file; of both kinds XMP counts. Only the file's head is
/// read. `None` where there is nothing, or nothing of it is understood.
pub fn embedded(path: &Path) -> Option<Decision> {
    // A pipe would keep us waiting.
    let mut file = BufReader::with_capacity(4096, open_file(path).ok()?);
    let found = match file_start(&mut file)? {
        [0xFF, 0xD8, ..] => jpeg(&mut file)?,
        _ => first_directory(&mut file, 0)?,
    };
    let xmp = found.xmp.as_deref().and_then(|text| {
        // Programs leave blanks behind it for what others may add.
        let [rating, label] = values(text.trim_matches(['\0', ' ', '\n']), NAMES).ok()?;
        super::decision(rating.as_deref(), label.as_deref())
    });
    let exif = found.rating.filter(|rating| (1..=5).contains(rating));
    xmp.or_else(|| super::decision(Some(&exif?.to_string()), None))
}

const NAMES: [&str; 2] = ["Rating", "Label"];

fn file_start(file: &mut (impl Read + Seek)) -> Option<[u8; 4]> {
    let mut start = [0; 4];
    file.read_exact(&mut start).ok()?;
    Some(start)
}

/// The segments before the picture of a JPEG (ITU-T T.81, B.1.1).
fn jpeg(file: &mut (impl Read + Seek)) -> Option<Found> {
    const APP1: u8 = 0xE1;
    const START_OF_SCAN: u8 = 0xDA;
    const EXIF: &[u8] = b"Exif\0\0";
    const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    let mut found = Found::default();
    let mut at = 2;
    for _ in 0..MOST_SEGMENTS {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 4];
        // What was seen before the file ends counts.
        if file.read_exact(&mut head).is_err() {
            break;
        }
        let [0xFF, marker, high, low] = head else {
            break;
        };
        if marker == 0xFF {
            // Any number of them may stand before a marker.
            at += 1;
            continue;
        }
        let length = u64::from(u16::from_be_bytes([high, low]));
        if marker == START_OF_SCAN || length < 2 {
            break;
        }
        if marker == APP1 {
            let mut segment = Vec::new();
            let mut content = file.by_ref().take(length - 2);
            content.read_to_end(&mut segment).ok()?;
            if let Some(text) = segment.strip_prefix(XMP) {
                found.xmp = found.xmp.or(String::from_utf8(text.to_vec()).ok());
            } else if segment.starts_with(EXIF) {
                let exif = first_directory(file, at + 4 + EXIF.len() as u64);
                found.rating = found.rating.or(exif.and_then(|exif| exif.rating));
            }
        }
        at += 2 + length;
    }
    Some(found)
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
        const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
        const EXIF: &[u8] = b"Exif\0\0";
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
