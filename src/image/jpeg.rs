//! JPEG, straight from `zune-jpeg`: `image` hides the inks of CMYK files, and fills what is missing
//! of a file that was cut short with grey.

use std::path::Path;

use ::image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::{ZByteReaderTrait, ZCursor};
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::colour::{Channels, Samples};
use super::read::Raw;
use super::{ImageError, Limits};

/// Decodes a JPEG; CMYK and YCCK come out as amounts of ink, 255 being all of it.
pub(super) fn decode(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<Raw, ImageError> {
    let translate = |error| translated(error, origin);
    let (mut decoder, size) = open(ZCursor::new(bytes), origin)?;
    // As `dimensions` finds them: not what may stand between the scans.
    let (profile, orientation) = (decoder.icc_profile(), orientation(&decoder));
    let components = decoder.info().map_or(0, |info| info.components);
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::Unknown);
    let (channels, wanted) = match (components, stored) {
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
    // A progressive file holds all its coefficients, two bytes each, beside the samples.
    limits.admit(origin, size, 3 * u64::from(components))?;

    if !is_complete(bytes) {
        let reason = "it has no end-of-image marker".into();
        return Err(ImageError::Malformed {
            path: origin.into(),
            reason,
        });
    }
    // Strict, so that data that ends early or makes no sense is an error and not a grey area. Not
    // before the headers are read: stray bytes between them do no harm.
    decoder.set_options(
        decoder
            .options()
            .jpeg_set_out_colorspace(wanted)
            .set_strict_mode(true),
    );
    let mut samples = decoder.decode().map_err(translate)?;
    match wanted {
        ColorSpace::YCCK => ycck_to_inks(&mut samples),
        // Inverted, as Adobe's are: other readers take all of them to be.
        ColorSpace::CMYK => samples.iter_mut().for_each(|ink| *ink = 255 - *ink),
        _ => (),
    }
    Ok(Raw {
        size,
        channels,
        samples: Samples::Eight(samples),
        profile,
        orientation,
        notes: Vec::new(),
    })
}

/// Width and height as stored, and how to turn them upright.
pub(super) fn dimensions(
    reader: impl ZByteReaderTrait,
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    let (decoder, size) = open(reader, origin)?;
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
    let exif = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    exif.unwrap_or(Orientation::NoTransforms)
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

/// Whether the end of the image is there, so that nothing was cut off. What follows it (padding,
/// another picture) is no matter.
fn is_complete(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: u8 = 0xD9;
    // Segment by segment up to the first scan, for a thumbnail in there has an end of its own.
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some(at) = rest
        .windows(2)
        .position(|pair| matches!(pair, [0xFF, 0x01..=0xFE]))
    {
        let Some([_, marker, high, low, ..]) = rest.get(at..) else {
            break;
        };
        if *marker == START_OF_SCAN {
            // Entropy-coded data cannot hold the marker.
            return rest.windows(2).any(|pair| pair == [0xFF, END_OF_IMAGE]);
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(at + 2 + length..).unwrap_or_default();
    }
    false
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
            reason: error.to_string(),
        },
    }
}
