//! Checkpoints and weights of text encoders, in safetensors.

#![no_main]

use bpclip_core::checkpoint::{Checkpoint, Tensors};
use bpclip_core::device;
use bpclip_core::text::Clip;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let origin = Path::new("some.safetensors");
    let Ok(tensors) = Tensors::parse(bytes, origin) else {
        return;
    };
    if let Ok(all) = tensors.all() {
        for values in all.values() {
            assert_eq!(values.shape.iter().product::<usize>(), values.numbers.len());
        }
    }
    if let Err(error) = Checkpoint::parse(bytes, origin, &device::cpu().device) {
        assert!(error.to_string().contains("some.safetensors"), "{error}");
    }
    // Its network is large: only for what looks like one.
    if tensors
        .names()
        .iter()
        .any(|name| name.contains("token_embedding"))
    {
        let _ = Clip::parse(bytes, origin);
    }
});
