//! A quick pass over the coded data of a picture that says whether all of it
//! is there and sound, and how much is not.
//!
//! Decoders tend to paint grey or garbage where the entropy-coded data of a
//! JPEG ends early or is corrupt. [`check`] reads every code of every scan
//! without computing a single sample, so that such files can be refused.
//! [`check_webp`] and [`check_webp_end`] do what can be done for WebP from outside a decoder.
//! Sections in the comments are those of ITU-T T.81 unless said otherwise.

#![forbid(unsafe_code)]

mod bits;
mod frame;
mod huffman;
mod scan;
mod stream;
#[cfg(test)]
mod tests;
mod webp;

use std::fmt;

/// What is wrong with a file, and how much of its picture that concerns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Damage {
    /// Share of the blocks without sound data, 0 to 1. A block whose first DC
    /// data is lost counts in full; one that has lost only AC data of a
    /// progressive file counts in part. It is a lower bound: what a flaw did
    /// before it was noticed is not known.
    pub missing: f32,
    /// The first flaw that was found.
    pub reason: Reason,
}

/// Why a file counts as damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The coded data stops before the last block.
    EndsEarly,
    /// Bits that are no code of the table in use.
    UnknownCode,
    /// A coefficient beyond the end of its block or band, or too large.
    OutOfRange,
    /// A restart marker is missing or has the wrong number.
    Restart,
    /// Data is left over after the last block of a scan or restart interval.
    Leftover,
    /// A component has no scan, or no DC scan.
    MissingScan,
    /// A progressive scan that does not follow on the ones before it.
    ScanOrder,
    /// More scans than a sound file has; the rest was not looked at.
    TooManyScans,
    /// A header that cannot be right.
    Header,
    /// A long run of zeros where a picture has other data.
    ZeroRun,
    /// All blocks are there, but the end marker is not.
    NoEnd,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndsEarly => "the data ends early",
            Self::UnknownCode => "a code that is not in the table",
            Self::OutOfRange => "a coefficient out of range",
            Self::Restart => "restart markers missing or out of order",
            Self::Leftover => "data left over after the last block",
            Self::MissingScan => "a component without a scan",
            Self::ScanOrder => "scans missing or out of order",
            Self::TooManyScans => "too many scans",
            Self::Header => "a damaged header",
            Self::ZeroRun => "a long run of zeros in the data",
            Self::NoEnd => "no end marker",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.missing * 100.0;
        write!(f, "{} ({percent:.1} % missing)", self.reason)
    }
}

impl std::error::Error for Damage {}

/// Says whether all coded data of a JPEG is there and sound.
///
/// Looks at Huffman-coded 8-bit files, sequential and progressive, up to the
/// first end marker. Everything else (other kinds of JPEG, a height that only
/// a later marker gives, progressive pictures beyond 500 megapixels, other
/// formats) passes.
///
/// # Errors
///
/// [`Damage`] names the first flaw and the share of the picture it costs.
pub fn check(bytes: &[u8]) -> Result<(), Damage> {
    stream::check(bytes)
}

/// Says what can be told from outside about the coded data of a WebP.
///
/// A chunk must not reach beyond the file, and lossy data must have no long
/// run of zeros, which is what a download or a disk leaves for parts that
/// never came. Most other flaws show only in the decoded picture.
///
/// # Errors
///
/// [`Damage`] names the first flaw and the share of the data it costs.
pub fn check_webp(bytes: &[u8]) -> Result<(), Damage> {
    webp::check(bytes)
}

/// Says whether a decoder has come to the end of lossless WebP data.
///
/// `read_to` is how many bytes of the file the decoder has taken. Data that is
/// left over means that codes before it were corrupt. Files without lossless
/// data pass, and so do animations.
///
/// # Errors
///
/// [`Damage`] says which share of the data was left over.
pub fn check_webp_end(bytes: &[u8], read_to: usize) -> Result<(), Damage> {
    webp::check_end(bytes, read_to)
}
