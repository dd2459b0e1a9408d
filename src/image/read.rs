//! A file or bytes to a [`Picture`].

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use ::image::metadata::Orientation;
use ::image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

use super::colour::{Channels, Samples, to_srgb};
use super::{ImageError, Limits, Note, Picture, jpeg};

/// A decoded file, before anything was done to its pixels.
pub(super) struct Raw {
    pub size: (u32, u32),
    pub channels: Channels,
    pub samples: Samples,
    pub profile: Option<Vec<u8>>,
    pub orientation: Orientation,
    pub notes: Vec<Note>,
}

/// The extensions of the formats that are read.
const EXTENSIONS: [&str; 9] = [
    "jpg", "jpeg", "jpe", "png", "tif", "tiff", "webp", "bmp", "gif",
];

/// Camera raw files are TIFFs whose first picture is a thumbnail: scoring that would be a silent mistake.
const CAMERA_RAW: [&str; 12] = [
    "dng", "nef", "nrw", "cr2", "arw", "sr2", "orf", "rw2", "pef", "srw", "3fr", "iiq",
];

/// Whether a file's name ends as those of the formats that are read, whatever the case.
///
/// For listing folders; [`read`] itself goes by the content.
pub fn is_picture_name(path: &Path) -> bool {
    has_extension(path, &EXTENSIONS)
}

/// Reads the picture in a file: JPEG, PNG, TIFF, WebP, BMP or GIF, told apart by content.
///
/// The result is upright (EXIF or TIFF orientation applied) and in sRGB (embedded ICC profile converted with
/// relative colorimetric intent; the gamma and chromaticity chunks of a PNG without a profile are ignored, as
/// browsers mostly do). Alpha is composed on mid-grey, 128, in the encoded values; 16 bits are rounded to 8; of an
/// animation or a multi-page file the first picture is taken. What was done is in [`Picture::notes`].
///
/// # Errors
/// One that names the file, if it cannot be read, is no picture, is over the limits, or is damaged or cut short.
pub fn read(path: &Path, limits: &Limits) -> Result<Picture, ImageError> {
    let failed = |cause| ImageError::Read {
        path: path.into(),
        cause,
    };
    let bytes = regular_file_length(path).map_err(failed)?;
    if bytes > limits.max_file_bytes {
        return Err(ImageError::TooManyBytes {
            path: path.into(),
            bytes,
            limit: limits.max_file_bytes,
        });
    }
    decode(&fs::read(path).map_err(failed)?, path, limits)
}

/// Like [`read`], from bytes in memory; `origin` is only for messages.
///
/// # Errors
/// As [`read`].
pub fn decode(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<Picture, ImageError> {
    shielded(origin, || {
        let raw = match format(bytes, origin)? {
            ImageFormat::Jpeg => jpeg::decode(bytes, origin, limits)?,
            format => decode_other(bytes, format, origin, limits)?,
        };
        finish(raw, origin)
    })
}

/// Width and height of the picture in a file, upright, from its header alone.
///
/// # Errors
/// One that names the file, if it cannot be read or its header is not that of a picture that is read.
pub fn dimensions(path: &Path) -> Result<(u32, u32), ImageError> {
    let failed = |cause| ImageError::Read {
        path: path.into(),
        cause,
    };
    regular_file_length(path).map_err(failed)?;
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let format = format(file.fill_buf().map_err(failed)?, path)?;
    shielded(path, || {
        let ((width, height), orientation) = match format {
            ImageFormat::Jpeg => jpeg::dimensions(file, path)?,
            format => {
                let mut decoder = open(file, format, path, &Limits::default())?;
                (decoder.dimensions(), orientation(&mut decoder))
            }
        };
        Ok(match orientation {
            Orientation::NoTransforms
            | Orientation::Rotate180
            | Orientation::FlipHorizontal
            | Orientation::FlipVertical => (width, height),
            _ => (height, width),
        })
    })
}

/// The file's length, if it is a file: reading a folder fails oddly, reading a pipe may never end.
fn regular_file_length(path: &Path) -> io::Result<u64> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a file",
        ));
    }
    Ok(metadata.len())
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    extensions
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The format by the first bytes.
fn format(head: &[u8], origin: &Path) -> Result<ImageFormat, ImageError> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    let unsupported = |what: String| {
        Err(ImageError::Unsupported {
            path: origin.into(),
            what,
        })
    };
    if head.is_empty() {
        return Err(ImageError::Empty {
            path: origin.into(),
        });
    }
    match ::image::guess_format(head) {
        Ok(Tiff) if has_extension(origin, &CAMERA_RAW) => {
            unsupported("camera raw is not developed here".into())
        }
        Ok(format @ (Jpeg | Png | Tiff | WebP | Bmp | Gif)) => Ok(format),
        Ok(format) => unsupported(format!("the format {format:?} is not read")),
        Err(_) if head.get(4..8) == Some(b"ftyp") => {
            unsupported("HEIF and AVIF are not read".into())
        }
        Err(_) => Err(ImageError::UnknownFormat {
            path: origin.into(),
        }),
    }
}

