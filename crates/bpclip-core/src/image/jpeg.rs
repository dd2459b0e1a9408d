//! JPEG, straight from `zune-jpeg`: `image` hides the inks of CMYK files, and fills what is missing
//! of a file that was cut short with grey.

use std::path::Path;

use ::image::metadata::Orientation;
use jpeg_decoder::PixelFormat;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::{ZByteReaderTrait, ZCursor};
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::colour::{Channels, Samples};
use super::jpeg_frame::Frame;
use super::limits::per_pixel;
use super::raw::Raw;
use super::{ImageError, Limits, Note, SizePolicy, tiff};

/// The bytes that decoding takes.
pub(super) fn cost(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<u64, ImageError> {
    let (size, components) = match readable(bytes, origin)? {
        Some(frame) => (frame.size, frame.sampling.len()),
        None => {
            let (decoder, size) = open(ZCursor::new(bytes), origin)?;
            let components = decoder.info().map_or(0, |info| info.components);
            (size, components.into())
        }
    };
    // A progressive file holds all its coefficients, two bytes each, beside the samples.
    let components = components as u64;
    let per_pixel = per_pixel(components, 1).max(3 * components + 3);
    limits.admit(origin, size, per_pixel, 0)
}

/// Decodes a JPEG; CMYK and YCCK come out as amounts of ink, 255 being all of it.
/// With `wanted`, a picture far larger than that is decoded smaller.
pub(super) fn decode(
    bytes: &[u8],
    origin: &Path,
    wanted: Option<SizePolicy>,
) -> Result<Raw, ImageError> {
    let translate = |error| translated(error, origin);
    let frame = readable(bytes, origin)?;
    if let Some(frame) = frame.filter(Frame::is_unusual) {
        return unusual(bytes, &frame, origin);
    }
    let (mut decoder, size) = open(ZCursor::new(bytes), origin)?;
    // As `dimensions` finds them: not what may stand between the scans.
    let (profile, orientation) = (decoder.icc_profile(), orientation(&decoder));
    let components = decoder.info().map_or(0, |info| info.components);
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::Unknown);
    let (channels, colours) = match (components, stored) {
        (1, _) => (Channels::Grey, ColorSpace::Luma),
        (3, ColorSpace::YCbCr | ColorSpace::YCCK | ColorSpace::RGB) => {
            (Channels::Rgb, ColorSpace::RGB)
        }
        (4, ColorSpace::CMYK | ColorSpace::YCCK) => (Channels::Cmyk, stored),
        _ => {
            let what = format!("a JPEG with {components} channels of {stored:?} is not read");
            return Err(ImageError::Unsupported {
                path: origin.into(),
                what,
            });
        }
    };
    complete(bytes, origin)?;
    if let Some(wanted) = wanted.filter(|_| matches!(stored, ColorSpace::Luma | ColorSpace::YCbCr))
        && let Some((reduced, samples)) = at_reduced_scale(bytes, size, wanted, channels)
    {
        return Ok(Raw {
            size: reduced,
            whole: Some(size),
            channels,
            samples: Samples::Eight(samples),
            profile,
            high_range: None,
            orientation,
            notes: notes(bytes),
        });
    }
    // Strict, so that data that ends early or makes no sense is an error and not a grey area. Not
    // before the headers are read: stray bytes between them do no harm.
    decoder.set_options(
        decoder
            .options()
            .jpeg_set_out_colorspace(colours)
            .set_strict_mode(true),
    );
    let mut samples = decoder.decode().map_err(translate)?;
    match colours {
        ColorSpace::YCCK => ycck_to_inks(&mut samples),
        // Inverted, as Adobe's are: other readers take all of them to be.
        ColorSpace::CMYK => samples.iter_mut().for_each(|ink| *ink = 255 - *ink),
        _ => (),
    }
    Ok(Raw {
        size,
        whole: None,
        channels,
        samples: Samples::Eight(samples),
        profile,
        high_range: None,
        orientation,
        notes: notes(bytes),
    })
}

/// What the markers say, if they can be read; an error where the kind of JPEG is not read.
fn readable(bytes: &[u8], origin: &Path) -> Result<Option<Frame>, ImageError> {
    let frame = Frame::read(bytes);
    match frame.as_ref().and_then(Frame::not_read) {
        None => Ok(frame),
        Some(what) => Err(ImageError::Unsupported {
            path: origin.into(),
            what: what.to_owned(),
        }),
    }
}

/// Decodes a JPEG that is written as few programs do, through `jpeg-decoder`, which is slower and
/// makes the right picture of it.
fn unusual(bytes: &[u8], frame: &Frame, origin: &Path) -> Result<Raw, ImageError> {
    let damaged = |source: jpeg_decoder::Error| ImageError::Malformed {
        path: origin.into(),
        source: source.into(),
    };
    complete(bytes, origin)?;
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let samples = decoder.decode().map_err(damaged)?;
    let channels = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::L8) => Channels::Grey,
        Some(PixelFormat::RGB24) => Channels::Rgb,
        _ => {
            return Err(ImageError::Unsupported {
                path: origin.into(),
                what: "a CMYK JPEG with unusual sampling is not read".to_owned(),
            });
        }
    };
    Ok(Raw {
        size: frame.size,
        whole: None,
        channels,
        samples: Samples::Eight(samples),
        profile: decoder.icc_profile(),
        high_range: None,
        orientation: of_exif(decoder.exif_data()),
        notes: notes(bytes),
    })
}

