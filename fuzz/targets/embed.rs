//! JPEGs that are rated within: with nothing of the picture changed, or left as they are.

#![no_main]

use bpclip_fuzz::VERDICT;
use bpclip_xmp::{Place, embedded, rate};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("photo.jpg"));

fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"\xff\xd8\xff", bytes].concat();
    std::fs::write(&*FILE, &bytes).expect("room");
    let rated = rate(&FILE, &VERDICT, Place::Within);
    let now = std::fs::read(&*FILE).expect("it is there");
    match rated {
        Err(_) => assert_eq!(now, bytes),
        Ok(_) => {
            assert_eq!(embedded(&FILE).map(|decision| decision.stars), Some(3));
            rate(&FILE, &VERDICT, Place::Within).expect("what we wrote ourselves");
            assert_eq!(std::fs::read(&*FILE).expect("it is there"), now);
        }
    }
});
