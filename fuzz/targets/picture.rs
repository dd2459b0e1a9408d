//! Pictures in all formats: a picture, or an error that names the file.

#![no_main]

use bpclip_core::image::{decode, dimensions};
use bpclip_fuzz::LIMITS;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.file"));

fuzz_target!(init: bpclip_fuzz::shield_others(), |bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    let size = dimensions(&FILE);
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
