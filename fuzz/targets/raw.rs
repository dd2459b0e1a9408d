//! Camera raw: where its previews are.

#![no_main]

use bpclip_raw::{identify, previews};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match previews(bytes) {
        Ok(raw) => {
            assert_eq!(identify(bytes), Some(raw.kind));
            assert!((1..=8).contains(&raw.orientation));
            let largest = raw.largest().expect("at least one");
            for preview in &raw.previews {
                assert!(preview.range.end <= bytes.len() && !preview.range.is_empty());
                assert!(preview.width > 0 && preview.height > 0);
                let pixels = |p: &bpclip_raw::Preview| u64::from(p.width) * u64::from(p.height);
                assert!(pixels(preview) <= pixels(largest));
                assert!((1..=8).contains(&raw.turn(preview)));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
