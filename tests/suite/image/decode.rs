//! Every format, orientation, depth and alpha.

use super::files::{
    Extras, FORMATS, assert_close, colours, decode, expected, file, fixture, pattern, pattern_file,
};
use ::image::codecs::gif::GifEncoder;
use ::image::{ExtendedColorType, Frame, RgbaImage};
use bpclip_core::image::{Limits, Note, dimensions, is_picture_name, read};
use std::path::Path;

#[test]
fn every_format_is_read_by_its_content() {
    let picture = pattern(53, 31);
    for format in FORMATS {
        let found = decode(&pattern_file(format, 53, 31)).unwrap();
        assert_eq!(
            (found.width, found.height, found.notes),
            (53, 31, Vec::new()),
            "{format}"
        );
        assert_close(
            &found.rgb,
            &picture.rgb,
            if format == "jpeg" { 3 } else { 0 },
        );
    }
}

#[test]
fn a_file_on_disk_is_read_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        // The name says nothing.
        let path = folder.path().join("picture.txt");
        std::fs::write(&path, pattern_file(format, 53, 31)).unwrap();
        assert_eq!(dimensions(&path).unwrap(), (53, 31), "{format}");
        assert_eq!(
            read(&path, &Limits::default()).unwrap().width,
            53,
            "{format}"
        );
    }
}

#[test]
fn baseline_and_progressive_jpeg_agree_with_libjpeg() {
    let baseline = decode(&fixture("baseline.jpg")).unwrap();
    assert_eq!(baseline, decode(&fixture("progressive.jpg")).unwrap());
    // The two libraries enlarge the colour planes by slightly different filters.
    assert_close(&baseline.rgb, &colours(&expected()["baseline"]), 8);
}

#[test]
fn grey_is_read_as_three_equal_channels() {
    let grey: Vec<u8> = (0..=255).collect();
    for format in ["jpeg", "png", "tiff", "bmp"] {
        let found = decode(&file(
            format,
            &grey,
            (16, 16),
            ExtendedColorType::L8,
            Extras::default(),
        ))
        .unwrap();
        let expected: Vec<u8> = grey.iter().flat_map(|v| [*v; 3]).collect();
        assert_close(&found.rgb, &expected, if format == "jpeg" { 2 } else { 0 });
        assert!(found.notes.is_empty());
    }
}

