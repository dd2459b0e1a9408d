//! The network against an independent implementation in PyTorch: `tests/golden/README.md`.

use crate::seed;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::image::tensor::to_tensor;
use bpclip_core::model::{Keep, Output, Task};
use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// Of the largest value of an intermediate; of 1 for similarities and the raw score.
const TOLERANCE: f64 = 1e-3;

struct Golden {
    bytes: Vec<u8>,
    metadata: HashMap<String, Value>,
}

impl Golden {
    fn read(case: &str) -> Self {
        let path = Path::new("tests/golden").join(format!("{case}.safetensors"));
        let bytes = std::fs::read(path).unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = header.metadata().as_ref().unwrap();
        let metadata = metadata
            .iter()
            .map(|(k, v)| (k.clone(), serde_json::from_str(v).unwrap()))
            .collect();
        Self { bytes, metadata }
    }

    fn file(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).unwrap()
    }

    /// The sampled numbers of an intermediate, its shape and its norm.
    fn sample(&self, name: &str) -> (Vec<f32>, Vec<usize>, f64) {
        let file = self.file();
        let read = |key: &str| {
            file.tensor(key)
                .unwrap_or_else(|_| panic!("no {key}"))
                .data()
        };
        let numbers = read(name)
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        let shape = read(&format!("{name}.shape")).as_chunks().0.iter();
        let shape = shape.map(|b| i64::from_le_bytes(*b) as usize).collect();
        let l2 = f64::from_le_bytes(read(&format!("{name}.l2")).try_into().unwrap());
        (numbers, shape, l2)
    }
}

/// How far an intermediate may be off, and is.
fn compare<const R: usize>(golden: &Golden, name: &str, found: &Tensor<R>) -> Option<String> {
    let (expected, shape, l2) = golden.sample(name);
    let dims: Vec<usize> = found.dims().into();
    assert_eq!(dims, shape, "{name}");
    let found: Vec<f32> = found.clone().into_data().iter().collect();
    let count = found.len();
    let sampled = |k: usize| if count <= 256 { k } else { k * count / 256 };
    let absolute = name == "similarities" || name == "raw";
    let scale = if absolute {
        1.0
    } else {
        found
            .iter()
            .fold(0.0, |max: f64, v| max.max(f64::from(v.abs())))
    };
    let off = expected
        .iter()
        .enumerate()
        .map(|(k, value)| f64::from((found[sampled(k)] - value).abs()))
        .fold(0.0, f64::max);
    let norm = found
        .iter()
        .map(|v| f64::from(*v).powi(2))
        .sum::<f64>()
        .sqrt();
    let norm_off = (norm - l2).abs() / if absolute { 1.0 } else { l2.max(1e-12) };
    (off > TOLERANCE * scale || norm_off > TOLERANCE || !norm.is_finite())
        .then(|| format!("{name}: off by {off:.2e} of {scale:.2e}, norm {norm} for {l2}"))
}

/// Every intermediate of a case that is off.
fn differences(golden: &Golden, output: &Output) -> Vec<String> {
    let mut off = Vec::new();
    for i in 0..5 {
        off.push(compare(
            golden,
            &format!("feature.{i}"),
            &output.features[i],
        ));
        off.push(compare(golden, &format!("mask.{i}"), &output.masks[i]));
        off.push(compare(golden, &format!("pooled.{i}"), &output.pooled[i]));
    }
    for i in 0..4 {
        let named = |name: &str| format!("{name}.{i}");
        off.push(compare(
            golden,
            &named("information"),
            &output.information[i],
        ));
        off.push(compare(
            golden,
            &named("msca_attention"),
            &output.information_attention[i],
        ));
        if !output.weight.is_empty() {
            off.push(compare(golden, &named("weight"), &output.weight[i]));
            off.push(compare(
                golden,
                &named("sa_attention"),
                &output.weight_attention[i],
            ));
        }
        off.push(compare(golden, &named("fused"), &output.fused[i]));
        off.push(compare(
            golden,
            &named("image_features"),
            &output.image_features[i],
        ));
    }
    let similarities = Tensor::stack::<3>(output.similarities.clone(), 1);
    off.push(compare(golden, "similarities", &similarities));
    off.push(compare(golden, "raw", &output.raw));
    off.into_iter().flatten().collect()
}

