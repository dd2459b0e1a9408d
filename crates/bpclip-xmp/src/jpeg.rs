//! A rating within a JPEG. Of the file only the segment of its XMP changes, and what depends on its
//! length; the picture itself stays as it is to the byte.
//!
//! XMP stands in a segment `APP1` (XMP specification part 3, 1.1.3), with blanks behind it for what
//! others may add: where they suffice, nothing moves at all. More than a segment holds is extended
//! XMP, in segments of its own, which stay as they are.

use super::embedded::{EXIF, RATING, XMP};
use super::error::RatingError;
use super::multi_picture::moved;
use super::properties::{EMPTY, with_values};
use super::rating::{Rating, Verdict};
use super::values_of;
use bpclip_core::file::{read_file, write_to};
use bpclip_core::image::directory::Tiff;
use bpclip_core::image::segments::{APP1, START_OF_SCAN, Segment, segments};
use std::borrow::Cow;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// Bytes of an XMP that a segment holds.
const MOST_XMP: usize = 0xffff - 2 - XMP.len();

const APP0: u8 = 0xe0;
/// Content credentials, and other boxes of JUMBF (ISO/IEC 19566-5).
const APP11: u8 = 0xeb;
const CREDENTIALS: &[u8] = b"c2pa";
/// How a segment of extended XMP begins.
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// `RatingPercent` in Exif, which Windows writes beside `Rating`.
const PERCENT: u16 = 0x4749;
/// Blanks behind a new XMP.
const ROOM: usize = 2048;
/// What blanks are.
const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

const ADVICE: &str = "its rating can go into a sidecar";

/// Why a picture is left alone.
pub(crate) type Refusal = Cow<'static, str>;

/// Bytes to be put in the place of others.
pub(crate) struct Patch {
    pub at: usize,
    pub bytes: Vec<u8>,
}

/// Writes the verdict on a JPEG into it, whole or not at all; says whether anything had to be written.
///
/// # Errors
/// One that names the picture, if it cannot be read or written, is write-protected, or cannot be
/// added to without risk for what it holds; then it is as it was.
pub fn embed(path: &Path, verdict: &Verdict) -> Result<bool, RatingError> {
    let unreadable = |cause| RatingError::Read {
        path: path.to_owned(),
        cause,
    };
    let refused = |reason| RatingError::Refused {
        path: path.to_owned(),
        reason,
        advice: ADVICE,
    };
    let before = fs::metadata(path).map_err(unreadable)?;
    let bytes = read_file(path).map_err(unreadable)?;
    let rated = rated(&bytes, verdict).map_err(refused)?;
    if rated[..] == bytes[..] {
        return Ok(false);
    }
    if before.permissions().readonly() {
        return Err(refused("it is write-protected".into()));
    }
    drop(bytes);
    let written = write_to(path, |out| {
        out.write_all(&rated)?;
        out.get_ref().set_permissions(before.permissions())?;
        match is_same(&before, &fs::metadata(path)?) {
            true => Ok(()),
            false => Err(io::Error::other("it changed meanwhile")),
        }
    });
    let unwritable = |cause| RatingError::Write {
        path: path.to_owned(),
        cause,
    };
    written.map_err(unwritable).map(|()| true)
}

fn is_same(before: &Metadata, now: &Metadata) -> bool {
    before.len() == now.len() && before.modified().ok() == now.modified().ok()
}

/// The file with the verdict in its XMP.
fn rated(bytes: &[u8], verdict: &Verdict) -> Result<Vec<u8>, Refusal> {
    let all: Vec<Segment<'_>> = segments(bytes).collect();
    if all.last().is_none_or(|last| last.marker != START_OF_SCAN) {
        return Err("it is no JPEG, or damaged".into());
    }
    let holds = |segment: &Segment<'_>, wanted: &[u8]| {
        segment
            .body
            .windows(wanted.len())
            .any(|part| part == wanted)
    };
    let signed = |segment: &&Segment<'_>| segment.marker == APP11 && holds(segment, CREDENTIALS);
    if all.iter().any(|segment| signed(&segment)) {
        return Err("any change would break its content credentials".into());
    }
    let apart = |segment: &Segment<'_>| {
        segment.marker == APP1
            && segment.body.starts_with(EXTENDED)
            && (holds(segment, b":Rating") || holds(segment, b":Label"))
    };
    if all.iter().any(apart) {
        return Err("its rating stands in the extended part of its XMP".into());
    }
    let packets = all
        .iter()
        .filter(|s| s.marker == APP1 && s.body.starts_with(XMP));
    let packets: Vec<&Segment<'_>> = packets.collect();
    let (range, text) = match packets[..] {
        [] => (behind_exif(&all), new_packet(verdict)?),
        [one] => {
            let text = one.body.get(XMP.len()..).unwrap_or_default();
            (one.range.clone(), edited(text, verdict)?)
        }
        _ => return Err("it has more than one XMP".into()),
    };
    let segment = segment(&text)?;
    let grown = segment.len() as i64 - range.len() as i64;
    let (before, after) = (bytes.get(..range.start), bytes.get(range.end..));
    let parts = [
        before.unwrap_or_default(),
        &segment,
        after.unwrap_or_default(),
    ];
    let mut rated = parts.concat();
    let mut patches = in_exif(&rated, verdict.rating);
    if grown != 0 {
        patches.extend(moved(&rated, range.start, grown)?);
    }
    for Patch { at, bytes } in patches {
        if let Some(place) = rated.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(&bytes);
        }
    }
    Ok(rated)
}

