//! Losses, gradients and steps against PyTorch. What the golden file holds, and how it came to be,
//! says `tests/golden/make_training.py`.

use crate::seed;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::image::Picture;
use bpclip_core::image::tensor::to_tensor;
use bpclip_core::model::{Keep, Network, Output, Task};
use bpclip_core::text;
use bpclip_train::distort::Distortion;
use bpclip_train::train::{
    Batch, CropLadder, LearningRates, Loss, LossTerms, Optimiser, Preset, Settings, loss,
};
use burn::module::{Flag, Module, ModuleMapper, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Of a gradient's norm, its tensor's and a little of the whole's; of 1 for the loss and its parts.
const TOLERANCE: f64 = 1e-3;
/// How much of the whole gradient's norm: some tensors have no gradient but rounding.
const OF_THE_WHOLE: f64 = 1e-4;
/// Of the loss of a step, after up to twenty.
const STEP_TOLERANCE: f64 = 0.01;

#[derive(Deserialize)]
struct Golden {
    losses: HashMap<Task, Drawn>,
    cases: HashMap<String, Case>,
    steps: Steps,
}

/// The loss alone.
#[derive(Deserialize)]
struct Drawn {
    #[serde(flatten)]
    batch: Recipe,
    loss: LossTerms,
    /// The gradient of each score.
    raw: Vec<f32>,
    /// Norm and probes of a level's.
    similarities: Vec<Vec<f64>>,
}

/// The network on a batch.
#[derive(Deserialize)]
struct Case {
    config: Value,
    tensors: HashMap<String, Vec<usize>>,
    batch: Recipe,
    raw: Vec<f32>,
    loss: LossTerms,
    gradients: BTreeMap<String, Vec<f64>>,
}

/// A network that learns.
#[derive(Deserialize)]
struct Steps {
    config: Value,
    tensors: HashMap<String, Vec<usize>>,
    batches: Vec<Recipe>,
    losses: Vec<f64>,
    norms: Vec<f64>,
    rates: BTreeMap<String, f64>,
    weight_decay: f64,
    clip: f64,
}

/// How to make a batch.
#[derive(Deserialize)]
struct Recipe {
    #[serde(default)]
    side: u32,
    #[serde(default)]
    pictures: Vec<(String, u8)>,
    #[serde(default)]
    references: Vec<(String, u8)>,
    labels: Vec<Option<f32>>,
    rated: usize,
    ladders: Vec<Rungs>,
}

#[derive(Deserialize)]
struct Rungs {
    rungs: Vec<usize>,
    distortion: Option<Distortion>,
}

impl Golden {
    fn read() -> Self {
        let text = std::fs::read_to_string("tests/golden/training.json").unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Recipe {
    fn batch(&self) -> Batch {
        let pictures = |entries: &[(String, u8)]| {
            let entries = entries.iter();
            entries.map(|entry| faded(entry, self.side)).collect()
        };
        Batch {
            distorted: pictures(&self.pictures),
            reference: pictures(&self.references),
            labels: self.labels.clone(),
            rated: self.rated,
            statistics: Vec::new(),
            ladders: self
                .ladders
                .iter()
                .map(|ladder| CropLadder {
                    levels: ladder.rungs.clone(),
                    distortion: ladder.distortion,
                    region: None,
                    background: false,
                })
                .collect(),
            failed: Vec::new(),
        }
    }
}

/// A drawn picture with some eighths of its contrast.
fn faded((name, eighths): &(String, u8), side: u32) -> Picture {
    let mut picture = seed::picture(name, side, side);
    let eighths = u16::from(*eighths);
    for value in &mut picture.rgb {
        *value = ((u16::from(*value) * eighths + 128 * (8 - eighths)) / 8) as u8;
    }
    picture
}

/// A seeded checkpoint whose network keeps gradients and drops nothing out.
fn checkpoint(config: &Value, tensors: &HashMap<String, Vec<usize>>) -> Checkpoint {
    struct NoDropout;
    impl ModuleMapper for NoDropout {
        fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
            flag.with_value(false)
        }
    }
    let bytes = seed::checkpoint(config, tensors);
    let device = Device::flex().autodiff();
    let mut checkpoint = Checkpoint::parse(&bytes, Path::new("seeded"), &device).unwrap();
    checkpoint.network = checkpoint.network.map(&mut NoDropout);
    checkpoint
}

/// Our recipe with the terms that `make_training.py` writes down.
fn settings(task: Task) -> Settings {
    Settings {
        words: 0.0,
        statistics: 0.0,
        maps: 0.0,
        ..Settings::new(Preset::Ours, task)
    }
}

/// Forward and loss.
fn forward(network: &Network, batch: &Batch) -> (Output, Loss) {
    let config = network.config();
    let device = Device::flex().autodiff();
    let tensor = |pictures: &[Picture]| {
        let pictures: Vec<&Picture> = pictures.iter().collect();
        to_tensor(&pictures, config.mean, config.std, &device)
    };
    let reference = (config.task == Task::FullReference).then(|| tensor(&batch.reference));
    let output = network.forward(tensor(&batch.distorted), reference, Keep::Everything);
    let loss = loss(&output, batch, &text::standard(), &settings(config.task));
    (output, loss)
}

pub fn numbers<const R: usize>(tensor: &Tensor<R>) -> Vec<f32> {
    tensor.clone().into_data().iter().collect()
}

/// The gradient's norm and its products with four seeded tensors of unit variance.
pub fn measure(name: &str, gradient: &[f32]) -> Vec<f64> {
    let norm = gradient.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
    let probes = (0..4).map(|probe| {
        let weights = seed::tensor(&format!("{name}.probe{probe}"), &[gradient.len()]);
        let pairs = gradient.iter().zip(&weights);
        let product: f64 = pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        product * 12_f64.sqrt() / 0.2
    });
    std::iter::once(norm.sqrt()).chain(probes).collect()
}

/// How far the numbers of [`measure`] are off, as a share of the norm.
pub fn off(found: &[f64], expected: &[f64], whole: f64) -> f64 {
    assert_eq!(found.len(), expected.len());
    let scale = expected[0] + OF_THE_WHOLE * whole;
    let pairs = found.iter().zip(expected);
    pairs.map(|(a, b)| (a - b).abs() / scale).fold(0.0, worse)
}

/// The larger, or no number if one is none: a NaN must not pass for agreement.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}

fn assert_terms(found: LossTerms, expected: LossTerms, what: &str) {
    let pairs = found.values().into_iter().zip(expected.values());
    let off = pairs
        .map(|(a, b)| f64::from((a - b).abs()) / f64::from(b.abs()).max(0.01))
        .fold(0.0, worse);
    assert!(off < TOLERANCE, "{what}: {found:?} for {expected:?}");
}

/// The gradient of each trained tensor by its name and in its layout in a file.
fn gradients_by_name(
    mut checkpoint: Checkpoint,
    gradients: &Gradients,
) -> BTreeMap<String, Vec<f32>> {
    /// Puts the gradients in the place of the weights, and no numbers where there are none.
    struct Swap<'a>(&'a Gradients);
    impl ModuleMapper for Swap<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (id, weight, _) = param.consume();
            let gradient = weight.grad(self.0);
            let none = || Tensor::full(weight.shape(), f32::NAN, &Device::flex());
            Param::initialized(id, gradient.unwrap_or_else(none))
        }
    }
    checkpoint.network = checkpoint.network.map(&mut Swap(gradients));
    let tensors = checkpoint.tensors().into_iter();
    tensors
        .map(|(name, values)| (name, values.numbers))
        .filter(|(_, numbers)| !numbers.iter().all(|number| number.is_nan()))
        .collect()
}

