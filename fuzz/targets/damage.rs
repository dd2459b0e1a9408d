//! Whether the data of a JPEG or WebP is all there.

#![no_main]

use bpclip_damage::{check, check_webp, check_webp_end};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let ends = [0, bytes.len() / 2, bytes.len()].map(|end| check_webp_end(bytes, end));
    for checked in [check(bytes), check_webp(bytes)].into_iter().chain(ends) {
        if let Err(damage) = checked {
            assert!((0.0..=1.0).contains(&damage.missing), "{damage}");
        }
    }
});
