//! When a picture was taken.

#![no_main]

use bpclip::app::gallery::ranking::capture_time;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.file"));

fuzz_target!(|bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    capture_time(&FILE);
});
