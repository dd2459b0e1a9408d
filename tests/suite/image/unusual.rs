//! Files that are written as few programs do: what other readers make of them. The means are of
//! Pillow's decode, in a grid of 8 x 6 (`tests/fixtures/jpeg/means.json`).

use bpclip_core::image::{Limits, Picture, dimensions, read};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Expected {
    width: u32,
    height: u32,
    means: Vec<f64>,
}

/// The means of red, green and blue of each cell of a grid of 8 x 6.
fn means(picture: &Picture) -> Vec<f64> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut means = Vec::new();
    for row in 0..6 {
        for column in 0..8 {
            for channel in 0..3 {
                let (mut sum, mut count) = (0.0, 0.0);
                for y in row * height / 6..(row + 1) * height / 6 {
                    for x in column * width / 8..(column + 1) * width / 8 {
                        sum += f64::from(picture.rgb[3 * (y * width + x) + channel]);
                        count += 1.0;
                    }
                }
                means.push(sum / count);
            }
        }
    }
    means
}

#[test]
fn scans_samplings_turns_and_pages_are_as_others_read_them() {
    let text = std::fs::read_to_string("tests/fixtures/jpeg/means.json").unwrap();
    let mut expected: BTreeMap<String, Expected> = serde_json::from_str(&text).unwrap();
    // The bytes between its markers belong to nothing: it shows what the plain one does.
    let plain = serde_json::from_str::<BTreeMap<String, Expected>>(&text)
        .unwrap()
        .remove("jpeg/ni1-2x2.jpg")
        .unwrap();
    expected.insert("jpeg/junk-between.jpg".into(), plain);
    assert_eq!(expected.len(), 8);
    for (name, expected) in expected {
        let path = Path::new("tests/fixtures").join(&name);
        let picture = read(&path, &Limits::default()).unwrap();
        let size = (expected.width, expected.height);
        assert_eq!((picture.width, picture.height), size, "{name}");
        assert_eq!(dimensions(&path).unwrap(), size, "{name}");
        let off = means(&picture)
            .iter()
            .zip(&expected.means)
            .map(|(found, expected)| (found - expected).abs())
            .fold(0.0, f64::max);
        assert!(off < 2.0, "{name} is off by {off}");
    }
}

/// The directory of a TIFF of 64 x 64 pixels with these short numbers.
fn tiff_of(more: &[(u16, u16)]) -> Vec<u8> {
    let mut entries = vec![(0x0100, 64), (0x0101, 64)];
    entries.extend(more);
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, value) in entries {
        for number in [tag, 3, 1, 0, value, 0] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes
}

/// The headers of a BMP: the second one's length, bits a pixel, compression.
fn bmp_of(length: u32, bits: u16, compression: u32) -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    bytes.extend([0; 12]);
    bytes.extend(length.to_le_bytes());
    bytes.extend([64, 0, 0, 0, 64, 0, 0, 0, 1, 0]);
    bytes.extend(bits.to_le_bytes());
    bytes.extend(compression.to_le_bytes());
    bytes.resize(14 + 64, 0);
    bytes
}

