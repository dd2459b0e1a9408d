//! A file or bytes to a [`Picture`].

use std::path::Path;

use ::image::metadata::Orientation;
use ::image::{DynamicImage, ImageFormat, RgbImage};

use super::colour::to_srgb;
use super::encoded::{bytes, length, read_held, room};
use super::high_range::to_standard_range;
use super::jpeg_frame::Frame;
use super::raw::Raw;
use super::{ImageError, Limits, Note, Picture, SizePolicy, camera_raw, codecs, formats, jpeg};
use crate::guard::guard;

/// What a file holds, by its content.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// Camera raw, with a JPEG of the camera's within.
    CameraRaw,
    /// HEIC, AVIF or JPEG XL.
    Codec,
    /// A picture of one of the other formats that are read.
    Picture(ImageFormat),
}

/// Reads the picture in a file: JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC, AVIF, JPEG XL or the JPEG that
/// a camera put into its raw file, told apart by content.
///
/// The result is upright (EXIF or TIFF orientation applied) and in sRGB (an embedded ICC profile
/// converted with relative colorimetric intent; of a PNG without one its `cICP` or `gAMA`, but not
/// its `cHRM`; high dynamic range in PQ or HLG brought to that of an ordinary display). Alpha is composed on mid-grey, 128, in the encoded values; 16 bits are
/// rounded to 8; of an animation or a file of several pages the first picture is taken. What was
/// done is in [`Picture::notes`].
///
/// # Errors
/// One that names the file, if it cannot be read, is no picture, is over the limits, or is damaged
/// or cut short.
pub fn read(path: &Path, limits: &Limits) -> Result<Picture, ImageError> {
    read_held(path, limits, None).map(|(reduced, _)| reduced.picture)
}

/// A picture that may have fewer pixels than its file: what [`read_for`] gives, and what a whole
/// [`Picture`] turns into with `into()`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// The pixels that were decoded.
    pub picture: Picture,
    /// Width in the file, upright, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
}

impl From<Picture> for Reduced {
    fn from(picture: Picture) -> Self {
        let (width, height) = (picture.width, picture.height);
        Self {
            picture,
            width,
            height,
        }
    }
}

/// Like [`read`], for a picture that is only wanted at the size that `size` gives it. A JPEG that
/// is far larger is decoded at a half, a quarter or an eighth of its size, which takes less memory
/// and a little less time. It still has to be brought to `size`:
/// [`prepare`](crate::inspect::prepare()) does.
///
/// # Errors
/// As [`read`].
pub fn read_for(path: &Path, limits: &Limits, size: SizePolicy) -> Result<Reduced, ImageError> {
    read_held(path, limits, Some(size)).map(|(reduced, _)| reduced)
}

/// Like [`read`], from bytes in memory; `origin` is only for messages.
///
/// # Errors
/// As [`read`].
pub fn decode(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<Picture, ImageError> {
    let content = content(bytes, origin)?;
    let _room = room(origin, cost(content, bytes, origin, limits)?)?;
    reduced(content, bytes, origin, limits, None).map(|reduced| reduced.picture)
}

/// The bytes that decoding takes beside the file's own, as its header tells.
///
/// # Errors
/// One that names the file, if that is over the limits or the header makes no sense.
pub(super) fn cost(
    content: Content,
    bytes: &[u8],
    origin: &Path,
    limits: &Limits,
) -> Result<u64, ImageError> {
    shielded(origin, || match content {
        Content::CameraRaw => camera_raw::cost(bytes, origin, limits),
        Content::Codec => codecs::cost(bytes, origin, limits),
        Content::Picture(ImageFormat::Jpeg) => jpeg::cost(bytes, origin, limits),
        Content::Picture(format) => formats::cost(bytes, format, origin, limits),
    })
}

/// Decodes what [`cost`] admits.
pub(super) fn reduced(
    content: Content,
    bytes: &[u8],
    origin: &Path,
    limits: &Limits,
    size: Option<SizePolicy>,
) -> Result<Reduced, ImageError> {
    shielded(origin, || {
        let raw = match content {
            Content::CameraRaw => camera_raw::decode(bytes, origin, size)?,
            Content::Codec => codecs::decode(bytes, origin, limits)?,
            Content::Picture(ImageFormat::Jpeg) => jpeg::decode(bytes, origin, size)?,
            Content::Picture(format) => formats::decode(bytes, format, origin)?,
        };
        finish(raw, origin)
    })
}

/// Width and height of the picture in a file, upright. Nothing is decoded.
///
/// # Errors
/// One that names the file, if it cannot be read or its header is not that of a picture that is
/// read.
pub fn dimensions(path: &Path) -> Result<(u32, u32), ImageError> {
    let limits = Limits::of_this_machine();
    let _room = room(path, length(path, &limits)?)?;
    let bytes = bytes(path, &limits)?;
    let content = content(&bytes, path)?;
    let (size, orientation) = shielded(path, || match content {
        Content::CameraRaw => camera_raw::dimensions(&bytes, path),
        Content::Codec => codecs::dimensions(&bytes, path),
        Content::Picture(ImageFormat::Jpeg) => jpeg::dimensions(&bytes, path),
        Content::Picture(format) => formats::dimensions(&bytes, format, path),
    })?;
    Ok(upright(size, orientation))
}

/// A stored size as it is once the picture is turned upright.
fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    let lies = [
        Orientation::Rotate90,
        Orientation::Rotate270,
        Orientation::Rotate90FlipH,
        Orientation::Rotate270FlipH,
    ];
    if lies.contains(&orientation) {
        (height, width)
    } else {
        (width, height)
    }
}

pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    extensions
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a file that begins like this holds a picture that is read.
pub(super) fn begins_as_picture(head: &[u8]) -> bool {
    // Two letters do not tell a bitmap from a text: the length of its second header follows.
    let lengths = [12, 16, 40, 52, 56, 64, 108, 124].map(u32::to_le_bytes);
    let is_text = head.starts_with(b"BM")
        && !lengths
            .iter()
            .any(|length| head.get(14..18) == Some(length));
    !is_text && content(head, Path::new("")).is_ok()
}

/// What a file holds. Its first bytes tell, but for camera raw, which the whole of a TIFF tells.
pub(super) fn content(bytes: &[u8], origin: &Path) -> Result<Content, ImageError> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    let path = origin.into();
    if bytes.is_empty() {
        return Err(ImageError::Empty { path });
    }
    if camera_raw::is_camera_raw(bytes) {
        return Ok(Content::CameraRaw);
    }
    if codecs::is_one(bytes) {
        return Ok(Content::Codec);
    }
    if bytes.starts_with(b"II+\0") || bytes.starts_with(b"MM\0+") {
        // BigTIFF, which `image` does not guess but reads.
        return Ok(Content::Picture(Tiff));
    }
    let what = match ::image::guess_format(bytes) {
        Ok(format @ (Jpeg | Png | Tiff | WebP | Bmp | Gif)) => return Ok(Content::Picture(format)),
        // `image` wants a marker at once.
        Err(_) if bytes.starts_with(b"\xff\xd8") && Frame::read(bytes).is_some() => {
            return Ok(Content::Picture(Jpeg));
        }
        guessed => match (other_format(bytes), guessed) {
            (Some(name), _) => format!("{name} is not read"),
            (None, Ok(format)) => format!("the format {format:?} is not read"),
            (None, Err(_)) => return Err(ImageError::UnknownFormat { path }),
        },
    };
    Err(ImageError::Unsupported { path, what })
}

/// The name of a format that is known but not read, by its first bytes.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const NAMES: [(&[u8], &str); 4] = [
        (b"8BPS", "a Photoshop file"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\x76\x2f\x31\x01", "OpenEXR"),
    ];
    if let Some((_, name)) = NAMES.iter().find(|(head, _)| bytes.starts_with(head)) {
        return Some(name);
    }
    // ISO/IEC 14496-12: the brand says what the boxes hold.
    match (bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"ftyp", b"crx ") => Some("a film in Canon's raw format"),
        (b"ftyp", _) => Some("a video"),
        _ => None,
    }
}

/// Runs a decoder. They are not ours and hostile bytes can make them panic, which must not take the
/// batch or the window down; nothing of what they touched is used afterwards.
fn shielded<T>(
    origin: &Path,
    work: impl FnOnce() -> Result<T, ImageError>,
) -> Result<T, ImageError> {
    guard(work).unwrap_or_else(|panic| {
        Err(ImageError::Malformed {
            path: origin.into(),
            source: format!("the decoder gave up on it: {panic}").into(),
        })
    })
}

/// Colours to sRGB, then upright.
fn finish(raw: Raw, origin: &Path) -> Result<Reduced, ImageError> {
    let Raw {
        size: (width, height),
        whole,
        channels,
        samples,
        profile,
        high_range,
        orientation,
        mut notes,
    } = raw;
    let samples = match high_range {
        None => samples,
        Some(transfer) => {
            notes.push(Note::HighRange(transfer.name().into()));
            to_standard_range(samples, channels, transfer)
        }
    };
    let rgb = to_srgb(samples, channels, profile.as_deref(), &mut notes);
    let image = RgbImage::from_raw(width, height, rgb).ok_or_else(|| ImageError::Malformed {
        path: origin.into(),
        source: "it has fewer pixels than its header says".into(),
    })?;
    let mut image = DynamicImage::from(image);
    image.apply_orientation(orientation);
    let picture = Picture {
        width: image.width(),
        height: image.height(),
        rgb: image.into_rgb8().into_raw(),
        notes,
    };
    let whole = whole.map(|whole| upright(whole, orientation));
    let (width, height) = whole.unwrap_or((picture.width, picture.height));
    Ok(Reduced {
        picture,
        width,
        height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_is_an_error_in_its_words() {
        let failed = shielded::<()>(Path::new("a.tif"), || panic!("row 3 is missing"));
        let error = failed.unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.tif is damaged or cut short (the decoder gave up on it: row 3 is missing): copy or \
             export it again"
        );
    }
}
