//! Camera raw: the camera's own JPEG, told by content and turned as the raw file says.

use bpclip_core::image::{ImageError, Limits, Note, Picture, decode, dimensions, read};
use std::path::Path;

const COFFEE: &str = "assets/samples/coffee.jpg";

/// A DNG in little-endian TIFF: one directory that points to a JPEG, of this orientation.
pub fn dng(jpeg: &[u8], orientation: u32) -> Vec<u8> {
    const ENTRIES: u32 = 9;
    let make_at = 8 + 2 + 12 * ENTRIES + 4;
    let jpeg_at = make_at + 8;
    // Tag, type (2 text, 1 bytes, 3 short, 4 long), count, value or its place.
    let entries: [(u16, u16, u32, u32); ENTRIES as usize] = [
        (0x00fe, 4, 1, 1),
        (0x0100, 4, 1, 600),
        (0x0101, 4, 1, 400),
        (0x0103, 3, 1, 6),
        (0x010f, 2, 7, make_at),
        (0x0112, 3, 1, orientation),
        (0x0201, 4, 1, jpeg_at),
        (0x0202, 4, 1, jpeg.len() as u32),
        (0xc612, 1, 4, 0x0000_0401),
    ];
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((ENTRIES as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend(b"Camera\0\0");
    bytes.extend(jpeg);
    bytes
}

fn decoded(bytes: &[u8], name: &str) -> Result<Picture, ImageError> {
    decode(bytes, Path::new(name), &Limits::default())
}

#[test]
fn the_cameras_jpeg_is_read_upright_whatever_the_name() {
    let jpeg = std::fs::read(COFFEE).unwrap();
    let plain = decoded(&jpeg, COFFEE).unwrap();
    for name in ["a.dng", "a.tif", "a"] {
        let picture = decoded(&dng(&jpeg, 1), name).unwrap();
        assert_eq!(picture.rgb, plain.rgb, "{name}");
        let [Note::CameraPreview { width, height, .. }, ..] = &picture.notes[..] else {
            panic!("{:?}", picture.notes)
        };
        assert_eq!((*width, *height), (plain.width, plain.height));
    }
    // Orientation 6: the first row is the right-hand side.
    let turned = decoded(&dng(&jpeg, 6), "a.dng").unwrap();
    assert_eq!((turned.width, turned.height), (plain.height, plain.width));
    let pixel = |picture: &Picture, x: u32, y: u32| {
        let at = 3 * (y * picture.width + x) as usize;
        picture.rgb[at..at + 3].to_vec()
    };
    for (x, y) in [(0, 0), (10, 3), (plain.width - 1, plain.height - 1)] {
        assert_eq!(pixel(&turned, plain.height - 1 - y, x), pixel(&plain, x, y));
    }
}

#[test]
fn its_size_is_known_from_the_file_and_a_folder_lists_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shot.DNG");
    let jpeg = std::fs::read(COFFEE).unwrap();
    std::fs::write(&path, dng(&jpeg, 6)).unwrap();
    let picture = read(&path, &Limits::default()).unwrap();
    assert_eq!(dimensions(&path).unwrap(), (picture.width, picture.height));
    let listed: Vec<_> = bpclip_core::image::walk(folder.path(), false)
        .map(Result::unwrap)
        .collect();
    assert_eq!(listed, [path]);
}

#[test]
fn without_its_jpeg_it_is_refused_with_what_to_do() {
    let jpeg = std::fs::read(COFFEE).unwrap();
    let whole = dng(&jpeg, 1);
    for bytes in [
        &whole[..whole.len() - jpeg.len()],
        &whole[..whole.len() / 2],
    ] {
        let error = decoded(bytes, "cut.dng").unwrap_err();
        assert!(matches!(error, ImageError::CameraRaw { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("cut.dng: ") && text.contains("export a JPEG"),
            "{text}"
        );
    }
}

#[test]
fn a_note_says_where_the_jpeg_is_too_small() {
    let note = |width: u32, height: u32| {
        Note::CameraPreview {
            kind: "DNG".into(),
            width,
            height,
            sensor: Some((6016, 4016)),
        }
        .to_string()
    };
    assert_eq!(
        note(6000, 4000),
        "DNG: the camera's own JPEG of 6000x4000, the sensor has 6016x4016"
    );
    assert!(note(160, 120).ends_with("too small to judge the photograph by"));
}