/// Runs a decoder. They are not ours and hostile bytes can make them panic, which must not take the batch or the
/// window down; nothing of what they touched is used afterwards.
fn shielded<T>(
    origin: &Path,
    work: impl FnOnce() -> Result<T, ImageError>,
) -> Result<T, ImageError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(ImageError::Malformed {
            path: origin.into(),
            reason: "the decoder gave up on it".into(),
        })
    })
}

fn open<'a, R: BufRead + Seek + 'a>(
    reader: R,
    format: ImageFormat,
    origin: &Path,
    limits: &Limits,
) -> Result<impl ImageDecoder + use<'a, R>, ImageError> {
    let mut reader = ImageReader::with_format(reader, format);
    let mut allocation = ::image::Limits::default();
    allocation.max_alloc = Some(limits.max_memory);
    reader.limits(allocation);
    reader
        .into_decoder()
        .map_err(|error| translated(error, origin, limits))
}

fn decode_other(
    bytes: &[u8],
    format: ImageFormat,
    origin: &Path,
    limits: &Limits,
) -> Result<Raw, ImageError> {
    let translate = |error| translated(error, origin, limits);
    let mut decoder = open(Cursor::new(bytes), format, origin, limits)?;
    let size = decoder.dimensions();
    limits.admit(origin, size, decoder.color_type().bytes_per_pixel().into())?;

    let mut notes = Vec::new();
    if is_animated(bytes, format) {
        notes.push(Note::FirstFrame);
    }
    let orientation = orientation(&mut decoder);
    let mut profile = decoder.icc_profile().map_err(translate)?;
    if is_cmyk(&decoder) {
        // `image` has turned the inks into RGB already, so the profile, which is of inks, no longer fits.
        profile = None;
        notes.push(Note::CmykApproximated);
    }
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
        // Nothing in the file says whether such values are linear, or what is white.
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
        channels,
        samples,
        profile,
        orientation,
        notes,
    })
}

/// The orientation, from EXIF or from the TIFF itself; upright if there is none that makes sense.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    // Some writers of WebP keep the JPEG prefix, which `image` does not expect.
    let exif = decoder.exif_metadata().ok().flatten();
    let prefixed = exif
        .as_deref()
        .and_then(|exif| exif.strip_prefix(b"Exif\0\0"));
    match prefixed {
        Some(exif) => Orientation::from_exif_chunk(exif),
        None => decoder.orientation().ok(),
    }
    .unwrap_or(Orientation::NoTransforms)
}

fn is_cmyk(decoder: &impl ImageDecoder) -> bool {
    use ::image::ExtendedColorType::{Cmyk8, Cmyk16};
    matches!(decoder.original_color_type(), Cmyk8 | Cmyk16)
}

/// Whether there is more than one frame; costs two frames of a GIF, and the header of the others.
fn is_animated(bytes: &[u8], format: ImageFormat) -> bool {
    let bytes = Cursor::new(bytes);
    match format {
        ImageFormat::Gif => {
            GifDecoder::new(bytes).is_ok_and(|gif| gif.into_frames().nth(1).is_some())
        }
        ImageFormat::Png => PngDecoder::new(bytes).is_ok_and(|png| png.is_apng().unwrap_or(false)),
        ImageFormat::WebP => WebPDecoder::new(bytes).is_ok_and(|webp| webp.has_animation()),
        _ => false,
    }
}

/// Colours to sRGB, then upright.
fn finish(raw: Raw, origin: &Path) -> Result<Picture, ImageError> {
    let Raw {
        size: (width, height),
        channels,
        samples,
        profile,
        orientation,
        mut notes,
    } = raw;
    let rgb = to_srgb(samples, channels, profile.as_deref(), &mut notes);
    let image = RgbImage::from_raw(width, height, rgb).ok_or_else(|| ImageError::Malformed {
        path: origin.into(),
        reason: "it has fewer pixels than its header says".into(),
    })?;
    let mut image = DynamicImage::from(image);
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    Ok(Picture {
        width,
        height,
        rgb: image.into_rgb8().into_raw(),
        notes,
    })
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
            bytes: limits.max_memory,
            limit: limits.max_memory,
        },
        error => ImageError::Malformed {
            path,
            reason: error.to_string(),
        },
    }
}
