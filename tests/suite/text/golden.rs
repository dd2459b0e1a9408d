//! What `tests/golden/make_text.py` wrote, and weights files to read.

use crate::seed;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;
use std::collections::BTreeMap;

/// Name to type, shape and bytes.
pub type File = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

pub fn json() -> Value {
    serde_json::from_str(&std::fs::read_to_string("tests/golden/text.json").unwrap()).unwrap()
}

/// The texts that were encoded.
pub fn texts() -> Vec<String> {
    serde_json::from_value(json()["texts"].clone()).unwrap()
}

/// Their vectors in one case.
pub fn vectors(case: &str) -> Vec<Vec<f32>> {
    let bytes = std::fs::read("tests/golden/text.safetensors").unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let view = file.tensor(case).unwrap();
    let numbers: Vec<f32> = view
        .data()
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    numbers
        .chunks(view.shape()[1])
        .map(<[f32]>::to_vec)
        .collect()
}

/// The tensors of a case, all of them seeded by their names.
pub fn seeded(case: &str) -> File {
    let shapes: BTreeMap<String, Vec<usize>> =
        serde_json::from_value(json()["tensors"][case].clone()).unwrap();
    shapes
        .into_iter()
        .map(|(name, shape)| (name.clone(), floats(&name, &shape)))
        .collect()
}

pub fn floats(name: &str, shape: &[usize]) -> (Dtype, Vec<usize>, Vec<u8>) {
    let numbers = seed::tensor(name, shape);
    let bytes = numbers.iter().flat_map(|value| value.to_le_bytes());
    (Dtype::F32, shape.to_vec(), bytes.collect())
}

pub fn file(tensors: &File) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name.as_str(), view)
    });
    safetensors::serialize(views, None).unwrap()
}
