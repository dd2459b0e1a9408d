//! PyTorch's own files: archives, and the streams from before them.

#![no_main]

use bpclip_core::checkpoint::weights;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("some.pth"));

fuzz_target!(|bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    match weights(&FILE) {
        Err(error) => assert!(error.to_string().contains("some.pth"), "{error}"),
        Ok(all) => {
            for values in all.values() {
                assert_eq!(values.shape.iter().product::<usize>(), values.numbers.len());
            }
        }
    }
});
