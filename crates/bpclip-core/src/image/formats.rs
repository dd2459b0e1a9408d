//! PNG, TIFF, WebP, BMP and GIF, through `image`.

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Seek};
use std::path::Path;

use ::image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
};
use ::image::error::UnsupportedErrorKind;
use ::image::metadata::Orientation;
use ::image::{ColorType, DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageResult};

use super::cicp::Colours;
use bpclip_damage::{check_webp, check_webp_end};

use super::colour::{Channels, Samples};
use super::limits::per_pixel;
use super::png::{self, Chunks};
use super::raw::Raw;
use super::tiff::{self, picture_first};
use super::{ImageError, Limits, Note, tiff_data};

/// The most bytes that the profile of a PNG unpacks to. Those of printers have some millions.
const MOST_PROFILE: u64 = 32 << 20;
/// What a decoder needs at most beside pixels.
const BESIDE: u64 = 64 << 20;

/// The bytes that decoding takes.
pub(super) fn cost(
    bytes: &[u8],
    format: ImageFormat,
    origin: &Path,
    limits: &Limits,
) -> Result<u64, ImageError> {
    if let Some(size) = png::size(bytes).filter(|_| format == ImageFormat::Png) {
        // Its decoder does not say how many are too many.
        limits.admit(origin, size, 1, 0)?;
    }
    let bytes = whole(bytes, format, origin)?;
    if let Some((indices, _)) = palette(&bytes, format) {
        // The colours come on top of the indices.
        return Ok(3 * cost(&indices, format, origin, limits)?);
    }
    let opened = open(Cursor::new(&*bytes), format, bytes.len());
    let (decoder, _) = opened.map_err(|error| translated(error, origin))?;
    let channels = match decoder.original_color_type() {
        ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16 => 4,
        _ => u64::from(decoder.color_type().channel_count()),
    };
    let high = || matches!(Chunks::read(&bytes).colours(), Colours::HighRange(..));
    let depth = match decoder.color_type() {
        ColorType::Rgb32F | ColorType::Rgba32F => return Err(too_deep(origin)),
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => 2,
        _ if format == ImageFormat::Png && high() => 2,
        _ => 1,
    };
    // An animation in WebP has a canvas.
    let own = if format == ImageFormat::WebP { 4 } else { 0 };
    // Texts in a PNG, and a TIFF whose picture comes first.
    let beside = match format {
        ImageFormat::Png => 2 * bytes.len() as u64,
        ImageFormat::Tiff => bytes.len() as u64,
        _ => 0,
    };
    let per_pixel = per_pixel(channels, depth) + own;
    limits.admit(origin, decoder.dimensions(), per_pixel, beside)
}

