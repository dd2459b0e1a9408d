//! Picture files made in memory.

use ::image::codecs::{bmp::BmpEncoder, webp::WebPEncoder};
use ::image::codecs::{gif::GifEncoder, jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder};
use ::image::{ExtendedColorType, ImageEncoder};
use bpclip_core::image::{ImageError, Limits, Picture};
use std::io::Cursor;
use std::path::Path;

pub const FORMATS: [&str; 6] = ["jpeg", "png", "tiff", "webp", "bmp", "gif"];

/// A file's colour profile and EXIF, if any.
#[derive(Clone, Copy, Default)]
pub struct Extras<'a> {
    pub profile: Option<&'a [u8]>,
    pub exif: Option<&'a [u8]>,
}

/// `pixels` as a file of `format`: 8-bit samples, or 16-bit ones in native order.
pub fn file(
    format: &str,
    pixels: &[u8],
    (width, height): (u32, u32),
    colour: ExtendedColorType,
    extras: Extras,
) -> Vec<u8> {
    fn finish(
        mut encoder: impl ImageEncoder,
        pixels: &[u8],
        size: (u32, u32),
        colour: ExtendedColorType,
        extras: Extras,
    ) {
        if let Some(profile) = extras.profile {
            encoder.set_icc_profile(profile.to_vec()).unwrap();
        }
        if let Some(exif) = extras.exif {
            encoder.set_exif_metadata(exif.to_vec()).unwrap();
        }
        encoder.write_image(pixels, size.0, size.1, colour).unwrap();
    }
    let size = (width, height);
    let mut bytes = Cursor::new(Vec::new());
    match format {
        "jpeg" => finish(
            JpegEncoder::new_with_quality(&mut bytes, 100),
            pixels,
            size,
            colour,
            extras,
        ),
        "png" => finish(PngEncoder::new(&mut bytes), pixels, size, colour, extras),
        "tiff" => finish(TiffEncoder::new(&mut bytes), pixels, size, colour, extras),
        "webp" => finish(
            WebPEncoder::new_lossless(&mut bytes),
            pixels,
            size,
            colour,
            extras,
        ),
        "bmp" => finish(BmpEncoder::new(&mut bytes), pixels, size, colour, extras),
        "gif" => GifEncoder::new(&mut bytes)
            .encode(pixels, width, height, colour)
            .unwrap(),
        _ => panic!("no format {format}"),
    }
    bytes.into_inner()
}

/// Smooth colours, few enough for a GIF's palette, no two corners alike.
pub fn pattern(width: u32, height: u32) -> Picture {
    let at = |i: u32, n: u32| (i * 15 / n.max(1) * 17) as u8;
    let rgb =
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [at(x, width), at(y, height), 60]));
    Picture {
        width,
        height,
        rgb: rgb.collect(),
        notes: Vec::new(),
    }
}

/// [`pattern`] as a file.
pub fn pattern_file(format: &str, width: u32, height: u32) -> Vec<u8> {
    let pixels = pattern(width, height).rgb;
    file(
        format,
        &pixels,
        (width, height),
        ExtendedColorType::Rgb8,
        Extras::default(),
    )
}

pub fn decode(bytes: &[u8]) -> Result<Picture, ImageError> {
    bpclip_core::image::decode(bytes, Path::new("folder/some.file"), &Limits::default())
}

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new("tests/fixtures").join(name)).unwrap()
}

/// What `tests/fixtures/make.py` expects.
pub fn expected() -> serde_json::Value {
    serde_json::from_slice(&fixture("expected.json")).unwrap()
}

/// A JSON list of colours.
pub fn colours(list: &serde_json::Value) -> Vec<u8> {
    let colours = list.as_array().unwrap().iter();
    colours
        .flat_map(|colour| colour.as_array().unwrap())
        .map(|v| v.as_u64().unwrap() as u8)
        .collect()
}

#[track_caller]
pub fn assert_close(found: &[u8], expected: &[u8], tolerance: u8) {
    assert_eq!(found.len(), expected.len());
    let (index, off) = found
        .iter()
        .zip(expected)
        .map(|(f, e)| f.abs_diff(*e))
        .enumerate()
        .max_by_key(|(_, off)| *off)
        .unwrap();
    assert!(
        off <= tolerance,
        "sample {index} is {} and not {}",
        found[index],
        expected[index]
    );
}
