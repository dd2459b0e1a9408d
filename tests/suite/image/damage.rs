//! Files that are empty, too large, cut short, damaged or something else: an error that names them,
//! never a panic.

use super::files::{Extras, FORMATS, decode, file, fixture, pattern, pattern_file};
use ::image::ExtendedColorType;
use bpclip_core::image::{ImageError, Limits, dimensions, read};
use proptest::prelude::*;
use std::path::Path;

fn named(error: &ImageError) -> bool {
    error.to_string().contains("some.file")
}

#[test]
fn nothing_is_no_picture() {
    assert!(matches!(decode(&[]), Err(error @ ImageError::Empty { .. }) if named(&error)));
    assert!(
        matches!(decode(b"hello"), Err(error @ ImageError::UnknownFormat { .. }) if named(&error))
    );
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
    assert!(matches!(decode(heic), Err(error @ ImageError::Malformed { .. }) if named(&error)));
    assert!(matches!(
        decode(b"P6 1 1 255 abc"),
        Err(ImageError::Unsupported { .. })
    ));
}

#[test]
fn a_name_makes_no_camera_raw() {
    let plain = pattern_file("tiff", 16, 16);
    let picture = bpclip_core::image::decode(&plain, Path::new("shot.NEF"), &Limits::default());
    assert!(picture.unwrap().notes.is_empty());
}

#[test]
fn what_is_not_a_file_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.png");
    std::fs::write(&empty, []).unwrap();
    for path in [folder.path(), &folder.path().join("missing.png"), &empty] {
        for error in [
            read(path, &Limits::default()).unwrap_err(),
            dimensions(path).unwrap_err(),
        ] {
            assert!(
                error.to_string().contains(path.to_str().unwrap()),
                "{error}"
            );
        }
    }
}

#[test]
fn limits_are_kept() {
    let origin = Path::new("some.file");
    for format in FORMATS {
        let bytes = pattern_file(format, 40, 30);
        let with = |limits: Limits| bpclip_core::image::decode(&bytes, origin, &limits);
        assert!(
            with(Limits {
                max_pixels: 1200,
                ..Limits::default()
            })
            .is_ok(),
            "{format}"
        );
        let error = with(Limits {
            max_pixels: 1199,
            ..Limits::default()
        })
        .unwrap_err();
        assert!(
            matches!(
                error,
                ImageError::TooManyPixels {
                    width: 40,
                    height: 30,
                    limit: 1199,
                    ..
                }
            ),
            "{error}"
        );
        let error = with(Limits {
            max_memory: 5000,
            ..Limits::default()
        })
        .unwrap_err();
        assert!(
            matches!(error, ImageError::TooMuchMemory { limit: 5000, .. }),
            "{error}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.file");
    std::fs::write(&path, [0; 100]).unwrap();
    let error = read(
        &path,
        &Limits {
            max_file_bytes: 99,
            ..Limits::default()
        },
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            ImageError::TooManyBytes {
                bytes: 100,
                limit: 99,
                ..
            }
        ) && named(&error)
    );
}

/// An orientation between the scans of a progressive file, where none belongs, would turn the
/// picture but not the size that was read from the header.
#[test]
fn what_stands_between_the_scans_turns_nothing() {
    let plain = fixture("progressive.jpg");
    let exif =
        b"\xFF\xE1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let with_exif_at = |at: usize| {
        let bytes = [&plain[..at], exif, &plain[at..]].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.jpg");
        std::fs::write(&path, &bytes).unwrap();
        let picture = decode(&bytes).unwrap();
        assert_eq!(dimensions(&path).unwrap(), (picture.width, picture.height));
        (picture.width, picture.height)
    };
    let (width, height) = with_exif_at(2);
    let scan = plain
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    let next = plain[scan + 2..]
        .windows(2)
        .position(|pair| pair[0] == 0xFF && pair[1] != 0)
        .unwrap();
    assert_eq!(with_exif_at(scan + 2 + next), (height, width));
    assert_ne!(width, height);
}

/// Files of the system's own have no length that anybody could look at first, as one that grows
/// has a wrong one.
#[test]
#[cfg(target_os = "linux")]
fn what_is_longer_than_it_says_is_held_to_the_limit() {
    let limits = Limits {
        max_file_bytes: 100,
        ..Limits::default()
    };
    let error = read(Path::new("/proc/self/status"), &limits).unwrap_err();
    assert!(
        matches!(error, ImageError::TooManyBytes { limit: 100, .. }),
        "{error}"
    );
}

#[test]
fn a_header_alone_is_enough_to_refuse() {
    // 65,535 by 65,535 pixels, in two dozen bytes.
    let mut gif = b"GIF89a\xFF\xFF\xFF\xFF\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02".to_vec();
    assert!(matches!(
        decode(&gif),
        Err(ImageError::TooManyPixels { .. })
    ));
    gif.truncate(10);
    assert!(decode(&gif).is_err());
    let mut png = pattern_file("png", 8, 8);
    png[16..24].copy_from_slice(&[0x00, 0x0F, 0x42, 0x40, 0x00, 0x0F, 0x42, 0x40]);
    assert!(matches!(
        decode(&png),
        Err(ImageError::TooManyPixels { .. })
    ));
    png[16..24].copy_from_slice(&[0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]);
    assert!(matches!(
        decode(&png),
        Err(ImageError::TooManyPixels { .. })
    ));
}