/// The bytes as a decoder gets them, where they are of a kind that is read.
fn whole<'a>(
    bytes: &'a [u8],
    format: ImageFormat,
    origin: &Path,
) -> Result<Cow<'a, [u8]>, ImageError> {
    let unsupported = |what| ImageError::Unsupported {
        path: origin.into(),
        what,
    };
    match format {
        ImageFormat::Tiff => {
            let bytes = picture_first(bytes);
            match tiff::not_read(&bytes) {
                Some(what) if tiff::palette(&bytes).is_none() => Err(unsupported(what)),
                _ => Ok(bytes),
            }
        }
        ImageFormat::Bmp => match bmp_not_read(bytes) {
            Some(what) => Err(unsupported(what)),
            None => Ok(Cow::Borrowed(bytes)),
        },
        ImageFormat::Png if Chunks::read(bytes).profile_unpacks_beyond(MOST_PROFILE) => {
            Err(ImageError::ProfileTooLarge {
                path: origin.into(),
                limit: MOST_PROFILE,
            })
        }
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

/// The indices and the colours of a TIFF with a palette.
fn palette(bytes: &[u8], format: ImageFormat) -> Option<(Vec<u8>, Vec<[u8; 3]>)> {
    (format == ImageFormat::Tiff)
        .then(|| tiff::palette(bytes))
        .flatten()
}

/// Decodes a file of any of these formats.
pub(super) fn decode(bytes: &[u8], format: ImageFormat, origin: &Path) -> Result<Raw, ImageError> {
    let translate = |error| translated(error, origin);
    let mut notes = Vec::new();
    let bytes: &[u8] = &whole(bytes, format, origin)?;
    if let Some((indices, colours)) = palette(bytes, format) {
        let mut raw = decode(&indices, format, origin)?;
        if let (Channels::Grey, Samples::Eight(indices)) = (raw.channels, &raw.samples) {
            let colour = |index: &u8| colours.get(usize::from(*index)).copied();
            let rgb = indices
                .iter()
                .flat_map(|index| colour(index).unwrap_or_default());
            raw.samples = Samples::Eight(rgb.collect());
            raw.channels = Channels::Rgb;
        }
        return Ok(raw);
    }
    let mut reader = Cursor::new(bytes);
    let (mut decoder, animated) = open(&mut reader, format, bytes.len()).map_err(translate)?;
    let size = decoder.dimensions();
    if let Some(damage) = tiff_data::damage(bytes).filter(|_| format == ImageFormat::Tiff) {
        return Err(ImageError::Malformed {
            path: origin.into(),
            source: damage.into(),
        });
    }
    let chunks = (format == ImageFormat::Png).then(|| Chunks::read(bytes));
    let is_frame = chunks.as_ref().is_none_or(|chunks| chunks.is_frame);
    if (animated && is_frame) || (format == ImageFormat::Gif && has_second_frame(bytes)) {
        notes.push(Note::FirstFrame);
    }
    let mut orientation = orientation(&mut decoder);
    let mut profile = decoder.icc_profile().map_err(translate)?;
    let mut high_range = None;
    if let Some(chunks) = chunks {
        if orientation == Orientation::NoTransforms {
            let exif = chunks.exif.and_then(tiff::orientation);
            orientation = exif.unwrap_or(Orientation::NoTransforms);
        }
        if chunks.has_profile() && profile.is_none() {
            notes.push(Note::ProfileIgnored);
        }
        match chunks.colours() {
            Colours::Plain => {}
            Colours::Profile(icc) => profile = Some(profile.unwrap_or(icc)),
            Colours::Unknown => notes.push(Note::ProfileIgnored),
            Colours::HighRange(transfer, icc) => {
                profile = Some(icc);
                high_range = Some(transfer);
            }
        }
    }
    if format == ImageFormat::Bmp {
        profile = profile.or_else(|| bmp_profile(bytes).map(<[u8]>::to_vec));
    }
    if matches!(
        decoder.original_color_type(),
        ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16
    ) {
        if let Some(samples) = tiff::inks(bytes, size) {
            return Ok(Raw {
                size,
                whole: None,
                channels: Channels::Cmyk,
                samples,
                profile,
                high_range: None,
                orientation,
                notes,
            });
        }
        // `image` turns the inks into RGB, so the profile, which is of inks, will not fit.
        profile = None;
        notes.push(Note::CmykApproximated);
    }
    // Not before the profile is read: within these limits the TIFF decoder drops it from small
    // pictures.
    let most = decoder.total_bytes().saturating_mul(2);
    let most = allocation(most.saturating_add(BESIDE));
    decoder.set_limits(most).map_err(translate)?;
    let premultiplied = format == ImageFormat::Tiff && tiff::is_premultiplied(bytes);
    let image = DynamicImage::from_decoder(decoder).map_err(translate)?;
    if format == ImageFormat::WebP {
        let read_to = reader.position() as usize;
        let sound = check_webp(bytes).and_then(|()| check_webp_end(bytes, read_to));
        sound.map_err(|damage| ImageError::Malformed {
            path: origin.into(),
            source: damage.into(),
        })?;
    }
    let (channels, samples) = match image {
        DynamicImage::ImageLuma8(image) => (Channels::Grey, Samples::Eight(image.into_raw())),
        DynamicImage::ImageLumaA8(image) => (Channels::GreyAlpha, Samples::Eight(image.into_raw())),
        DynamicImage::ImageRgb8(image) => (Channels::Rgb, Samples::Eight(image.into_raw())),
        DynamicImage::ImageRgba8(image) => {
            let mut samples = image.into_raw();
            if format == ImageFormat::Bmp && samples.iter().skip(3).step_by(4).all(|a| *a == 0) {
                // Where nothing would show, the fourth channel means nothing.
                samples.iter_mut().skip(3).step_by(4).for_each(|a| *a = 255);
            }
            if premultiplied {
                undo_alpha(&mut samples, u8::MAX);
            }
            (Channels::Rgba, Samples::Eight(samples))
        }
        DynamicImage::ImageLuma16(image) => (Channels::Grey, Samples::Sixteen(image.into_raw())),
        DynamicImage::ImageLumaA16(image) => {
            (Channels::GreyAlpha, Samples::Sixteen(image.into_raw()))
        }
        DynamicImage::ImageRgb16(image) => (Channels::Rgb, Samples::Sixteen(image.into_raw())),
        DynamicImage::ImageRgba16(image) => {
            let mut samples = image.into_raw();
            if premultiplied {
                undo_alpha(&mut samples, u16::MAX);
            }
            (Channels::Rgba, Samples::Sixteen(samples))
        }
        _ => return Err(too_deep(origin)),
    };
    Ok(Raw {
        size,
        whole: None,
        channels,
        samples,
        profile,
        high_range,
        orientation,
        notes,
    })
}

/// Nothing in the file says whether such values are linear, or which of them is white.
fn too_deep(origin: &Path) -> ImageError {
    ImageError::Unsupported {
        path: origin.into(),
        what: tiff::NO_BRIGHTNESS.to_owned(),
    }
}

/// Width and height as stored, and how to turn them upright.
pub(super) fn dimensions(
    bytes: &[u8],
    format: ImageFormat,
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    let bytes: &[u8] = &whole(bytes, format, origin)?;
    let indices = palette(bytes, format).map(|(indices, _)| indices);
    let bytes = indices.as_deref().unwrap_or(bytes);
    let (mut decoder, _) =
        open(Cursor::new(bytes), format, bytes.len()).map_err(|error| translated(error, origin))?;
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
    length: usize,
) -> ImageResult<(Box<dyn ImageDecoder + 'a>, bool)> {
    Ok(match format {
        ImageFormat::Png => {
            // Texts count twice.
            let most = 3 * length as u64 + BESIDE;
            let decoder = PngDecoder::with_limits(reader, allocation(most))?;
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

/// What kind of BMP it is, if it is one that its decoder calls damaged or names by a number.
fn bmp_not_read(bytes: &[u8]) -> Option<String> {
    let short = |at: usize| {
        bytes
            .get(at..at + 2)?
            .try_into()
            .ok()
            .map(u16::from_le_bytes)
    };
    let what = match (short(14)?, short(28), short(30)) {
        (16 | 64, _, _) => "of OS/2 2.0",
        (40.., _, Some(4)) => "that holds a JPEG",
        (40.., _, Some(5)) => "that holds a PNG",
        (40.., _, Some(6)) => "with masks that have one for alpha",
        (40.., Some(64), _) => "of 64 bits a pixel",
        _ => return None,
    };
    Some(format!("a BMP {what} is not read"))
}

/// The profile within a BMP (BITMAPV5HEADER, `PROFILE_EMBEDDED`), which its decoder does not read.
fn bmp_profile(bytes: &[u8]) -> Option<&[u8]> {
    /// Where the header of the bitmap begins.
    const HEADER: usize = 14;
    let number = |at: usize| {
        let four = bytes.get(HEADER + at..HEADER + at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(four))
    };
    let embedded = number(0)? == 124 && bytes.get(HEADER + 56..HEADER + 60)? == b"DEBM";
    let (from, length) = (number(112)? as usize + HEADER, number(116)? as usize);
    bytes
        .get(from..from.checked_add(length)?)
        .filter(|_| embedded)
}

/// Takes the alpha out of red, green and blue that were multiplied by it; `most` is opaque.
fn undo_alpha<S: Copy + Into<u32> + TryFrom<u32>>(samples: &mut [S], most: S) {
    let (pixels, _) = samples.as_chunks_mut::<4>();
    for [colours @ .., alpha] in pixels {
        let (alpha, most) = ((*alpha).into(), most.into());
        for colour in colours {
            let whole = (*colour).into() * most;
            // Of what does not show nothing is known.
            let value = (whole + alpha / 2)
                .checked_div(alpha)
                .unwrap_or(0)
                .min(most);
            if let Ok(value) = S::try_from(value) {
                *colour = value;
            }
        }
    }
}

/// A GIF does not say how many frames it has: what lies between them is passed over.
fn has_second_frame(bytes: &[u8]) -> bool {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut frames) = options.read_info(bytes) else {
        return false;
    };
    let mut next = || matches!(frames.next_frame_info(), Ok(Some(_)));
    next() && next()
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

fn allocation(most: u64) -> ::image::Limits {
    let mut allocation = ::image::Limits::default();
    allocation.max_alloc = Some(most);
    allocation
}

fn translated(error: ::image::ImageError, origin: &Path) -> ImageError {
    let path = origin.into();
    match error {
        ::image::ImageError::Unsupported(error) => ImageError::Unsupported {
            path,
            what: match error.kind() {
                UnsupportedErrorKind::GenericFeature(what) => {
                    format!("this kind of it is not read ({what})")
                }
                _ => error.to_string(),
            },
        },
        ::image::ImageError::Limits(_) => ImageError::Malformed {
            path,
            source: "it asks for more memory than its pixels need".into(),
        },
        error => ImageError::Malformed {
            path,
            source: error.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bitmap of 2 x 1 pixels of 32 bits with masks, and a profile after them where one is given.
    fn bmp(pixels: [[u8; 4]; 2], profile: &[u8]) -> Vec<u8> {
        let mut header = vec![0_u8; 124];
        let mut put = |at: usize, value: u32| {
            header[at..at + 4].copy_from_slice(&value.to_le_bytes());
        };
        put(0, 124);
        put(4, 2);
        put(8, 1);
        put(12, 1 | (32 << 16));
        put(16, 3);
        put(40, 0x00ff_0000);
        put(44, 0x0000_ff00);
        put(48, 0x0000_00ff);
        put(52, 0xff00_0000);
        put(112, 124 + 8);
        put(116, profile.len() as u32);
        if !profile.is_empty() {
            header[56..60].copy_from_slice(b"DEBM");
        }
        let mut bytes = b"BM".to_vec();
        bytes.extend((14 + 124 + 8 + profile.len() as u32).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(138_u32.to_le_bytes());
        bytes.extend(header);
        bytes.extend(pixels.concat());
        bytes.extend(profile);
        bytes
    }

    fn decoded(bytes: &[u8]) -> Raw {
        decode(bytes, ImageFormat::Bmp, Path::new("a.bmp")).unwrap()
    }

    #[test]
    fn an_alpha_that_is_nowhere_above_0_means_none() {
        let opaque = |raw: Raw| match raw.samples {
            Samples::Eight(samples) => samples,
            Samples::Sixteen(_) => panic!("eight bits"),
        };
        let none = opaque(decoded(&bmp([[1, 2, 3, 0], [4, 5, 6, 0]], &[])));
        assert_eq!(none, [3, 2, 1, 255, 6, 5, 4, 255]);
        let some = opaque(decoded(&bmp([[1, 2, 3, 0], [4, 5, 6, 9]], &[])));
        assert_eq!(some, [3, 2, 1, 0, 6, 5, 4, 9]);
    }

    #[test]
    fn a_profile_within_a_bitmap_is_found() {
        let with = bmp([[1, 2, 3, 255]; 2], b"profile");
        assert_eq!(decoded(&with).profile.as_deref(), Some(&b"profile"[..]));
        assert!(decoded(&bmp([[1, 2, 3, 255]; 2], &[])).profile.is_none());
    }

    #[test]
    fn alpha_is_taken_out_of_colours() {
        let mut samples = [50_u8, 100, 0, 100, 9, 9, 9, 0, 200, 255, 7, 255];
        undo_alpha(&mut samples, u8::MAX);
        assert_eq!(samples, [128, 255, 0, 100, 0, 0, 0, 0, 200, 255, 7, 255]);
        let mut samples = [30_000_u16, 0, 60_000, 60_000];
        undo_alpha(&mut samples, u16::MAX);
        assert_eq!(samples, [32_768, 0, 65_535, 60_000]);
    }
}
