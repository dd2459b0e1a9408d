//! Colour profiles, within a bitmap of two pixels: used, or left out with a note.

#![no_main]

use bpclip_core::image::{Limits, decode};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(init: bpclip_fuzz::shield_others(), |profile: &[u8]| {
    let bytes = bitmap(profile);
    match decode(&bytes, Path::new("some.bmp"), &Limits::default()) {
        Ok(picture) => assert_eq!((picture.rgb.len(), picture.width), (6, 2)),
        // The profile's reader gave up, and not with an error.
        Err(error) => assert!(error.to_string().contains("gave up"), "{error}"),
    }
});

/// A bitmap with a BITMAPV5HEADER.
fn bitmap(profile: &[u8]) -> Vec<u8> {
    const HEADER: u32 = 124;
    let mut header = vec![0; HEADER as usize];
    let values = [
        (0, HEADER),
        (4, 2),
        (8, 1),
        (12, 1 | 32 << 16),
        (16, 3),
        (40, 0xff_0000),
        (44, 0xff00),
        (48, 0xff),
        (52, 0xff00_0000),
        (112, HEADER + 8),
        (116, profile.len() as u32),
    ];
    for (at, value) in values {
        header[at..at + 4].copy_from_slice(&u32::to_le_bytes(value));
    }
    header[56..60].copy_from_slice(b"DEBM");
    let mut bytes = b"BM".to_vec();
    bytes.extend((14 + HEADER + 8 + profile.len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend((14 + HEADER).to_le_bytes());
    bytes.extend(header);
    bytes.extend([10, 120, 250, 255, 0, 0, 0, 255]);
    bytes.extend(profile);
    bytes
}
