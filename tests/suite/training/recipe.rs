//! The terms of our recipe beyond the paper's loss against a second implementation in PyTorch,
//! `tests/golden/make_recipe.py`.

use super::gradients::{measure, numbers, off};
use crate::seed;
use bpclip_core::image::Picture;
use bpclip_core::model::{Output, Task};
use bpclip_core::text;
use bpclip_train::distort::Distortion;
use bpclip_train::train::{Batch, CropLadder, Preset, Region, Settings, loss, statistics};
use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Golden {
    rated: usize,
    ladders: Vec<Rungs>,
    grid: [usize; 2],
    depth: usize,
    pictures: Vec<(String, u8)>,
    side: [u32; 2],
    plain: Vec<Vec<f32>>,
    terms: BTreeMap<String, f32>,
    raw: Vec<f64>,
    similarities: Vec<Vec<f64>>,
    tokens: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Rungs {
    rungs: Vec<usize>,
    distortion: Distortion,
    region: Option<[f32; 4]>,
    background: bool,
}

fn golden() -> Golden {
    let text = std::fs::read_to_string("tests/golden/recipe.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The drawn pictures, each with some eighths of its contrast.
fn pictures(golden: &Golden) -> Vec<Picture> {
    let [width, height] = golden.side;
    let faded = |(name, eighths): &(String, u8)| {
        let mut picture = seed::picture(name, width, height);
        let eighths = u16::from(*eighths);
        for value in &mut picture.rgb {
            *value = ((u16::from(*value) * eighths + 128 * (8 - eighths)) / 8) as u8;
        }
        picture
    };
    golden.pictures.iter().map(faded).collect()
}

#[test]
fn plain_statistics_are_those_of_numpy() {
    let golden = golden();
    for (picture, expected) in pictures(&golden).iter().zip(&golden.plain) {
        for (found, expected) in statistics(picture).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-3, "{found} for {expected}");
        }
    }
}

#[test]
fn terms_and_their_gradients_are_those_of_pytorch() {
    let golden = golden();
    let device = Device::flex().autodiff();
    let count = golden.rated + 2 * golden.ladders.len();
    let cells = golden.grid[0] * golden.grid[1];
    let adjectives = text::standard();
    let drawn =
        |name: &str, shape: &[usize]| TensorData::new(seed::tensor(name, shape), shape.to_vec());
    let similarities: Vec<Tensor<2>> = (0..4)
        .map(|level| {
            let data = drawn(&format!("similarities.{level}"), &[count, adjectives.len()]);
            Tensor::from_data(data, &device).require_grad()
        })
        .collect();
    let tokens: Vec<Tensor<3>> = (0..8)
        .map(|index| {
            let data = drawn(&format!("tokens.{index}"), &[count, cells, golden.depth]);
            Tensor::from_data(data, &device).require_grad()
        })
        .collect();
    let raw: Tensor<1> = Tensor::from_data(drawn("raw", &[count]), &device).require_grad();
    let output = Output {
        grid: golden.grid,
        features: Vec::new(),
        deep_features: Tensor::zeros([1, 1, 1, 1], &device),
        position: Tensor::from_data(drawn("position.cells", &[1, cells, golden.depth]), &device),
        masks: Vec::new(),
        pooled: Vec::new(),
        information: tokens[..4].to_vec(),
        weight: tokens[4..].to_vec(),
        information_attention: Vec::new(),
        weight_attention: Vec::new(),
        fused: Vec::new(),
        image_features: Vec::new(),
        similarities: similarities.clone(),
        raw: raw.clone(),
    };
    let batch = Batch {
        labels: vec![None; count],
        rated: golden.rated,
        statistics: pictures(&golden).iter().map(statistics).collect(),
        ladders: golden
            .ladders
            .iter()
            .map(|ladder| CropLadder {
                levels: ladder.rungs.clone(),
                distortion: Some(ladder.distortion),
                region: ladder.region.map(|[left, top, right, bottom]| Region {
                    left,
                    top,
                    right,
                    bottom,
                    around: ladder.background,
                }),
                background: ladder.background,
            })
            .collect(),
        ..Batch::default()
    };
    // Each with weight 1, and nothing else.
    let settings = Settings {
        mse: 0.0,
        correlation: 0.0,
        rank: 1.0,
        dimension: 0.0,
        adjectives: 0.0,
        words: 1.0,
        statistics: 1.0,
        maps: 1.0,
        sharpness: 1.0,
        ..Settings::new(Preset::Ours, Task::NoReference)
    };
    let loss = loss(&output, &batch, &adjectives, &settings);
    let gradients = loss.total.backward();
    let terms = loss.terms();
    let found = [
        ("rank", terms.rank),
        ("words", terms.words),
        ("statistics", terms.statistics),
        ("maps", terms.maps),
        ("sharpness", terms.sharpness),
    ];
    for (name, found) in found {
        let expected = golden.terms[name];
        assert!(
            (found - expected).abs() < 1e-4,
            "{name}: {found} for {expected}"
        );
    }
    let check = |name: String, found: Vec<f32>, expected: &[f64]| {
        let off = off(&measure(&name, &found), expected, 1.0);
        assert!(off < 1e-3, "{name} is off by {off:.1e}");
    };
    check(
        "raw".into(),
        numbers(&raw.grad(&gradients).unwrap()),
        &golden.raw,
    );
    for (level, tensor) in similarities.iter().enumerate() {
        let gradient = numbers(&tensor.grad(&gradients).unwrap());
        check(
            format!("similarities.{level}"),
            gradient,
            &golden.similarities[level],
        );
    }
    for (index, tensor) in tokens.iter().enumerate() {
        let gradient = numbers(&tensor.grad(&gradients).unwrap());
        check(format!("tokens.{index}"), gradient, &golden.tokens[index]);
    }
}
