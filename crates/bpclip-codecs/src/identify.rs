//! What a file is, by its first bytes.

use std::fmt;

use crate::reader::{Reader, boxes};

/// A format that this crate knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// HEIF with pictures in HEVC.
    Heic,
    /// HEIF with pictures in AV1.
    Avif,
    /// JPEG XL, bare or in a container.
    JpegXl,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::JpegXl => "JPEG XL",
        })
    }
}

/// How a JPEG XL container begins.
const JXL_CONTAINER: &[u8] = b"\0\0\0\x0cJXL \r\n\x87\n";

/// Tells a format by content. It is told even where its feature is not compiled in.
pub fn identify(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"\xff\x0a") || bytes.starts_with(JXL_CONTAINER) {
        return Some(Format::JpegXl);
    }
    let first = boxes(bytes).next().filter(|b| &b.kind == b"ftyp")?;
    let mut r = Reader::new(first.body);
    let major = r.kind().ok()?;
    r.u32().ok()?;
    let mut generic = false;
    let mut told = None;
    // No maker lists anywhere near as many brands.
    for brand in std::iter::once(major)
        .chain(std::iter::from_fn(|| r.kind().ok()))
        .take(64)
    {
        match &brand {
            b"avif" | b"avis" => told = told.or(Some(Format::Avif)),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
                told = told.or(Some(Format::Heic));
            }
            b"mif1" | b"mif2" | b"mif3" | b"msf1" | b"miaf" => generic = true,
            _ => {}
        }
    }
    if told.is_some() || !generic {
        return told;
    }
    // A brand that allows any codec: the codec's own name is in the headers, which come early.
    let head = &bytes[..bytes.len().min(1 << 16)];
    let av1 = head.windows(4).any(|w| w == b"av01");
    Some(if av1 { Format::Avif } else { Format::Heic })
}
