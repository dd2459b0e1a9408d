//! HEIC, AVIF and JPEG XL on the way that every picture takes.

use bpclip_core::image::{ImageError, Limits, Note, Picture, dimensions, read, read_for};
use bpclip_core::image::{SizePolicy, is_picture_name};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new("crates/bpclip-codecs/tests/fixtures").join(name)
}

fn opened(name: &str) -> Picture {
    read(&fixture(name), &Limits::default()).unwrap()
}

#[test]
fn all_of_them_are_read_upright_at_the_size_that_is_said() {
    let mut count = 0;
    for entry in std::fs::read_dir(fixture("")).unwrap() {
        let path = entry.unwrap().path();
        let known = |extension| ["heic", "avif", "jxl"].iter().any(|k| *k == extension);
        if !path.extension().is_some_and(known) {
            continue;
        }
        assert!(is_picture_name(&path));
        let picture = read(&path, &Limits::default()).unwrap();
        let size = (picture.width, picture.height);
        assert_eq!(dimensions(&path).unwrap(), size, "{}", path.display());
        let policy = SizePolicy {
            shorter_side: Some(16),
            enlarge: false,
        };
        let reduced = read_for(&path, &Limits::default(), policy).unwrap();
        assert_eq!((reduced.width, reduced.height), size);
        count += 1;
    }
    assert!(count > 30, "{count}");
}

#[test]
fn samples_of_srgb_are_those_of_an_independent_decoder() {
    for name in ["lossless.heic", "lossless.avif", "lossless.jxl"] {
        let picture = opened(name);
        let expected = std::fs::read(fixture(&format!("{name}.raw"))).unwrap();
        let pairs = picture.rgb.iter().zip(&expected);
        assert_eq!(picture.rgb.len(), expected.len());
        assert!(pairs.clone().all(|(a, b)| a.abs_diff(*b) <= 1), "{name}");
        assert!(picture.notes.is_empty(), "{name}: {:?}", picture.notes);
    }
}

#[test]
fn what_was_done_is_noted() {
    let has = |name: &str, note: fn(&Note) -> bool| {
        let notes = opened(name).notes;
        assert!(notes.iter().any(note), "{name}: {notes:?}");
    };
    has("animated.avif", |note| *note == Note::FirstFrame);
    has("animated.jxl", |note| *note == Note::FirstFrame);
    has("10-bit.heic", |note| *note == Note::SixteenBits);
    has("alpha.heic", |note| *note == Note::AlphaOnGrey);
    has("pq-2020.heic", |note| *note == Note::HighRange("PQ".into()));
}

#[test]
fn what_is_cut_short_or_too_large_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["420.heic", "420.avif", "lossy.jxl", "container.jxl"] {
        let bytes = std::fs::read(fixture(name)).unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes[..bytes.len() * 2 / 3]).unwrap();
        let error = read(&path, &Limits::default()).unwrap_err();
        assert!(matches!(error, ImageError::Malformed { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");

        let few = Limits {
            max_pixels: 100,
            ..Limits::default()
        };
        let error = read(&fixture(name), &few).unwrap_err();
        assert!(matches!(error, ImageError::TooManyPixels { .. }), "{error}");
    }
}