/// How many times larger than wanted a picture must still be when it is decoded smaller, so that
/// what is left to do is done by the one resampling that all pictures get.
const MARGIN: u32 = 2;

/// Size and samples at an eighth, a quarter or a half of the size, as small as [`MARGIN`] allows;
/// `None` where it allows none, or the decoder does not manage.
fn at_reduced_scale(
    bytes: &[u8],
    (width, height): (u32, u32),
    wanted: SizePolicy,
    channels: Channels,
) -> Option<((u32, u32), Vec<u8>)> {
    let (wanted_width, wanted_height) = wanted.apply(width, height);
    let least = (wanted_width * MARGIN, wanted_height * MARGIN);
    let divisor = [8, 4, 2].into_iter().find(|divisor| {
        width.div_ceil(*divisor) >= least.0 && height.div_ceil(*divisor) >= least.1
    })?;
    let ask = |side: u32| u16::try_from(side.div_ceil(divisor)).ok();
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let (width, height) = decoder.scale(ask(width)?, ask(height)?).ok()?;
    let expected = match channels {
        Channels::Grey => PixelFormat::L8,
        _ => PixelFormat::RGB24,
    };
    let samples = decoder.decode().ok()?;
    let as_expected = decoder.info()?.pixel_format == expected;
    as_expected.then_some(((width.into(), height.into()), samples))
}

/// Width and height as stored, and how to turn them upright.
pub(super) fn dimensions(
    bytes: &[u8],
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    if let Some(frame) = readable(bytes, origin)?.filter(Frame::is_unusual) {
        let mut decoder = jpeg_decoder::Decoder::new(bytes);
        decoder
            .read_info()
            .map_err(|source| ImageError::Malformed {
                path: origin.into(),
                source: source.into(),
            })?;
        return Ok((frame.size, of_exif(decoder.exif_data())));
    }
    let (decoder, size) = open(ZCursor::new(bytes), origin)?;
    Ok((size, orientation(&decoder)))
}

fn open<R: ZByteReaderTrait>(
    reader: R,
    origin: &Path,
) -> Result<(JpegDecoder<R>, (u32, u32)), ImageError> {
    // The format ends at 65,535 a side; our own limits speak of pixels.
    let options = DecoderOptions::default()
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(reader, options);
    decoder
        .decode_headers()
        .map_err(|error| translated(error, origin))?;
    let size = decoder
        .info()
        .map_or((0, 0), |info| (info.width.into(), info.height.into()));
    Ok((decoder, size))
}

fn orientation<R: ZByteReaderTrait>(decoder: &JpegDecoder<R>) -> Orientation {
    of_exif(decoder.exif().map(Vec::as_slice))
}

/// Where a JPEG with a gain map says so, in its first metadata ("Ultra HDR", and its forerunner).
const GAIN_MAP: &[u8] = b"http://ns.adobe.com/hdr-gain-map/1.0/";
/// How far from the beginning that stands at most.
const HEAD: usize = 1 << 17;

/// What there is to say of a JPEG before it is decoded.
fn notes(bytes: &[u8]) -> Vec<Note> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let mut windows = head.windows(GAIN_MAP.len());
    match windows.any(|window| window == GAIN_MAP) {
        true => vec![Note::GainMapLeftOut],
        false => Vec::new(),
    }
}

/// The orientation in Exif; upright if there is none that makes sense.
fn of_exif(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(tiff::orientation)
        .unwrap_or(Orientation::NoTransforms)
}

/// Adobe's YCCK to amounts of ink: cyan, magenta and yellow stand as if they were red, green and
/// blue, in YCbCr (JFIF 1.02), and black is inverted.
fn ycck_to_inks(samples: &mut [u8]) {
    let (pixels, _) = samples.as_chunks_mut::<4>();
    for [c, m, y, k] in pixels {
        let [luma, blue, red] = [f32::from(*c), f32::from(*m) - 128.0, f32::from(*y) - 128.0];
        // `as` saturates, so this clamps to 0..=255 after rounding.
        *c = (luma + 1.402 * red).round() as u8;
        *m = (luma - 0.344_136 * blue - 0.714_136 * red).round() as u8;
        *y = (luma + 1.772 * blue).round() as u8;
        *k = 255 - *k;
    }
}

/// An error where data is missing or makes no sense, which decoders paint grey or at random.
fn complete(bytes: &[u8], origin: &Path) -> Result<(), ImageError> {
    bpclip_damage::check(bytes).map_err(|damage| ImageError::Malformed {
        path: origin.into(),
        source: damage.into(),
    })
}

fn translated(error: DecodeErrors, origin: &Path) -> ImageError {
    let path = origin.into();
    match error {
        DecodeErrors::Unsupported(what) => ImageError::Unsupported {
            path,
            what: format!("{what:?}"),
        },
        error => ImageError::Malformed {
            path,
            source: error.into(),
        },
    }
}
