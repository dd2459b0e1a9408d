//! Weights and pictures that follow from their names, as `tests/golden/make.py` makes them.

use bpclip_core::image::Picture;
use bpclip_core::text;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use std::collections::HashMap;

/// FNV-1a, 64 bits.
pub fn fnv(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Output `index` of splitmix64.
pub fn splitmix(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add((index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Number `index` of what a name stands for, from 0 to below 1.
pub fn uniform(name: &str, index: usize) -> f64 {
    (splitmix(fnv(name), index as u64) >> 40) as f64 / f64::from(1 << 24)
}

/// The values of a tensor of this name and shape.
pub fn tensor(name: &str, shape: &[usize]) -> Vec<f32> {
    let kind = name.rsplit('.').next().unwrap();
    let fan_in: usize = shape.iter().skip(1).product();
    let value = |u: f64| {
        if name == "text_features" {
            2.0 * u - 1.0
        } else if name.starts_with("position.") {
            0.2 * (u - 0.5)
        } else if kind == "running_var" || (shape.len() == 1 && kind == "weight") {
            0.5 + u
        } else if shape.len() == 1 {
            0.2 * (u - 0.5)
        } else {
            (2.0 * u - 1.0) * (3.0 / fan_in as f64).sqrt()
        }
    };
    (0..shape.iter().product())
        .map(|index| value(uniform(name, index)) as f32)
        .collect()
}

/// The picture of this name.
pub fn picture(name: &str, width: u32, height: u32) -> Picture {
    if name == "distorted" {
        let mut picture = picture("reference", width, height);
        let seed = fnv(name);
        for (i, value) in picture.rgb.iter_mut().enumerate() {
            let noise = (splitmix(seed, i as u64) >> 60) as u32;
            *value = (u32::from(*value) * 7 / 8 + 8 + noise) as u8;
        }
        return picture;
    }
    let seed = fnv(name);
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..u64::from(height) {
        for x in 0..u64::from(width) {
            for c in 0..3 {
                let i = (y * u64::from(width) + x) * 3 + c;
                let smooth = (3 * x + 2 * y + 50 * c) / 4 + (seed >> 56);
                rgb.push((smooth + (splitmix(seed, i) >> 58)) as u8);
            }
        }
    }
    Picture {
        width,
        height,
        rgb,
        notes: Vec::new(),
    }
}

/// A checkpoint file with seeded tensors of these shapes and this configuration.
pub fn checkpoint(config: &Value, shapes: &HashMap<String, Vec<usize>>) -> Vec<u8> {
    let encoded: Vec<(&String, &Vec<usize>, Vec<u8>)> = shapes
        .iter()
        .map(|(name, shape)| {
            let bytes = tensor(name, shape)
                .iter()
                .flat_map(|v| v.to_le_bytes())
                .collect();
            (name, shape, bytes)
        })
        .collect();
    let views = encoded.iter().map(|(name, shape, bytes)| {
        (
            *name,
            TensorView::new(Dtype::F32, (*shape).clone(), bytes).unwrap(),
        )
    });
    safetensors::serialize(views, Some(metadata(config))).unwrap()
}

/// The metadata of a seeded checkpoint.
pub fn metadata(config: &Value) -> HashMap<String, String> {
    let text = json!({"encoder": "minilm", "template": "a {adjective} photo", "centred": false, "source": "seeded"});
    let entries = [
        ("config", config.clone()),
        (
            "adjectives",
            serde_json::to_value(text::standard()).unwrap(),
        ),
        ("text", text),
        ("size", json!({"shorter_side": 512, "enlarge": false})),
        (
            "label",
            json!({"range": [0, 1], "meaning": "none: seeded weights"}),
        ),
        ("training", json!({})),
    ];
    let mut metadata: HashMap<String, String> = entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_string()))
        .collect();
    metadata.insert("format".into(), "bpclip-1".into());
    metadata
}