#[test]
fn a_kind_that_is_not_read_is_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let fixture = |name: &str| Path::new("tests/fixtures/jpeg").join(name);
    let tiff = |name: &str| Path::new("tests/fixtures/tiff").join(name);
    for (path, says) in [
        (fixture("arith.jpg"), "arithmetic coding is not read"),
        (fixture("j12.jpg"), "more than 8 bits a channel is not read"),
        (fixture("jls.jpg"), "JPEG-LS is not read"),
        (fixture("lossless.jpg"), "lossless JPEG is not read"),
        (
            made("4.tif", &tiff_of(&[(0x0102, 4), (0x0106, 3)])),
            "a TIFF with a palette of other than 256 colours is not read",
        ),
        (tiff("t-planar-tile.tif"), "a plane a channel, in tiles"),
        (tiff("t-jpeg-YCBCR-420.tif"), "luma and chroma is not read"),
        (made("a.psd", b"8BPS\0\x01"), "a Photoshop file is not read"),
        (
            made("a.jp2", b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a"),
            "JPEG 2000 is not read",
        ),
        (
            made("a.exr", b"\x76\x2f\x31\x01\x02\0\0\0"),
            "OpenEXR is not read",
        ),
        (
            made("gray12.tif", &tiff_of(&[(0x0102, 12), (0x0106, 1)])),
            "a TIFF of 12 bits a channel is not read",
        ),
        (
            made(
                "signed.tif",
                &tiff_of(&[(0x0102, 8), (0x0106, 1), (0x0153, 2)]),
            ),
            "a TIFF of signed numbers is not read",
        ),
        (
            made(
                "half.tif",
                &tiff_of(&[(0x0102, 16), (0x0106, 1), (0x0153, 3)]),
            ),
            "floating-point samples have no agreed brightness",
        ),
        (
            made(
                "fax.tif",
                &tiff_of(&[(0x0102, 1), (0x0103, 3), (0x0106, 0)]),
            ),
            "CCITT Group 3) is not read",
        ),
        (
            made("os2.bmp", &bmp_of(64, 8, 0)),
            "a BMP of OS/2 2.0 is not read",
        ),
        (
            made("jpeg.bmp", &bmp_of(40, 0, 4)),
            "a BMP that holds a JPEG is not read",
        ),
        (
            made("deep.bmp", &bmp_of(40, 64, 0)),
            "a BMP of 64 bits a pixel is not read",
        ),
        (
            made("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
            "a video is not read",
        ),
    ] {
        let said = read(&path, &Limits::default()).unwrap_err().to_string();
        assert!(said.contains(says), "{said}");
        assert!(!said.contains("damaged"), "{said}");
    }
}

#[test]
fn the_inks_of_a_tiff_go_through_its_profile() {
    let path = Path::new("tests/fixtures/tiff/t-cmyk-icc.tif");
    let picture = read(path, &Limits::default()).unwrap();
    assert_eq!((picture.width, picture.height), (240, 161));
    // By LittleCMS, relative colorimetric.
    for (x, y, expected) in [
        (0, 0, [47, 35, 22]),
        (120, 80, [251, 249, 248]),
        (30, 100, [161, 96, 57]),
    ] {
        let at = 3 * (y * 240 + x);
        let found = &picture.rgb[at..at + 3];
        let off = found
            .iter()
            .zip(expected)
            .map(|(a, b): (_, u8)| a.abs_diff(b));
        assert!(off.max().unwrap() <= 4, "{found:?} for {expected:?}");
    }
    assert!(picture.notes[0].to_string().contains("converted to sRGB"));
}

/// A PNG of one grey level with a chunk put in after its header, or before its end.
fn png_with(folder: &Path, kind: &[u8; 4], data: &[u8], after_pixels: bool) -> std::path::PathBuf {
    let picture = Picture {
        width: 70,
        height: 90,
        rgb: vec![128; 3 * 70 * 90],
        notes: Vec::new(),
    };
    let name = String::from_utf8_lossy(kind).into_owned();
    let path = folder.join(format!("{name}-{}.png", data.len() + usize::from(data[1])));
    bpclip_core::image::write_png(&picture, &path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend(crc(&chunk[4..]).to_be_bytes());
    let at = if after_pixels { bytes.len() - 12 } else { 33 };
    bytes.splice(at..at, chunk);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The check of a chunk (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => 0xedb8_8320 ^ (crc >> 1),
            _ => crc >> 1,
        })
    };
    !bytes.iter().fold(!0, step)
}

#[test]
fn colours_and_turns_that_a_png_tells_by_numbers_count() {
    let folder = tempfile::tempdir().unwrap();
    let png = |kind: &[u8; 4], data: &[u8], after: bool| png_with(folder.path(), kind, data, after);
    let read = |path: &Path| read(path, &Limits::default());

    // Linear light of half is 188 in sRGB.
    let linear = read(&png(b"gAMA", &100_000_u32.to_be_bytes(), false)).unwrap();
    assert!(
        (i32::from(linear.rgb[0]) - 188).abs() <= 1,
        "{}",
        linear.rgb[0]
    );
    assert_eq!(linear.notes.len(), 1, "{:?}", linear.notes);
    let usual = read(&png(b"gAMA", &45_455_u32.to_be_bytes(), false)).unwrap();
    assert_eq!((usual.rgb[0], usual.notes.len()), (128, 0));
    // Greys are the same in Display P3, but it is said.
    let wide = read(&png(b"cICP", &[12, 13, 0, 1], false)).unwrap();
    assert!((i32::from(wide.rgb[0]) - 128).abs() <= 1);
    assert_eq!(
        wide.notes[0].to_string(),
        "colours converted to sRGB from Display P3"
    );
    // By hand from ITU-R BT.2100, white at 203 cd/m²: 94.1 cd/m² in PQ, 51.2 in HLG.
    for (transfer, name, level) in [(16, "PQ", 181), (18, "HLG", 137)] {
        let range = read(&png(b"cICP", &[9, transfer, 0, 1], false)).unwrap();
        assert!(
            (i32::from(range.rgb[0]) - level).abs() <= 1,
            "{name}: {}",
            range.rgb[0]
        );
        let said = range.notes[0].to_string();
        assert!(
            said.contains("dynamic range") && said.contains(name),
            "{said}"
        );
    }
    // Orientation 6 in Exif that follows the pixels.
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let path = png(b"eXIf", exif, true);
    let turned = read(&path).unwrap();
    assert_eq!((turned.width, turned.height), (90, 70));
    assert_eq!(dimensions(&path).unwrap(), (90, 70));
}

#[test]
fn a_gain_map_that_is_left_out_is_said() {
    let plain = std::fs::read("tests/fixtures/baseline.jpg").unwrap();
    let said = b"http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\"/>";
    let length = (said.len() as u16 + 2).to_be_bytes();
    let with = [&plain[..2], &[0xff, 0xe1], &length, said, &plain[2..]].concat();
    let notes = |bytes: &[u8]| {
        let origin = Path::new("a.jpg");
        let picture = bpclip_core::image::decode(bytes, origin, &Limits::default()).unwrap();
        picture
            .notes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(notes(&plain), Vec::<String>::new());
    assert_eq!(notes(&with), ["gain map for high dynamic range left out"]);
}