fn check(case: &str) {
    let golden = Golden::read();
    let case = &golden.cases[case];
    let checkpoint = checkpoint(&case.config, &case.tensors);
    let (output, loss) = forward(&checkpoint.network, &case.batch.batch());
    for (found, expected) in numbers(&output.raw).into_iter().zip(&case.raw) {
        assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
    }
    let gradients = loss.total.backward();
    assert_terms(loss.terms(), case.loss, "the loss");

    let found = gradients_by_name(checkpoint, &gradients);
    let names = |map: &mut dyn Iterator<Item = &String>| map.cloned().collect::<Vec<_>>();
    assert_eq!(names(&mut found.keys()), names(&mut case.gradients.keys()));
    let whole = case.gradients.values().map(|expected| expected[0].powi(2));
    let whole = whole.sum::<f64>().sqrt();
    let mut worst = (0.0, "");
    for (name, expected) in &case.gradients {
        let off = off(&measure(name, &found[name]), expected, whole);
        if worse(off, worst.0) != worst.0 {
            worst = (off, name);
        }
    }
    println!("off by {:.1e} of the norm at most, in {}", worst.0, worst.1);
    assert!(worst.0 < TOLERANCE, "{} is off by {:.1e}", worst.1, worst.0);
}

#[test]
fn gradients_of_a_light_backbone() {
    check("lite0-nr");
}

