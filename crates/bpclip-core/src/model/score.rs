//! Perceptrons, the similarity with the adjectives (Eq. 8) and the regression (Eq. 9).

use super::activation::gelu;
use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

/// Norms are held above this when vectors are compared.
const NORM_FLOOR: f64 = 1e-8;

/// `fc2(gelu(fc1(norm(z))))`, the norm where there is one.
#[derive(Module, Debug)]
pub struct Mlp {
    norm: Option<LayerNorm>,
    fc1: Linear,
    fc2: Linear,
}

impl Mlp {
    /// Random weights for `input -> hidden -> output`.
    pub fn new([input, hidden, output]: [usize; 3], device: &Device) -> Self {
        Self {
            norm: None,
            fc1: LinearConfig::new(input, hidden).init(device),
            fc2: LinearConfig::new(hidden, output).init(device),
        }
    }

    /// The same behind a layer norm.
    pub fn normed(sizes: [usize; 3], device: &Device) -> Self {
        let norm = LayerNormConfig::new(sizes[0]).init(device);
        Self {
            norm: Some(norm),
            ..Self::new(sizes, device)
        }
    }

    /// `[.., input]` to `[.., output]`.
    pub fn forward<const R: usize>(&self, x: Tensor<R>) -> Tensor<R> {
        let x = match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        self.fc2.forward(gelu(self.fc1.forward(x)))
    }
}

/// Cosines of image features `[B, T]` with text features `[A, T]`: `[B, A]` (Eq. 8).
pub fn similarities(image: Tensor<2>, text: Tensor<2>) -> Tensor<2> {
    unit(image).matmul(unit(text).transpose())
}

/// Rows of length 1.
fn unit(x: Tensor<2>) -> Tensor<2> {
    let norm = (x.clone() * x.clone())
        .sum_dim(1)
        .sqrt()
        .clamp_min(NORM_FLOOR);
    x / norm
}
