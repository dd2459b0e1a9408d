//! What a camera noted, in any container.

#![no_main]

use bpclip_core::image::exif;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.file"));

fuzz_target!(init: bpclip_fuzz::shield_others(), |bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    if let Some(noted) = exif(&FILE) {
        assert!(!noted.to_string().contains('\n'));
    }
});