#[test]
fn all_orientations_are_made_upright() {
    let (width, height) = (40, 24);
    let stored = pattern(width, height);
    let pixel = |x: u32, y: u32| {
        let at = (y * width + x) as usize * 3;
        <[u8; 3]>::try_from(&stored.rgb[at..at + 3]).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    for orientation in 1..=8 {
        // Where the pixel shown at x, y is stored: EXIF 2.32, table 6.
        let (shown_width, shown_height) = if orientation < 5 {
            (width, height)
        } else {
            (height, width)
        };
        let upright: Vec<u8> = (0..shown_height)
            .flat_map(|y| (0..shown_width).map(move |x| (x, y)))
            .flat_map(|(x, y)| match orientation {
                1 => pixel(x, y),
                2 => pixel(width - 1 - x, y),
                3 => pixel(width - 1 - x, height - 1 - y),
                4 => pixel(x, height - 1 - y),
                5 => pixel(y, x),
                6 => pixel(y, height - 1 - x),
                7 => pixel(width - 1 - y, height - 1 - x),
                _ => pixel(width - 1 - y, x),
            })
            .collect();
        let prefixed = [b"Exif\0\0", exif(orientation).as_slice()].concat();
        let files = [
            ("jpeg", exif(orientation)),
            ("png", exif(orientation)),
            ("webp", exif(orientation)),
            ("webp", prefixed),
        ]
        .map(|(format, exif)| {
            let extras = Extras {
                exif: Some(&exif),
                ..Extras::default()
            };
            (
                format,
                file(
                    format,
                    &stored.rgb,
                    (width, height),
                    ExtendedColorType::Rgb8,
                    extras,
                ),
            )
        });
        for (format, bytes) in files
            .into_iter()
            .chain([("tiff", tiff(&stored.rgb, (width, height), 2, orientation))])
        {
            let found = decode(&bytes).unwrap();
            assert_eq!(
                (found.width, found.height),
                (shown_width, shown_height),
                "{format} {orientation}"
            );
            assert_close(&found.rgb, &upright, if format == "jpeg" { 3 } else { 0 });
            let path = folder.path().join("turned");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(
                dimensions(&path).unwrap(),
                (shown_width, shown_height),
                "{format} {orientation}"
            );
        }
    }
}

#[test]
fn sixteen_bits_are_rounded() {
    let levels: Vec<u16> = (0..=u16::MAX).collect();
    let bytes: Vec<u8> = levels.iter().flat_map(|v| v.to_ne_bytes()).collect();
    for format in ["png", "tiff"] {
        let found = decode(&file(
            format,
            &bytes,
            (256, 256),
            ExtendedColorType::L16,
            Extras::default(),
        ))
        .unwrap();
        assert_eq!(found.notes, [Note::SixteenBits]);
        let expected = levels
            .iter()
            .flat_map(|v| [(f64::from(*v) / 257.0).round() as u8; 3]);
        assert!(found.rgb.iter().copied().eq(expected), "{format}");
    }
}

#[test]
fn alpha_is_composed_on_mid_grey() {
    let pixels = [
        200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 128, 255, 255, 255, 51,
    ];
    let expected = [200, 100, 0, 128, 128, 128, 164, 114, 64, 153, 153, 153];
    for format in ["png", "tiff", "webp", "bmp"] {
        let found = decode(&file(
            format,
            &pixels,
            (4, 1),
            ExtendedColorType::Rgba8,
            Extras::default(),
        ))
        .unwrap();
        assert_eq!(
            (found.rgb, found.notes),
            (expected.to_vec(), vec![Note::AlphaOnGrey]),
            "{format}"
        );
    }
    let wide: Vec<u8> = pixels
        .iter()
        .flat_map(|v| (u16::from(*v) * 257).to_ne_bytes())
        .collect();
    let found = decode(&file(
        "png",
        &wide,
        (4, 1),
        ExtendedColorType::Rgba16,
        Extras::default(),
    ))
    .unwrap();
    assert_eq!(
        (found.rgb, found.notes),
        (
            expected.to_vec(),
            vec![Note::AlphaOnGrey, Note::SixteenBits]
        )
    );
    let grey = file(
        "png",
        &[200, 255, 200, 0, 0, 51],
        (3, 1),
        ExtendedColorType::La8,
        Extras::default(),
    );
    assert_eq!(
        decode(&grey).unwrap().rgb,
        [200, 200, 200, 128, 128, 128, 102, 102, 102]
    );
}

#[test]
fn opaque_alpha_is_not_worth_a_note() {
    let pixels = [200, 100, 0, 255, 1, 2, 3, 255];
    let found = decode(&file(
        "png",
        &pixels,
        (2, 1),
        ExtendedColorType::Rgba8,
        Extras::default(),
    ))
    .unwrap();
    assert_eq!(
        (found.rgb, found.notes),
        (vec![200, 100, 0, 1, 2, 3], Vec::new())
    );
}

#[test]
fn an_animation_gives_its_first_frame() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    let frame = |colour: [u8; 4]| Frame::new(RgbaImage::from_pixel(2, 1, ::image::Rgba(colour)));
    encoder
        .encode_frames([frame([250, 0, 0, 255]), frame([0, 0, 250, 255])])
        .unwrap();
    drop(encoder);
    let found = decode(&bytes).unwrap();
    assert_eq!(
        (found.rgb, found.notes),
        (vec![250, 0, 0, 250, 0, 0], vec![Note::FirstFrame])
    );
}

#[test]
fn names_of_pictures() {
    for name in [
        "a.jpg",
        "b.JPEG",
        "c.jpe",
        "d.Png",
        "e.tif",
        "f.tiff",
        "g.webp",
        "h.bmp",
        "i.gif",
        "j.nef",
        "k.CR3",
        "l.HEIC",
        "m.avif",
        "n.jxl",
        "dir.txt/a.jpg",
    ] {
        assert!(is_picture_name(Path::new(name)), "{name}");
    }
    for name in [
        "a",
        "jpg",
        ".jpg",
        "a.txt",
        "a.jpg.txt",
        "a.mov",
        "dir.jpg/a",
    ] {
        assert!(!is_picture_name(Path::new(name)), "{name}");
    }
}

/// An EXIF block of one entry.
pub fn exif(orientation: u16) -> Vec<u8> {
    let [high, low] = orientation.to_be_bytes();
    [
        b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".as_slice(),
        &[high, low, 0, 0],
        &[0; 4],
    ]
    .concat()
}

/// An uncompressed 8-bit TIFF with an orientation; `photometric` 2 is RGB, 5 CMYK.
pub fn tiff(
    pixels: &[u8],
    (width, height): (u32, u32),
    photometric: u16,
    orientation: u16,
) -> Vec<u8> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    let samples = pixels.len() as u32 / (width * height);
    let pixels_at = 8 + 2 + 12 * 10 + 4;
    let depths_at = pixels_at + pixels.len() as u32;
    let entries = [
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, samples, depths_at),
        (259, SHORT, 1, 1),
        (262, SHORT, 1, photometric.into()),
        (273, LONG, 1, pixels_at),
        (274, SHORT, 1, orientation.into()),
        (277, SHORT, 1, samples),
        (278, LONG, 1, height),
        (279, LONG, 1, pixels.len() as u32),
    ];
    let mut bytes = b"II\x2A\0\x08\0\0\0\x0A\0".to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend([u16::to_le_bytes(tag), kind.to_le_bytes()].concat());
        bytes.extend([u32::to_le_bytes(count), value.to_le_bytes()].concat());
    }
    bytes.extend([0; 4]);
    bytes.extend(pixels);
    bytes.extend((0..samples).flat_map(|_| 8u16.to_le_bytes()));
    bytes
}
