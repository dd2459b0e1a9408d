//! DISTS: how alike two pictures are in texture and structure of the features of VGG16.

use super::Metric;
use super::weights::{Part, Weights, has_room, same_along_both, tensor};
use crate::image::tensor::to_tensor;
use crate::image::{Picture, resize_bilinear};
use crate::model::BackboneKind;
use crate::model::convolution::convolution;
use bpclip_kernels::Activation;
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;

/// The convolutions of each stage of VGG16, all 3 x 3 and followed by a ReLU: their number in
/// torchvision, and channels in and out. Before all stages but the first is a pooling.
const STAGES: [&[(usize, [usize; 2])]; 5] = [
    &[(0, [3, 64]), (2, [64, 64])],
    &[(5, [64, 128]), (7, [128, 128])],
    &[(10, [128, 256]), (12, [256, 256]), (14, [256, 256])],
    &[(17, [256, 512]), (19, [512, 512]), (21, [512, 512])],
    &[(24, [512, 512]), (26, [512, 512]), (28, [512, 512])],
];

/// Channels that are compared: of the picture itself, and of what each stage ends with.
const CHANNELS: usize = 3 + 64 + 128 + 256 + 512 + 512;

/// The shorter side in pixels that larger pictures are brought to.
const SIDE: u32 = 256;

/// The constants of both similarities.
const C: f64 = 1e-6;

/// Bytes of memory for a pixel of that size: both pictures have 64 features in the first stage,
/// held as a convolution's input, as its output, and as what is compared. 1,560 were measured.
const BYTES: u64 = 2048;

/// Both pictures go from stage to stage together, so that only one stage's features are held.
fn distance(weights: &Weights, pair: [&Picture; 2]) -> f64 {
    let [alpha, beta] = ["alpha", "beta"].map(|name| weights.numbers(name));
    let mut shares = alpha.iter().zip(beta);
    // What is missing to 1, weighted: it is 0 for equal pictures whatever the rounding.
    let mut missing = |x: Tensor<4>| -> f64 {
        let of_channels = unlike(x).into_iter();
        let counted = of_channels.zip(shares.by_ref());
        counted
            .map(|([texture, structure], (alpha, beta))| {
                f64::from(*alpha) * texture + f64::from(*beta) * structure
            })
            .sum()
    };
    let mut sum = missing(to_tensor(&pair, [0.0; 3], [1.0; 3], &Device::flex()));
    let (mean, std) = BackboneKind::ResNet50.normalisation();
    let mut x = to_tensor(&pair, mean, std, &Device::flex());
    for (stage, convolutions) in STAGES.iter().enumerate() {
        if stage > 0 {
            x = pooled(x);
        }
        for (number, _) in *convolutions {
            x = weights.relu_of(&convolution_name(*number), x, 1, 1);
        }
        sum += missing(x.clone());
    }
    let all = alpha.iter().chain(beta).map(|weight| f64::from(*weight));
    sum / all.sum::<f64>()
}

/// [`Metric::Dists`] of a pair, or why there is none.
pub(super) fn dists(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let weights = Weights::installed(Metric::Dists)?;
    let (width, height) = size(reference.width, reference.height);
    has_room(width, height, BYTES)?;
    let pair = [distorted, reference];
    let pair = pair.map(|picture| resize_bilinear(picture.clone(), width, height));
    Ok(distance(weights, pair.each_ref()))
}

/// The size at which pictures are compared: that of torchvision's `resize(picture, 256)`, which cuts
/// off the fraction of the longer side.
fn size(width: u32, height: u32) -> (u32, u32) {
    let shorter = width.min(height);
    if shorter <= SIDE {
        return (width, height);
    }
    let side = |side: u32| {
        let scaled = u64::from(side) * u64::from(SIDE) / u64::from(shorter);
        // Smaller than `side`, as `SIDE` is than `shorter`.
        scaled as u32
    };
    (side(width), side(height))
}

pub(super) fn parts() -> Vec<Part> {
    let mut parts = Vec::new();
    for (stage, convolutions) in (1..).zip(STAGES) {
        for (number, [channels_in, channels_out]) in convolutions {
            let theirs = format!("stage{stage}.{number}");
            let names = [convolution_name(*number), theirs];
            parts.extend(Part::convolution(
                &names,
                [*channels_out, *channels_in, 3, 3],
            ));
        }
    }
    for name in ["alpha", "beta"] {
        parts.push(Part::new([name.to_owned()], &[1, CHANNELS, 1, 1]));
    }
    parts
}

/// A convolution's name in torchvision and in our file.
fn convolution_name(number: usize) -> String {
    format!("features.{number}")
}

/// Their pooling: the root of the mean square under a Hann window of 3 x 3, every second place, with
/// zeros around.
fn pooled(x: Tensor<4>) -> Tensor<4> {
    const WINDOW: [f32; 3] = [0.25, 0.5, 0.25];
    let dims = x.dims();
    let channels = dims[1];
    let window = WINDOW.map(|down| WINDOW.map(|across| down * across));
    let weight = [channels, 1, 3, 3];
    let shape = same_along_both(dims, weight, 2, 1, channels);
    let window = tensor(window.as_flattened().repeat(channels), &weight);
    let zeros = tensor(vec![0.0; channels], &[channels]);
    let squares = x.clone() * x;
    (convolution(squares, window, zeros, shape, Activation::None) + 1e-12).sqrt()
}

/// For each channel of a batch of two, how far texture and structure are from being alike: 1 less
/// their similarities.
fn unlike(x: Tensor<4>) -> Vec<[f64; 2]> {
    let [_, channels, height, width] = x.dims();
    let plane = height * width;
    let numbers: Vec<f32> = x.into_data().iter::<f32>().collect();
    let (distorted, reference) = numbers.split_at(channels * plane);
    let planes = distorted.par_chunks_exact(plane);
    planes
        .zip(reference.par_chunks_exact(plane))
        .map(|(a, b)| {
            let mean = |of: &[f32]| of.iter().map(|v| f64::from(*v)).sum::<f64>() / plane as f64;
            let (mean_a, mean_b) = (mean(a), mean(b));
            let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
            for (a, b) in a.iter().zip(b) {
                let (a, b) = (f64::from(*a) - mean_a, f64::from(*b) - mean_b);
                aa += a * a;
                bb += b * b;
                ab += a * b;
            }
            let [aa, bb, ab] = [aa, bb, ab].map(|sum| sum / plane as f64);
            let squares = mean_a * mean_a + mean_b * mean_b;
            let texture = (2.0 * (mean_a * mean_b) + C) / (squares + C);
            let structure = (2.0 * ab + C) / (aa + bb + C);
            [1.0 - texture, 1.0 - structure]
        })
        .collect()
}
