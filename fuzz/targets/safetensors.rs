//! Safetensors, whose header is put together from names, types, shapes and places that may be, and
//! from our own metadata.

#![no_main]

use bpclip_core::checkpoint::{Checkpoint, Tensors};
use bpclip_core::device;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

/// The names and shapes of a real one, and what it says of itself.
static REAL: LazyLock<(Vec<(String, Vec<usize>)>, HashMap<String, String>)> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../weights");
    let path = Path::new(folder).join("bpclip-nr.safetensors");
    let bytes = std::fs::read(&path).expect("it is part of the repository");
    let tensors = Tensors::parse(&bytes, &path).expect("ours");
    let names = tensors.names().into_iter();
    let shapes = names.map(|name| {
        let shape = tensors.shape(&name).expect("it is there");
        (name, shape)
    });
    (shapes.collect(), tensors.metadata().clone())
});

const TYPES: [&str; 10] = [
    "F32", "F16", "BF16", "F64", "I64", "U8", "BOOL", "F8_E4M3", "F4", "x",
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = file(&mut Unstructured::new(bytes)) else {
        return;
    };
    let origin = Path::new("some.safetensors");
    let Ok(tensors) = Tensors::parse(&file, origin) else {
        return;
    };
    if let Ok(all) = tensors.all() {
        for values in all.values() {
            assert_eq!(values.shape.iter().product::<usize>(), values.numbers.len());
        }
    }
    let device = device::cpu().device;
    if let Err(error) = Checkpoint::parse(&file, origin, &device) {
        assert!(error.to_string().contains("some.safetensors"), "{error}");
    }
});

fn file(of: &mut Unstructured) -> Result<Vec<u8>> {
    let (shapes, metadata) = &*REAL;
    let mut header = Map::new();
    let mut said: Map<String, Value> = Map::new();
    let mut keys: Vec<&String> = metadata.keys().collect();
    keys.sort();
    for key in keys {
        let text = &metadata[key];
        if of.ratio(1, 10)? {
            // One byte of it is another.
            let at = of.choose_index(text.len().max(1))?;
            let mut text = text.clone().into_bytes();
            if let Some(byte) = text.get_mut(at) {
                *byte = of.arbitrary()?;
            }
            said.insert(key.clone(), String::from_utf8_lossy(&text).into());
        } else if !of.ratio(1, 20)? {
            said.insert(key.clone(), text.clone().into());
        }
    }
    header.insert("__metadata__".into(), said.into());
    let mut end = 0_u64;
    for _ in 0..of.int_in_range(0..=12)? {
        let (name, shape) = of.choose(shapes)?;
        let mut shape: Vec<u64> = shape.iter().map(|side| *side as u64).collect();
        if of.ratio(3, 4)? {
            shape = (0..of.int_in_range(0..=4)?)
                .map(|_| of.int_in_range(0..=6))
                .collect::<Result<_>>()?;
        }
        if of.ratio(1, 8)? {
            shape.push(of.arbitrary()?);
        }
        let kind = of.choose(&TYPES)?;
        let size = match *kind {
            "F64" | "I64" => 8,
            "F32" => 4,
            "F16" | "BF16" => 2,
            _ => 1,
        };
        let length = shape
            .iter()
            .fold(size, |product: u64, side| product.saturating_mul(*side));
        let length = length.min(1 << 16);
        let (from, to) = if of.ratio(1, 8)? {
            of.arbitrary()?
        } else {
            (end, end + length)
        };
        end += length;
        header.insert(
            name.clone(),
            json!({"dtype": kind, "shape": shape, "data_offsets": [from, to]}),
        );
    }
    let text = Value::from(header).to_string();
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text.bytes());
    bytes.extend(of.bytes(of.len())?);
    let whole = bytes.len() + end as usize;
    if of.ratio(9, 10)? && whole < 1 << 20 {
        bytes.resize(8 + text.len() + end as usize, 0x3c);
    }
    Ok(bytes)
}
