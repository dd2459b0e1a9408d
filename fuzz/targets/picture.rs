//! Pictures in all formats: a picture, or an error that names the file.

#![no_main]

use bpclip::app::gallery::ranking::capture_time;
use bpclip_core::image::{Limits, decode, dimensions};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

const LIMITS: Limits = Limits {
    max_file_bytes: 1 << 20,
    max_pixels: 1 << 14,
    max_memory: 1 << 20,
};

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.file"));

fuzz_target!(init: bpclip_fuzz::shield_others(), |bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    let size = dimensions(&FILE);
    capture_time(&FILE);
    match decode(bytes, &FILE, &LIMITS) {
        Ok(picture) => {
            let pixels = picture.width as usize * picture.height as usize;
            assert!(pixels as u64 <= LIMITS.max_pixels);
            assert_eq!(picture.rgb.len(), pixels * 3);
            assert_eq!(size.expect("a header"), (picture.width, picture.height));
        }
        Err(error) => assert!(error.to_string().contains("some.file"), "{error}"),
    }
});
