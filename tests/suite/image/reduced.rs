//! Large JPEGs, decoded at a fraction of their size for what is scored small.

use super::files::{Extras, file, pattern};
use ::image::ExtendedColorType;
use bpclip_core::image::{Limits, Picture, Reduced, SizePolicy, read, read_for, resize};
use std::path::{Path, PathBuf};

/// A photo of 2400 by 1200 pixels with detail down to the last one, as a JPEG.
fn photo(folder: &Path, orientation: Option<&[u8]>) -> PathBuf {
    let sample = read(Path::new("assets/samples/coffee.jpg"), &Limits::default()).unwrap();
    let row = 3 * sample.width as usize;
    let rgb: Vec<u8> = (0..3 * sample.height as usize)
        .map(|y| y % sample.height as usize * row)
        .flat_map(|at| sample.rgb[at..at + row].repeat(4))
        .collect();
    let extras = Extras {
        exif: orientation,
        ..Extras::default()
    };
    let bytes = file("jpeg", &rgb, (2400, 1200), ExtendedColorType::Rgb8, extras);
    let path = folder.join("photo.jpg");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn shorter(side: u32) -> SizePolicy {
    SizePolicy::at_most(Some(side))
}

fn reduced(path: &Path, side: u32) -> Reduced {
    read_for(path, &Limits::default(), shorter(side)).unwrap()
}

/// The mean distance of two pictures' channels.
fn distance(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let off = a
        .rgb
        .iter()
        .zip(&b.rgb)
        .map(|(a, b)| f64::from(a.abs_diff(*b)));
    off.sum::<f64>() / a.rgb.len() as f64
}

#[test]
fn a_large_jpeg_is_decoded_smaller_and_looks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = photo(folder.path(), None);
    let whole = read(&path, &Limits::default()).unwrap();
    for (side, decoded) in [(60, (300, 150)), (150, (600, 300)), (300, (1200, 600))] {
        let small = reduced(&path, side);
        assert_eq!((small.width, small.height), (2400, 1200));
        assert_eq!((small.picture.width, small.picture.height), decoded);
        let scaled = |picture: &Picture| resize(picture.clone(), 2 * side, side);
        let off = distance(&scaled(&small.picture), &scaled(&whole));
        assert!(off < 1.5, "{side}: {off}");
    }
    // Not far enough below: every pixel counts.
    assert_eq!(reduced(&path, 301).picture, whole);
    assert_eq!(reduced(&path, 5000).picture, whole);
}

#[test]
fn a_photo_that_lies_is_turned_upright() {
    let folder = tempfile::tempdir().unwrap();
    let exif = super::decode::exif(6);
    let path = photo(folder.path(), Some(&exif));
    let small = reduced(&path, 300);
    assert_eq!((small.width, small.height), (1200, 2400));
    assert_eq!((small.picture.width, small.picture.height), (600, 1200));
}

#[test]
fn what_cannot_be_decoded_smaller_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let size = (1000, 800);
    let pixels = pattern(size.0, size.1).rgb;
    for format in ["png", "tiff"] {
        let path = folder.path().join(format);
        let extras = Extras::default();
        let bytes = file(format, &pixels, size, ExtendedColorType::Rgb8, extras);
        std::fs::write(&path, bytes).unwrap();
        let read = reduced(&path, 64);
        assert_eq!((read.picture.width, read.width), (1000, 1000));
    }
    // A broken one is as broken as it would be whole.
    let path = photo(folder.path(), None);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = read_for(&path, &Limits::default(), shorter(64)).unwrap_err();
    assert!(error.to_string().contains("photo.jpg"), "{error}");
}