/// A part of a picture must never pass for the whole. What is missing may be a trailer that holds
/// no pixels.
#[test]
fn a_file_cut_short_is_an_error_or_all_there() {
    let mut files: Vec<Vec<u8>> = FORMATS
        .iter()
        .map(|format| pattern_file(format, 24, 18))
        .collect();
    files.extend(["baseline.jpg", "progressive.jpg", "cmyk.jpg", "ycck.jpg"].map(fixture));
    for bytes in files {
        let whole = decode(&bytes).unwrap();
        let is_jpeg = bytes.starts_with(&[0xFF, 0xD8]);
        for length in 0..bytes.len() {
            match decode(&bytes[..length]) {
                Ok(part) => assert!(
                    !is_jpeg && part == whole && length + 16 >= bytes.len(),
                    "{length} of {}",
                    bytes.len()
                ),
                Err(error) => assert!(named(&error), "{error}"),
            }
        }
        // What follows the end is no matter.
        assert_eq!(
            decode(&[bytes.as_slice(), b"padding"].concat()).unwrap(),
            whole
        );
    }
}

fn files() -> Vec<Vec<u8>> {
    let plain = FORMATS.map(|format| pattern_file(format, 24, 18));
    let profile = fixture("display-p3.icc");
    let extras = Extras {
        profile: Some(&profile),
        ..Extras::default()
    };
    let converted = file(
        "tiff",
        &pattern(24, 18).rgb,
        (24, 18),
        ExtendedColorType::Rgb8,
        extras,
    );
    let jpegs = ["progressive.jpg", "cmyk-profile.jpg", "ycck.jpg"].map(fixture);
    plain.into_iter().chain(jpegs).chain([converted]).collect()
}

fn is_sound(bytes: &[u8]) -> bool {
    match decode(bytes) {
        Ok(picture) => {
            let pixels = picture.width as usize * picture.height as usize;
            pixels > 0 && picture.rgb.len() == 3 * pixels
        }
        Err(error) => named(&error),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_bytes_are_survived(
        kind in 0usize..10,
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let start = &files()[kind];
        prop_assert!(is_sound(&bytes));
        prop_assert!(is_sound(&[&start[..bytes.len().min(12)], &bytes].concat()));
    }

    #[test]
    fn flipped_bits_are_survived(
        kind in 0usize..10,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..12),
    ) {
        let mut bytes = files().swap_remove(kind);
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        prop_assert!(is_sound(&bytes));
    }
}

/// The frame and the end marker are there; what lies between is not, or is no picture. Decoders paint
/// such parts grey or at random.
#[test]
fn data_that_is_missing_or_corrupt_before_an_end_marker_is_an_error() {
    let reduced = bpclip_core::image::SizePolicy {
        shorter_side: Some(16),
        enlarge: false,
    };
    for name in ["cut-half-eoi.jpg", "zeroblock.jpg"] {
        let path = Path::new("tests/fixtures/damage").join(name);
        let whole = read(&path, &Limits::default()).map(|_| ());
        let small = bpclip_core::image::read_for(&path, &Limits::default(), reduced).map(|_| ());
        for error in [whole.unwrap_err(), small.unwrap_err()] {
            assert!(matches!(error, ImageError::Malformed { .. }), "{error}");
            assert!(error.to_string().contains(name), "{error}");
        }
    }
    for name in ["baseline.jpg", "progressive.jpg"] {
        let bytes = fixture(name);
        let scan = bytes
            .windows(2)
            .position(|pair| pair == [0xFF, 0xDA])
            .unwrap();
        let middle = scan + (bytes.len() - scan) / 3;
        let cut = [&bytes[..middle], &[0xFF, 0xD9]].concat();
        assert!(decode(&bytes).is_ok(), "{name}");
        let error = decode(&cut).unwrap_err();
        assert!(matches!(error, ImageError::Malformed { .. }), "{error}");
    }
}

/// A file without its last part, and with an end as a whole one has: whoever looks only there takes
/// it for whole.
fn cut_with_an_end(format: &str, bytes: &[u8], keep: usize) -> Vec<u8> {
    let mut cut = bytes[..keep].to_vec();
    match format {
        "jpeg" => cut.extend([0xFF, 0xD9]),
        "gif" => cut.extend([0, 0x3B]),
        "png" => cut.extend(b"\0\0\0\0IEND\xAE\x42\x60\x82"),
        "webp" => {
            cut.truncate(keep / 2 * 2);
            let length = cut.len() as u32;
            cut[4..8].copy_from_slice(&(length - 8).to_le_bytes());
            cut[16..20].copy_from_slice(&(length - 20).to_le_bytes());
        }
        // A bitmap has no end of its own, and a TIFF's directory may stand anywhere.
        _ => {}
    }
    cut
}

#[test]
fn what_is_cut_is_an_error_whatever_stands_at_the_end() {
    for format in FORMATS {
        let bytes = pattern_file(format, 120, 80);
        for part in 4..10 {
            let cut = cut_with_an_end(format, &bytes, bytes.len() * part / 10);
            assert!(decode(&cut).is_err(), "{format} cut to {part} tenths");
        }
    }
}

/// A flipped bit is noticed where a format has sums: in a PNG always.
#[test]
fn a_flipped_bit_of_a_png_is_an_error() {
    let bytes = pattern_file("png", 120, 80);
    let data = bytes.windows(4).position(|kind| kind == b"IDAT").unwrap() + 4;
    let end = bytes.len() - 16;
    for at in (data..end).step_by((end - data) / 40 + 1) {
        for bit in [0, 3, 7] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(decode(&flipped).is_err(), "byte {at}, bit {bit}");
        }
    }
}