#[test]
fn gradients_with_a_reference() {
    check("lite0-fr");
}

#[test]
fn gradients_of_the_papers_backbone() {
    check("resnet50-nr");
}

/// Every distortion of the recipe, and hinges on both sides of their margin.
#[test]
fn gradients_of_the_loss_alone() {
    let device = Device::flex().autodiff();
    let adjectives = text::standard();
    for (task, case) in Golden::read().losses {
        let batch = case.batch.batch();
        let count = batch.labels.len();
        let drawn = |name: &str, shape: &[usize]| {
            TensorData::new(seed::tensor(name, shape), shape.to_vec())
        };
        let raw = Tensor::<1>::from_data(drawn("raw", &[count]), &device).require_grad();
        let similarities: Vec<Tensor<2>> = (0..4)
            .map(|level| {
                let data = drawn(&format!("similarities.{level}"), &[count, adjectives.len()]);
                Tensor::from_data(data, &device).require_grad()
            })
            .collect();
        let output = Output {
            grid: [0, 0],
            features: Vec::new(),
            deep_features: Tensor::zeros([1, 1, 1, 1], &device),
            position: Tensor::zeros([1, 1, 1], &device),
            masks: Vec::new(),
            pooled: Vec::new(),
            information: Vec::new(),
            weight: Vec::new(),
            information_attention: Vec::new(),
            weight_attention: Vec::new(),
            fused: Vec::new(),
            image_features: Vec::new(),
            similarities: similarities.clone(),
            raw: raw.clone(),
        };
        let loss = loss(&output, &batch, &adjectives, &settings(task));
        let gradients = loss.total.backward();
        assert_terms(loss.terms(), case.loss, task.label());
        let found = numbers(&raw.grad(&gradients).unwrap());
        for (found, expected) in found.iter().zip(&case.raw) {
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
        for (level, (tensor, expected)) in similarities.iter().zip(&case.similarities).enumerate() {
            let gradient = numbers(&tensor.grad(&gradients).unwrap());
            let found = measure(&format!("similarities.{level}"), &gradient);
            assert!(
                off(&found, expected, 0.0) < 1e-5,
                "{found:?} for {expected:?}"
            );
        }
    }
}

#[test]
fn twenty_steps_follow_pytorchs() {
    let golden = Golden::read().steps;
    let mut network = checkpoint(&golden.config, &golden.tensors).network;
    let mut optimiser = Optimiser::new(golden.weight_decay, golden.clip, 0.0);
    let rates = LearningRates {
        backbone: golden.rates["backbone"],
        rest: golden.rates["rest"],
    };
    let batches: Vec<Batch> = golden.batches.iter().map(Recipe::batch).collect();
    let mut worst = [0.0; 2];
    for (step, (expected, expected_norm)) in golden.losses.iter().zip(&golden.norms).enumerate() {
        let (_, loss) = forward(&network, &batches[step % batches.len()]);
        let gradients = loss.total.backward();
        let norm;
        (network, norm) = optimiser.step(network, &gradients, rates);
        let total = f64::from(loss.terms().total);
        let off = [total / expected, f64::from(norm) / expected_norm].map(|x| (x - 1.0).abs());
        worst = [worse(worst[0], off[0]), worse(worst[1], off[1])];
        assert!(
            off[0] < STEP_TOLERANCE,
            "step {step}: loss {total} for {expected}, norm {norm} for {expected_norm}"
        );
    }
    println!(
        "losses off by {:.1e} at most, norms by {:.1e}",
        worst[0], worst[1]
    );
    assert_eq!(optimiser.steps(), golden.losses.len());
}
