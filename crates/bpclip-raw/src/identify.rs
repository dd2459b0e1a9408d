//! Which raw it is, by content.
//!
//! A magic number of the maker's own is enough. What begins as any TIFF does must have DNG's
//! version (DNG 1.7) or both a maker's name and sensor data: a CFA or LinearRaw photometric
//! interpretation or CFA tags (TIFF/EP), or a compression that only a maker's sensor data has.

use std::io::{self, Read, Seek, SeekFrom};

use crate::Kind;
use crate::tiff::{Head, Ifd, Tiff, tag};

/// Photometric interpretations of sensor data: CFA (TIFF/EP) and LinearRaw (DNG).
const SENSOR_PHOTOMETRIC: [u64; 2] = [32803, 34892];
/// Compressions of sensor data alone: Kodak 262, Sony, Epson, Samsung, Kodak, Panasonic, Nikon,
/// Kodak, Pentax.
const SENSOR_COMPRESSION: [u64; 10] = [
    262, 32767, 32769, 32770, 32772, 32867, 34316, 34713, 65000, 65535,
];

/// Bytes that are read at once where directories are looked for.
const STRETCH: u64 = 1 << 16;
/// A longer TIFF is only looked at where it begins.
const LONGEST: u64 = 1 << 30;

/// Names of makers in capitals, the more exact first, and their raw.
const MAKERS: [(&str, Kind); 15] = [
    ("NIKON", Kind::Nef),
    ("SONY", Kind::Arw),
    ("PENTAX", Kind::Pef),
    ("RICOH IMAGING", Kind::Pef),
    ("SAMSUNG", Kind::Srw),
    ("HASSELBLAD", Kind::Fff),
    ("IMACON", Kind::Fff),
    ("PHASE ONE", Kind::Iiq),
    ("LEAF", Kind::Mos),
    ("MAMIYA", Kind::Mef),
    ("EPSON", Kind::Erf),
    ("KODAK", Kind::Kdc),
    ("CANON", Kind::Cr2),
    ("OLYMPUS", Kind::Orf),
    ("OM DIGITAL", Kind::Orf),
];

/// Tells camera raw by its content, or `None` for anything else, an ordinary TIFF among it.
///
/// `head` is best the whole file. Its first bytes do where the maker has a magic number (CR2, CR3,
/// IIQ, ORF, RAF, RW2); other kinds need all directories, which most cameras put into the first 64
/// KiB, but some at the file's end.
pub fn identify(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"FUJIFILMCCD-RAW ") {
        return Some(Kind::Raf);
    }
    if head.get(4..12) == Some(b"ftypcrx ") {
        return crx(head);
    }
    match head.get(..4)? {
        b"IIRO" | b"IIRS" | b"MMOR" | b"MMSR" => return Some(Kind::Orf),
        b"IIU\0" => return Some(panasonic(head)),
        _ => {}
    }
    if matches!(head.get(8..12), Some(b"CR\x02\0" | b"\xba\xb0\xac\xbb"))
        && head.starts_with(b"II*\0")
    {
        return Some(Kind::Cr2);
    }
    let opened = Tiff::open(head, 0).filter(|opened| matches!(opened.magic, 42 | 43))?;
    if is_phase_one(head) {
        return Some(Kind::Iiq);
    }
    by_directories(&opened)
}

/// Tells camera raw as [`identify`] does from at most 192 KiB of a file: where it begins, where it
/// ends, and where the header of a TIFF points to. A file with directories elsewhere may not be told.
///
/// # Errors
/// The file cannot be read.
pub fn identify_in(mut file: impl Read + Seek) -> io::Result<Option<Kind>> {
    let length = file.seek(SeekFrom::End(0))?;
    let head = stretch(&mut file, 0)?;
    let told = identify(&head);
    let is_tiff = head.starts_with(b"II") || head.starts_with(b"MM");
    if told.is_some() || !is_tiff || length <= STRETCH || length > LONGEST {
        return Ok(told);
    }
    // Zeros that are never written to take no memory.
    let mut known = vec![0; length as usize];
    let mut place = |at: usize, bytes: &[u8]| {
        if let Some(place) = known.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        Tiff::open(&known, 0).map(|opened| opened.first)
    };
    let Some(first) = place(0, &head) else {
        return Ok(None);
    };
    for at in [first as u64, length - STRETCH] {
        let bytes = stretch(&mut file, at)?;
        place(at as usize, &bytes);
    }
    Ok(identify(&known))
}

fn stretch(file: &mut (impl Read + Seek), at: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.by_ref().take(STRETCH).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Phase One's own header within a TIFF's: `IIII`, a letter, `waR`; or the same in the other order.
pub(crate) fn is_phase_one(head: &[u8]) -> bool {
    let raw = matches!(
        head.get(8..16),
        Some([b'I', b'I', b'I', b'I', _, b'w', b'a', b'R'])
    );
    raw || matches!(
        head.get(8..16),
        Some([b'M', b'M', b'M', b'M', b'R', b'a', b'w', _])
    )
}

/// This directory describes sensor data.
pub(crate) fn is_sensor(tiff: &Tiff, ifd: &Ifd) -> bool {
    let photometric = tiff.number(ifd, tag::PHOTOMETRIC);
    let compression = tiff.number(ifd, tag::COMPRESSION);
    let cfa = || ifd.get(tag::CFA_PATTERN).is_some() || ifd.get(tag::CFA_REPEAT).is_some();
    photometric.is_some_and(|how| SENSOR_PHOTOMETRIC.contains(&how))
        || compression.is_some_and(|how| SENSOR_COMPRESSION.contains(&how))
        // Converters may copy the tags into a picture; a picture has colours.
        || (cfa() && photometric.is_none_or(|how| how < 2))
}

/// Canon's container: photos are raw here, Cinema RAW Light is a film.
fn crx(head: &[u8]) -> Option<Kind> {
    let start = &head[..head.len().min(512)];
    (!start.windows(8).any(|bytes| bytes == b"CanonCRM")).then_some(Kind::Cr3)
}

fn panasonic(head: &[u8]) -> Kind {
    let make = Tiff::open(head, 0).and_then(|opened| {
        let ifd = opened.tiff.ifd(opened.first)?;
        opened.tiff.capitals(&ifd, tag::MAKE)
    });
    if make.is_some_and(|make| make.starts_with("LEICA")) {
        Kind::Rwl
    } else {
        Kind::Rw2
    }
}

fn by_directories(opened: &Head) -> Option<Kind> {
    let tiff = &opened.tiff;
    let tree = tiff.tree(opened.first);
    let first = tree.ifds.first()?;
    let make = tiff.capitals(first, tag::MAKE).unwrap_or_default();
    if first.get(tag::DNG_VERSION).is_some() {
        return Some(if make.starts_with("GOPRO") {
            Kind::Gpr
        } else {
            Kind::Dng
        });
    }
    let kind = MAKERS
        .iter()
        .find(|(name, _)| make.contains(name))
        .map_or(Kind::Other, |(_, kind)| *kind);
    // The Alpha 100 and SR2 have their sensor's directory behind a pointer of DNG's.
    let private = kind == Kind::Arw && first.get(tag::DNG_PRIVATE_DATA).is_some();
    let leaf = kind == Kind::Mos
        && tree
            .ifds
            .iter()
            .any(|ifd| ifd.get(tag::LEAF_DATA).is_some());
    let kodak = kind == Kind::Kdc && first.get(tag::KODAK_IFD).is_some();
    let sensor = || tree.ifds.iter().any(|ifd| is_sensor(tiff, ifd));
    (!make.is_empty() && (private || leaf || kodak || sensor())).then_some(kind)
}