/// Where a new XMP goes: behind JFIF and Exif, which must come first, and before all else, so that
/// what notes places behind it moves with them.
fn behind_exif(all: &[Segment<'_>]) -> Range<usize> {
    let first = |segment: &&Segment<'_>| {
        segment.marker == APP0 || segment.marker == APP1 && segment.body.starts_with(EXIF)
    };
    let last = all.iter().take_while(first).last();
    let at = last.map_or(2, |segment| segment.range.end);
    at..at
}

/// An XMP that says nothing but this, with room for what others may add.
fn new_packet(verdict: &Verdict) -> Result<Vec<u8>, Refusal> {
    let text = with_values(EMPTY, &values_of(verdict))?;
    let begin = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>";
    let room = " ".repeat(ROOM);
    Ok(format!("{begin}\n{text}{room}\n<?xpacket end=\"w\"?>").into_bytes())
}

/// An XMP with the verdict in it; as long as it was where its blanks let it.
fn edited(packet: &[u8], verdict: &Verdict) -> Result<Vec<u8>, Refusal> {
    let text = str::from_utf8(packet).map_err(|_| "its XMP is not in UTF-8")?;
    // Some programs write zeros behind it.
    let bare = text.trim_end_matches('\0');
    let tail = text.get(bare.len()..).unwrap_or_default();
    let edited = with_values(bare, &values_of(verdict))?;
    Ok([&fitted(edited, bare.len()), tail].concat().into_bytes())
}

/// An XMP with as many blanks before its end as make it of this length; as it is where it has none,
/// or too few.
fn fitted(mut text: String, length: usize) -> String {
    let Some(end) = text.rfind("<?xpacket end=") else {
        return text;
    };
    let begin = text
        .get(..end)
        .unwrap_or_default()
        .trim_end_matches(BLANKS)
        .len();
    let others = text.len() - (end - begin);
    match length.checked_sub(others) {
        Some(blanks) if blanks > end - begin => {
            text.insert_str(begin, &" ".repeat(blanks - (end - begin)));
        }
        Some(blanks) => text.replace_range(begin..end - blanks, ""),
        None => {}
    }
    text
}

/// The segment of an XMP.
fn segment(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let length = 2 + XMP.len() + text.len();
    let length = u16::try_from(length).map_err(|_| {
        let bytes = text.len();
        format!("its XMP would have {bytes} bytes, and a JPEG holds {MOST_XMP}")
    })?;
    Ok([&[0xff, APP1], &length.to_be_bytes()[..], XMP, text].concat())
}

