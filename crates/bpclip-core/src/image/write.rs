//! A [`Picture`] to a file.

use std::io;
use std::path::Path;

use ::image::codecs::png::PngEncoder;
use ::image::{ExtendedColorType, ImageEncoder};

use super::{ImageError, Picture};
use crate::file::write_whole;

/// Writes a picture as PNG. The file is there whole or not at all: a file of that name is replaced
/// in one step, and kept if anything fails.
///
/// # Errors
/// One that names the file, if it cannot be written.
pub fn write_png(picture: &Picture, path: &Path) -> Result<(), ImageError> {
    write_whole(path, |file| {
        PngEncoder::new(file)
            .write_image(
                &picture.rgb,
                picture.width,
                picture.height,
                ExtendedColorType::Rgb8,
            )
            .map_err(io::Error::other)
    })
    .map_err(|cause| ImageError::Write {
        path: path.into(),
        cause,
    })
}
