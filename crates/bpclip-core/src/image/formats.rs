//! PNG, TIFF, WebP, BMP and GIF, through `image`.

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Seek};
use std::path::Path;

use ::image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
};
use ::image::metadata::Orientation;
use ::image::{
    AnimationDecoder, DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageResult,
};

use super::colour::{Channels, Samples};
use super::png::{Chunks, Colours};
use super::raw::Raw;
use super::tiff::{self, picture_first};
use super::{ImageError, Limits, Note};

/// Decodes a file of any of these formats.
pub(super) fn decode(
    bytes: &[u8],
    format: ImageFormat,
    origin: &Path,
    limits: &Limits,
) -> Result<Raw, ImageError> {
    let translate = |error| translated(error, origin, limits);
    let mut notes = Vec::new();
    let bytes = match format {
        ImageFormat::Tiff => picture_first(bytes),
        _ => Cow::Borrowed(bytes),
    };
    let bytes: &[u8] = &bytes;
    let (mut decoder, animated) = open(Cursor::new(bytes), format, limits).map_err(translate)?;
    let size = decoder.dimensions();
    limits.admit(origin, size, decoder.color_type().bytes_per_pixel().into())?;
    if animated || (format == ImageFormat::Gif && has_second_frame(bytes, limits)) {
        notes.push(Note::FirstFrame);
    }
    let mut orientation = orientation(&mut decoder);
    let mut profile = decoder.icc_profile().map_err(translate)?;
    if format == ImageFormat::Png {
        let chunks = Chunks::read(bytes);
        if orientation == Orientation::NoTransforms {
            let exif = chunks.exif.and_then(tiff::orientation);
            orientation = exif.unwrap_or(Orientation::NoTransforms);
        }
        match chunks.colours() {
            Colours::Plain => {}
            Colours::Profile(icc) => profile = Some(profile.unwrap_or(icc)),
            Colours::Unknown => notes.push(Note::ProfileIgnored),
            Colours::HighRange(name) => {
                return Err(ImageError::Unsupported {
                    path: origin.into(),
                    what: format!("a picture of high dynamic range ({name}) is not read"),
                });
            }
        }
    }
    if matches!(
        decoder.original_color_type(),
        ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16
    ) {
        // `image` turns the inks into RGB, so the profile, which is of inks, will not fit.
        profile = None;
        notes.push(Note::CmykApproximated);
    }
    // Not before the profile is read: within these limits the TIFF decoder drops it from small
    // pictures.
    decoder.set_limits(allocation(limits)).map_err(translate)?;
    let image = DynamicImage::from_decoder(decoder).map_err(translate)?;
    let (channels, samples) = match image {
        DynamicImage::ImageLuma8(image) => (Channels::Grey, Samples::Eight(image.into_raw())),
        DynamicImage::ImageLumaA8(image) => (Channels::GreyAlpha, Samples::Eight(image.into_raw())),
        DynamicImage::ImageRgb8(image) => (Channels::Rgb, Samples::Eight(image.into_raw())),
        DynamicImage::ImageRgba8(image) => (Channels::Rgba, Samples::Eight(image.into_raw())),
        DynamicImage::ImageLuma16(image) => (Channels::Grey, Samples::Sixteen(image.into_raw())),
        DynamicImage::ImageLumaA16(image) => {
            (Channels::GreyAlpha, Samples::Sixteen(image.into_raw()))
        }
        DynamicImage::ImageRgb16(image) => (Channels::Rgb, Samples::Sixteen(image.into_raw())),
        DynamicImage::ImageRgba16(image) => (Channels::Rgba, Samples::Sixteen(image.into_raw())),
        // Nothing in the file says whether such values are linear, or which of them is white.
        _ => {
            let what = "floating-point samples have no agreed brightness".into();
            return Err(ImageError::Unsupported {
                path: origin.into(),
                what,
            });
        }
    };
    Ok(Raw {
        size,
        whole: None,
        channels,
        samples,
        profile,
        orientation,
        notes,
    })
}

/// Width and height as stored, and how to turn them upright.
pub(super) fn dimensions(
    bytes: &[u8],
    format: ImageFormat,
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    let limits = Limits::default();
    let (mut decoder, _) = open(Cursor::new(bytes), format, &limits)
        .map_err(|error| translated(error, origin, &limits))?;
    let mut orientation = orientation(&mut decoder);
    if format == ImageFormat::Png && orientation == Orientation::NoTransforms {
        let exif = Chunks::read(bytes).exif.and_then(tiff::orientation);
        orientation = exif.unwrap_or(Orientation::NoTransforms);
    }
    Ok((decoder.dimensions(), orientation))
}

/// The decoder, and whether it knows of more than one frame.
fn open<'a>(
    reader: impl BufRead + Seek + 'a,
    format: ImageFormat,
    limits: &Limits,
) -> ImageResult<(Box<dyn ImageDecoder + 'a>, bool)> {
    Ok(match format {
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(reader, allocation(limits))?;
            let animated = decoder.is_apng()?;
            (Box::new(decoder), animated)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(reader)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        ImageFormat::Gif => (Box::new(GifDecoder::new(reader)?), false),
        ImageFormat::Tiff => (Box::new(TiffDecoder::new(reader)?), false),
        _ => (Box::new(BmpDecoder::new(reader)?), false),
    })
}

/// A GIF does not say how many frames it has.
fn has_second_frame(bytes: &[u8], limits: &Limits) -> bool {
    let frames = GifDecoder::new(Cursor::new(bytes)).and_then(|mut gif| {
        gif.set_limits(allocation(limits))?;
        Ok(gif.into_frames())
    });
    frames.is_ok_and(|mut frames| matches!(frames.nth(1), Some(Ok(_))))
}

/// The orientation, from EXIF or from the TIFF itself; upright if there is none that makes sense.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    // Some writers of WebP keep the prefix that EXIF has in a JPEG, which `image` does not expect.
    let exif = decoder.exif_metadata().ok().flatten();
    let prefixed = exif
        .as_deref()
        .and_then(|exif| exif.strip_prefix(b"Exif\0\0"));
    let orientation = match prefixed {
        Some(exif) => Orientation::from_exif_chunk(exif),
        None => decoder.orientation().ok(),
    };
    // Some write it as a long number, which `image` does not expect either.
    let long = || tiff::orientation(prefixed.or(exif.as_deref())?);
    match orientation {
        None | Some(Orientation::NoTransforms) => long().unwrap_or(Orientation::NoTransforms),
        Some(orientation) => orientation,
    }
}

fn allocation(limits: &Limits) -> ::image::Limits {
    let mut allocation = ::image::Limits::default();
    allocation.max_alloc = Some(limits.max_memory);
    allocation
}

fn translated(error: ::image::ImageError, origin: &Path, limits: &Limits) -> ImageError {
    let path = origin.into();
    match error {
        ::image::ImageError::Unsupported(error) => ImageError::Unsupported {
            path,
            what: error.to_string(),
        },
        ::image::ImageError::Limits(_) => ImageError::TooMuchMemory {
            path,
            limit: limits.max_memory,
        },
        error => ImageError::Malformed {
            path,
            source: error.into(),
        },
    }
}
