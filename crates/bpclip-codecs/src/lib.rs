//! Decodes photographs in HEIC, AVIF and JPEG XL, in pure Rust.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = std::fs::read("IMG_0001.HEIC")?;
//! let limits = bpclip_codecs::Limits { pixels: 200_000_000, bytes: 4 << 30 };
//! let picture = bpclip_codecs::decode(&bytes, &limits)?;
//! println!("{}x{} pixels of {} bits", picture.width, picture.height, picture.bits);
//! # Ok(())
//! # }
//! ```
//!
//! A format is told by content, never by the file's name. Pictures come out upright: rotation,
//! mirroring and clean aperture of HEIF, and the orientation of JPEG XL, are applied once. An
//! orientation in EXIF does not count: in these formats it is only a copy of what was applied.
//! Opacity is straight, never multiplied into the colours. Colours stay in the space that the file
//! names, by an ICC profile, by code points, or by both; HDR is not mapped to SDR.
//!
//! Of a file with several pictures the primary one is read, and of a sequence without one, the first
//! frame. Files that end early are refused as far as that can be seen: no half pictures.
//!
//! # Sources
//!
//! ISO/IEC 14496-12 for boxes, ISO/IEC 23008-12 for HEIF, ISO/IEC 14496-15 for HEVC in boxes,
//! ISO/IEC 23000-22 for MIAF, "AV1 Image File Format" and "AV1 Codec ISO Media File Format Binding"
//! (Alliance for Open Media), ITU-T H.273 for colour code points, ISO/IEC 18181 for JPEG XL. The
//! codecs are those of the crates `heifer-hevc-dec`, `re_rav1d` and `jxl`; the containers and the
//! way to RGB are our own.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// What only some formats need is unused without them.
#![cfg_attr(
    not(all(feature = "heic", feature = "avif", feature = "jxl")),
    allow(dead_code)
)]

mod error;
mod identify;
mod picture;
mod reader;

#[cfg(feature = "avif")]
mod av1;
#[cfg(any(feature = "heic", feature = "avif"))]
mod colour;
#[cfg(any(feature = "heic", feature = "avif"))]
mod compose;
#[cfg(any(feature = "heic", feature = "avif"))]
mod heif;
#[cfg(feature = "heic")]
mod hevc;
#[cfg(feature = "jxl")]
mod jpeg_xl;
#[cfg(any(feature = "heic", feature = "avif"))]
mod metadata;
#[cfg(any(feature = "heic", feature = "avif"))]
mod planes;

pub use error::CodecError;
pub use identify::{Format, identify};
#[cfg(any(feature = "heic", feature = "avif"))]
pub use metadata::{Metadata, metadata};
pub use picture::{Channels, Cicp, Info, Limits, Picture, Samples};

/// Describes a picture from its headers, without decoding any pixel.
pub fn info(bytes: &[u8]) -> Result<Info, CodecError> {
    let format = identify(bytes).ok_or(CodecError::NotThisFormat)?;
    match format {
        #[cfg(feature = "heic")]
        Format::Heic => compose::info(bytes, format),
        #[cfg(feature = "avif")]
        Format::Avif => compose::info(bytes, format),
        #[cfg(feature = "jxl")]
        Format::JpegXl => jpeg_xl::info(bytes),
        #[allow(unreachable_patterns)]
        format => Err(CodecError::LeftOut { format }),
    }
}

/// Decodes a picture, on the calling thread alone.
///
/// What is larger than the limits is refused before memory of that size is asked for.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, CodecError> {
    let format = identify(bytes).ok_or(CodecError::NotThisFormat)?;
    match format {
        #[cfg(feature = "heic")]
        Format::Heic => compose::decode(bytes, format, limits),
        #[cfg(feature = "avif")]
        Format::Avif => compose::decode(bytes, format, limits),
        #[cfg(feature = "jxl")]
        Format::JpegXl => jpeg_xl::decode(bytes, limits),
        #[allow(unreachable_patterns)]
        format => {
            let _ = limits;
            Err(CodecError::LeftOut { format })
        }
    }
}
