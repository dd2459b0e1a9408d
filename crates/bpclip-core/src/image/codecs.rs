//! HEIC, AVIF and JPEG XL.

use super::cicp::{self, Colours};
use super::colour::{Channels, Samples};
use super::raw::Raw;
use super::{ImageError, Limits, Note};
use ::image::metadata::Orientation;
use bpclip_codecs::{CodecError, Picture, identify, info};
use std::path::Path;

/// Whether a file is one of these, by its content.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    identify(bytes).is_some()
}

/// The bytes that decoding takes.
pub(super) fn cost(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<u64, ImageError> {
    let info = info(bytes).map_err(|error| translated(error, origin, limits))?;
    limits.admit(origin, (info.width, info.height), 0, info.bytes)
}

/// Decodes it. What comes is upright.
pub(super) fn decode(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<Raw, ImageError> {
    let allowed = bpclip_codecs::Limits {
        pixels: limits.max_pixels,
        bytes: limits.max_memory,
    };
    let picture = bpclip_codecs::decode(bytes, &allowed)
        .map_err(|error| translated(error, origin, limits))?;
    let mut notes = Vec::new();
    if picture.animated {
        notes.push(Note::FirstFrame);
    }
    if picture.gain_map {
        notes.push(Note::GainMapLeftOut);
    }
    let (profile, high_range) = match told(&picture) {
        // It tells how much light a value is, which no profile does.
        Colours::HighRange(transfer, icc) => (Some(icc), Some(transfer)),
        Colours::Profile(icc) => (Some(picture.profile.unwrap_or(icc)), None),
        Colours::Plain => (picture.profile, None),
        Colours::Unknown => {
            if picture.profile.is_none() {
                notes.push(Note::ProfileIgnored);
            }
            (picture.profile, None)
        }
    };
    Ok(Raw {
        size: (picture.width, picture.height),
        whole: None,
        channels: match picture.channels {
            bpclip_codecs::Channels::Grey => Channels::Grey,
            bpclip_codecs::Channels::GreyAlpha => Channels::GreyAlpha,
            bpclip_codecs::Channels::Rgb => Channels::Rgb,
            bpclip_codecs::Channels::Rgba => Channels::Rgba,
        },
        samples: match picture.samples {
            bpclip_codecs::Samples::Eight(samples) => Samples::Eight(samples),
            bpclip_codecs::Samples::Sixteen(samples) => Samples::Sixteen(samples),
        },
        profile,
        high_range,
        orientation: Orientation::NoTransforms,
        notes,
    })
}

/// Width and height, upright.
pub(super) fn dimensions(
    bytes: &[u8],
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    let info = info(bytes).map_err(|error| translated(error, origin, &Limits::default()))?;
    Ok(((info.width, info.height), Orientation::NoTransforms))
}

/// What the numbers of its colours say.
fn told(picture: &Picture) -> Colours {
    let Some(colours) = picture.colours else {
        return Colours::Plain;
    };
    match (colours.primaries.try_into(), colours.transfer.try_into()) {
        (Ok(primaries), Ok(transfer)) => cicp::colours(primaries, transfer),
        _ => Colours::Unknown,
    }
}

fn translated(error: CodecError, origin: &Path, limits: &Limits) -> ImageError {
    let path = origin.into();
    match error {
        CodecError::TooLarge { width, height }
            if u64::from(width) * u64::from(height) > limits.max_pixels =>
        {
            ImageError::TooManyPixels {
                path,
                width,
                height,
                limit: limits.max_pixels,
            }
        }
        CodecError::TooLarge { .. } => ImageError::TooMuchMemory {
            path,
            limit: limits.max_memory,
        },
        CodecError::LeftOut { .. } | CodecError::NotThisFormat => ImageError::Unsupported {
            path,
            what: error.to_string(),
        },
        CodecError::Unsupported(what) => ImageError::Unsupported { path, what },
        error => ImageError::Malformed {
            path,
            source: error.into(),
        },
    }
}