/// What has to change in Exif, where it has a rating: programs of Windows look there first.
fn in_exif(bytes: &[u8], rating: Option<Rating>) -> Vec<Patch> {
    let Some(stars) = rating.map(|rating| rating.value().max(0)) else {
        return Vec::new();
    };
    // As Windows has it.
    let percent = [0, 1, 25, 50, 75, 99][usize::from(stars.unsigned_abs())];
    let mut patches = Vec::new();
    for segment in segments(bytes).filter(|s| s.marker == APP1 && s.body.starts_with(EXIF)) {
        let start = segment.range.start + 4 + EXIF.len();
        // What it holds ends with its segment: behind that stands the picture.
        let tiff = bytes.get(..segment.range.end);
        let tiff = tiff.and_then(|bytes| Tiff::open(bytes, start as u64));
        let Some(mut tiff) = tiff.filter(|tiff| tiff.version == 42) else {
            continue;
        };
        let directory = tiff.directory(tiff.first).unwrap_or_default();
        for entry in directory.entries {
            let value = match entry.tag {
                RATING => stars.unsigned_abs().into(),
                PERCENT => percent,
                _ => continue,
            };
            if (entry.kind, entry.count) == (3, 1) {
                let value: u16 = value;
                patches.push(Patch {
                    // Within the entry itself.
                    at: start + entry.at as usize,
                    bytes: match tiff.little {
                        true => value.to_le_bytes().to_vec(),
                        false => value.to_be_bytes().to_vec(),
                    },
                });
            }
        }
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;
    use bpclip_library::{Decision, Label, Mark};
    use proptest::prelude::*;

    const VERDICT: Verdict = Verdict {
        rating: Some(Rating::Stars(4)),
        label: Some(Label::Green),
        mark: Some(Mark::Keep),
    };
    const DECISION: Decision = Decision {
        mark: Some(Mark::Keep),
        stars: 4,
        label: Some(Label::Green),
    };
    /// Of Adobe's kind, with few blanks.
    const PACKET: &str = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='1' xmp:CreatorTool='x'/>\
</rdf:RDF></x:xmpmeta>";

    fn app(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], &body].concat()
    }

    /// A picture, and a further one behind it.
    const REST: &[u8] = b"\xff\xdb\0\x04ab\xff\xda\0\x04cd\x01\x02\xff\0\x03\xff\xd9";
    const FURTHER: &[u8] = b"\xff\xd8another\xff\xd9";

    /// Notes of two pictures: the first of this size, the other so far behind the notes' TIFF.
    fn notes(size: u32, offset: u32) -> Vec<u8> {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x01\xb0\x02\0\x07\0\0\0\x20\0\0\0\x1a\0\0\0\0".to_vec();
        for (size, offset) in [(size, 0_u32), (FURTHER.len() as u32, offset)] {
            tiff.extend(0_u32.to_be_bytes());
            tiff.extend(size.to_be_bytes());
            tiff.extend(offset.to_be_bytes());
            tiff.extend([0; 4]);
        }
        app(APP2, &[b"MPF\0", &tiff])
    }

    const APP2: u8 = 0xe2;

    /// The segments, with right notes of a further picture where `noted` is among them.
    fn jpeg(segments: &[Vec<u8>], noted: Option<usize>) -> Vec<u8> {
        let make = |notes_of: Option<Vec<u8>>| {
            let mut bytes = b"\xff\xd8".to_vec();
            let mut tiff = 0;
            for (at, segment) in segments.iter().enumerate() {
                if Some(at) == noted {
                    tiff = bytes.len() + 8;
                    bytes.extend(notes_of.clone().unwrap_or_else(|| notes(0, 1)));
                }
                bytes.extend(segment);
            }
            bytes.extend(REST);
            (bytes.len(), tiff, bytes)
        };
        let (size, tiff, _) = make(None);
        let (_, _, bytes) = make(Some(notes(size as u32, (size - tiff) as u32)));
        [&bytes, FURTHER].concat()
    }

    /// Where the notes say that the further picture is, and how large the first one.
    fn noted(bytes: &[u8]) -> Option<(usize, u32)> {
        let notes = segments(bytes).find(|s| s.marker == APP2)?;
        let entries = notes.body.get(4 + 26..)?;
        let number = |at: usize| u32::from_be_bytes(entries[at..at + 4].try_into().unwrap());
        let start = notes.range.start + 8;
        Some((start + number(24) as usize, number(4)))
    }

    fn decided(bytes: &[u8]) -> Option<Decision> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs::write(&path, bytes).unwrap();
        embedded(&path)
    }

    fn exif(rating: u16) -> Vec<u8> {
        app(APP1, &[EXIF, b"II*\0\x08\0\0\0", &directory(rating)])
    }

    fn directory(rating: u16) -> Vec<u8> {
        let mut directory = vec![2, 0];
        for (tag, value) in [(RATING, rating), (PERCENT, 50)] {
            directory.extend(tag.to_le_bytes());
            directory.extend([3, 0, 1, 0, 0, 0]);
            directory.extend(value.to_le_bytes());
            directory.extend([0; 2]);
        }
        directory.extend([0; 4]);
        directory
    }

    #[test]
    fn exif_that_leads_out_of_its_segment_changes_nothing_of_the_picture() {
        let patched = |place: u32| {
            let head = app(APP1, &[EXIF, b"II*\0", &place.to_le_bytes()]);
            let bytes = [b"\xff\xd8", &head[..], &directory(1), REST].concat();
            in_exif(&bytes, VERDICT.rating).len()
        };
        // The directory stands right behind the segment, where the picture is.
        assert_eq!(patched(8), 0);
        let within = [b"\xff\xd8", &exif(1)[..], REST].concat();
        assert_eq!(in_exif(&within, VERDICT.rating).len(), 2);
    }

    #[test]
    fn a_new_xmp_stands_behind_exif_and_nothing_else_changes() {
        let jfif = app(APP0, &[b"JFIF\0"]);
        let whole = jpeg(&[jfif.clone(), exif(3), app(APP2, &[b"profile"])], None);
        let out = rated(&whole, &VERDICT).unwrap();
        assert_eq!(decided(&out), Some(DECISION));
        let markers: Vec<u8> = segments(&out).map(|segment| segment.marker).collect();
        assert_eq!(markers, [APP0, APP1, APP1, APP2, 0xdb, START_OF_SCAN]);
        assert!(out.ends_with(&[&app(APP2, &[b"profile"]), REST, FURTHER].concat()));
        // What Windows reads first says the same, and all else of Exif is as it was.
        let changed = segments(&out).nth(1).unwrap().body;
        let same = exif(4);
        let mut same = same[4..].to_vec();
        let percent = same.len() - 8;
        same[percent..percent + 2].copy_from_slice(&75_u16.to_le_bytes());
        assert_eq!(changed, same);
        // Once more changes nothing.
        assert_eq!(rated(&out, &VERDICT).unwrap(), out);
    }

    #[test]
    fn blanks_are_used_up_so_that_nothing_moves() {
        let padded = format!("{PACKET}{}\n<?xpacket end='w'?>", " ".repeat(400));
        let whole = jpeg(&[app(APP1, &[XMP, padded.as_bytes()])], Some(0));
        let out = rated(&whole, &VERDICT).unwrap();
        assert_eq!((out.len(), noted(&out)), (whole.len(), noted(&whole)));
        assert_eq!(decided(&out), Some(DECISION));
        let back = Verdict {
            rating: Some(Rating::Rejected),
            label: None,
            mark: Some(Mark::Reject),
        };
        assert_eq!(rated(&out, &back).unwrap().len(), whole.len());
    }

    #[test]
    fn further_pictures_are_found_where_they_have_moved_to() {
        let packet = app(APP1, &[XMP, PACKET.as_bytes()]);
        let other = app(APP2, &[b"profile"]);
        for (segments, notes) in [
            // The XMP before the notes, behind them, and a new one.
            (vec![packet.clone(), other.clone()], 1),
            (vec![packet, other.clone()], 0),
            (vec![other], 0),
        ] {
            let whole = jpeg(&segments, Some(notes));
            let is_right = |bytes: &[u8]| {
                let (place, size) = noted(bytes).unwrap();
                assert!(bytes[place..].starts_with(FURTHER));
                assert_eq!(size as usize + FURTHER.len(), bytes.len());
            };
            is_right(&whole);
            let out = rated(&whole, &VERDICT).unwrap();
            assert!(out.len() > whole.len());
            is_right(&out);
        }
    }

    #[test]
    fn what_cannot_be_added_to_is_left_alone() {
        let long = format!("{PACKET}<!--{}-->", "x".repeat(MOST_XMP - PACKET.len() - 7));
        let packet = app(APP1, &[XMP, PACKET.as_bytes()]);
        let extended = app(APP1, &[EXTENDED, b"<rdf xmp:Rating='1'>"]);
        for (segments, says) in [
            (
                vec![app(APP1, &[XMP, long.as_bytes()])],
                "a JPEG holds 65504",
            ),
            (vec![packet.clone(), packet.clone()], "more than one XMP"),
            (vec![packet, extended], "extended part"),
            (vec![app(APP1, &[XMP, b"no xml"])], "no description"),
            (vec![app(APP1, &[XMP, b"\xff\xfe<"])], "UTF-8"),
            (
                vec![app(APP11, &[b"JP..jumb..c2pa.."])],
                "content credentials",
            ),
        ] {
            let refused = rated(&jpeg(&segments, None), &VERDICT).unwrap_err();
            assert!(refused.contains(says), "{refused}");
        }
        for bytes in [&b"\x89PNG"[..], b"", b"\xff\xd8\xff\xd9"] {
            assert!(rated(bytes, &VERDICT).is_err());
        }
    }

    #[test]
    fn a_file_is_written_whole_with_its_rights_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        let whole = jpeg(&[], None);
        fs::write(&path, &whole).unwrap();
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&path, rights.clone()).unwrap();
        let error = embed(&path, &VERDICT).unwrap_err().to_string();
        assert!(
            error.contains("a.jpg") && error.contains("write-protected"),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), whole);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
            assert!(embed(&path, &VERDICT).unwrap());
            assert_eq!(mode(&path), 0o640);
            assert_eq!(embedded(&path), Some(DECISION));
            assert!(!embed(&path, &VERDICT).unwrap(), "it says so already");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let gone = embed(&folder.path().join("b.jpg"), &VERDICT).unwrap_err();
        assert!(matches!(gone, RatingError::Read { .. }), "{gone}");
    }

    proptest! {
        #[test]
        fn any_bytes_may_be_given(
            bytes in proptest::collection::vec(any::<u8>(), 0..100),
            at in 0..100_usize,
        ) {
            let packet = app(APP1, &[XMP, PACKET.as_bytes()]);
            let mut whole = jpeg(&[exif(2), packet], Some(1));
            let at = at * whole.len() / 100;
            whole.splice(at..(at + bytes.len()).min(whole.len()), bytes);
            let _ = rated(&whole, &VERDICT);
        }
    }
}
