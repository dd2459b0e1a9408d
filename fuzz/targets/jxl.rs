//! JPEG XL.

#![no_main]

use bpclip_codecs::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: bpclip_fuzz::shield_others(), |bytes: &[u8]| {
    bpclip_fuzz::decode(bytes, Format::JpegXl);
});