fn check(case: &str) {
    let golden = Golden::read(case);
    let device = Device::flex();
    let described = &golden.metadata["case"];
    let checkpoint = match &described["weights"] {
        Value::String(_) => {
            let shapes: HashMap<String, Vec<usize>> =
                serde_json::from_value(golden.metadata["tensors"].clone()).unwrap();
            let bytes = seed::checkpoint(&golden.metadata["config"], &shapes);
            Checkpoint::parse(&bytes, Path::new(case), &device)
        }
        _ if case == "bundled-nr" => Checkpoint::bundled(Task::NoReference, &device),
        _ => Checkpoint::bundled(Task::FullReference, &device),
    }
    .unwrap();

    let side = |name: &str| described[name].as_u64().unwrap() as u32;
    let names: Vec<String> = serde_json::from_value(described["pictures"].clone()).unwrap();
    let pictures: Vec<_> = names
        .iter()
        .map(|name| seed::picture(name, side("width"), side("height")))
        .collect();
    let config = &checkpoint.metadata.config;
    let tensor = |pictures: &[&bpclip_core::image::Picture]| {
        to_tensor(pictures, config.mean, config.std, &device)
    };
    let (distorted, reference) = match config.task {
        Task::FullReference => (tensor(&[&pictures[0]]), Some(tensor(&[&pictures[1]]))),
        Task::NoReference => (tensor(&pictures.iter().collect::<Vec<_>>()), None),
    };
    // As trained, and as folded for scoring.
    let trained =
        checkpoint
            .network
            .forward(distorted.clone(), reference.clone(), Keep::Everything);
    let network = checkpoint.network.folded();
    let numbers = network.forward(distorted.clone(), reference.clone(), Keep::Numbers);
    let folded = network.forward(distorted, reference, Keep::Everything);
    let raw = |output: &Output| output.raw.to_data();
    assert_eq!(raw(&numbers), raw(&folded), "{case}, its numbers alone");
    for (state, output) in [("trained", trained), ("folded", folded)] {
        let off = differences(&golden, &output);
        assert!(off.is_empty(), "{case}, {state}:\n{}", off.join("\n"));
    }
}

macro_rules! cases {
    ($($test:ident: $case:literal;)*) => {
        $(#[test] fn $test() { check($case); })*
    };
}

cases! {
    resnet50_no_reference: "resnet50-nr";
    resnet50_full_reference: "resnet50-fr";
    resnet50_v1: "resnet50-v1-nr";
    lite2_no_reference: "lite2-nr";
    lite2_full_reference: "lite2-fr";
    lite0: "lite0-nr";
    lite1: "lite1-nr";
    lite3: "lite3-nr";
    lite4: "lite4-nr";
    a_batch_of_two: "lite0-nr-batch";
    without_the_weight_branch: "lite0-nr-no-weight-branch";
    top_down: "lite0-nr-top-down";
    without_the_text_branch: "lite0-nr-no-text-branch";
    bundled_no_reference: "bundled-nr";
    bundled_full_reference: "bundled-fr";
}

/// The generators make what the Python side made.
#[test]
fn seeds_agree() {
    let golden = Golden::read_plain("seeding");
    let file = SafeTensors::deserialize(&golden).unwrap();
    for (name, view) in file.iter() {
        if let Some(picture) = name.strip_prefix("picture/") {
            let (height, width) = (view.shape()[0] as u32, view.shape()[1] as u32);
            assert_eq!(
                seed::picture(picture, width, height).rgb,
                view.data(),
                "{name}"
            );
        } else {
            let numbers: Vec<f32> = view
                .data()
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect();
            assert_eq!(seed::tensor(name, view.shape()), numbers, "{name}");
        }
    }
}

impl Golden {
    fn read_plain(case: &str) -> Vec<u8> {
        std::fs::read(Path::new("tests/golden").join(format!("{case}.safetensors"))).unwrap()
    }
}
