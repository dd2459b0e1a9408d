//! Sidecars of other programs: rated with nothing else changed, or left as they are.

#![no_main]

use bpclip_fuzz::VERDICT;
use bpclip_xmp::write_sidecar;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(bpclip_fuzz::folder);

fuzz_target!(|bytes: &[u8]| {
    let (image, sidecar) = (FOLDER.join("photo.jpg"), FOLDER.join("photo.xmp"));
    std::fs::write(&sidecar, bytes).expect("room");
    let write = || write_sidecar(&image, &VERDICT);
    match write() {
        Err(error) => {
            assert!(error.to_string().contains("photo.xmp"), "{error}");
            assert_eq!(std::fs::read(&sidecar).expect("it is there"), bytes);
        }
        Ok(_) => {
            let once = std::fs::read(&sidecar).expect("it is there");
            write().expect("what we wrote ourselves");
            assert_eq!(std::fs::read(&sidecar).expect("it is there"), once);
        }
    }
});
