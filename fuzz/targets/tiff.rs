//! TIFF, whose directory is put together from what matters: tags that are read, with values that may
//! be. Below it lies whatever is left of the bytes.

#![no_main]

use bpclip_core::image::{decode, exif};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.tif"));

/// Tags, each with a kind and with values that mean something.
const TAGS: [(u16, u16, &[u32]); 26] = [
    (0x00fe, 4, &[0, 1, 2]),
    (0x0100, 4, &[1, 2, 16, 17, 128, 65_535, u32::MAX]),
    (0x0101, 4, &[1, 2, 16, 17, 128, 65_535, u32::MAX]),
    (0x0102, 3, &[1, 8, 16, 32]),
    (0x0103, 3, &[1, 2, 3, 4, 5, 6, 7, 8, 32_773, 32_946, 50_000]),
    (0x0106, 3, &[0, 1, 2, 3, 5, 6, 8]),
    (0x010a, 3, &[1, 2]),
    (0x0111, 4, &[8, 200, 300, 1000]),
    (0x0112, 3, &[1, 3, 6, 8, 9]),
    (0x0115, 3, &[1, 2, 3, 4, 5]),
    (0x0116, 4, &[0, 1, 16, 128, u32::MAX]),
    (0x0117, 4, &[0, 1, 100, 1000, u32::MAX]),
    (0x011c, 3, &[1, 2]),
    (0x013d, 3, &[1, 2, 3]),
    (0x0140, 3, &[0, 1]),
    (0x0142, 4, &[0, 1, 16, 128]),
    (0x0143, 4, &[0, 1, 16, 128]),
    (0x0144, 4, &[8, 200, 300]),
    (0x0145, 4, &[0, 100, 1000]),
    (0x014a, 4, &[8, 100, 200]),
    (0x0152, 3, &[0, 1, 2]),
    (0x0153, 3, &[1, 2, 3, 4]),
    (0x015b, 7, &[200, 300]),
    (0x8769, 4, &[8, 100, 200, 300]),
    (0x8773, 7, &[200, 300]),
    (0x9003, 2, &[200, 300]),
];

fuzz_target!(init: bpclip_fuzz::shield_others(), |bytes: &[u8]| {
    let Ok(file) = file(&mut Unstructured::new(bytes)) else {
        return;
    };
    std::fs::write(&*FILE, &file).expect("room");
    exif(&FILE);
    match decode(&file, &FILE, &bpclip_fuzz::LIMITS) {
        Ok(picture) => {
            let pixels = picture.width as usize * picture.height as usize;
            assert_eq!(picture.rgb.len(), pixels * 3);
        }
        Err(error) => assert!(error.to_string().contains("some.tif"), "{error}"),
    }
});

fn file(of: &mut Unstructured) -> Result<Vec<u8>> {
    let little: bool = of.arbitrary()?;
    let mut bytes = if little { b"II*\0" } else { b"MM\0*" }.to_vec();
    let short = |value: u16| {
        if little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    };
    let long = |value: u32| {
        if little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    };
    bytes.extend(long(8));
    for directories in (0..of.int_in_range(1..=3)?).rev() {
        let count: u16 = of.int_in_range(0..=24)?;
        bytes.extend(short(count));
        for _ in 0..count {
            let (tag, kind, values) = *of.choose(&TAGS)?;
            let kind = if of.ratio(1, 12)? {
                of.int_in_range(0..=18)?
            } else {
                kind
            };
            let count = if of.ratio(1, 6)? {
                of.arbitrary()?
            } else {
                *of.choose(&[1, 1, 1, 2, 3, 4])?
            };
            let value: u32 = if of.ratio(1, 6)? {
                of.arbitrary()?
            } else {
                *of.choose(values)?
            };
            bytes.extend(short(tag));
            bytes.extend(short(kind));
            bytes.extend(long(count));
            // A short number stands at the beginning of its place.
            let place = match (kind, u16::try_from(value)) {
                (3, Ok(value)) => [short(value), short(value)].concat(),
                _ => long(value).to_vec(),
            };
            bytes.extend(place);
        }
        let next = if directories > 0 {
            bytes.len() as u32 + 4
        } else {
            0
        };
        bytes.extend(long(next));
    }
    bytes.extend(of.bytes(of.len())?);
    Ok(bytes)
}
