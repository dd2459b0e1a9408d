//! The two attentions: across levels (Eq. 4) and within one (Eq. 5).

use super::{Config, Direction};
use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Device, Tensor};

const DROPOUT: f64 = 0.1;

/// What an attention makes.
pub struct Attended {
    /// `[B, N, D]`
    pub features: Tensor<3>,
    /// The share of each key in each query, `[B, heads, N, N]`, rows summing to 1.
    pub weights: Tensor<4>,
}

/// Multiscale cross attention (MSCA), the information branch.
#[derive(Module, Debug)]
pub struct CrossAttention {
    query_norm: LayerNorm,
    memory_norm: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    dropout: Dropout,
    heads: usize,
}

impl CrossAttention {
    /// Random weights.
    pub fn new(config: &Config, device: &Device) -> Self {
        let norm = || LayerNormConfig::new(config.width).init(device);
        let linear = || LinearConfig::new(config.width, config.width).init(device);
        Self {
            query_norm: norm(),
            memory_norm: norm(),
            query: linear(),
            key: linear(),
            value: linear(),
            output: linear(),
            dropout: DropoutConfig::new(DROPOUT).init(),
            heads: config.heads,
        }
    }

    /// `G'_i` from `G_i` and `G_{i+1}`, each `[B, N, D]` (Eq. 4).
    pub fn forward(&self, lower: Tensor<3>, upper: Tensor<3>, direction: Direction) -> Attended {
        let (query, memory) = match direction {
            Direction::BottomUp => (lower.clone(), upper),
            Direction::TopDown => (upper, lower.clone()),
        };
        let query = self.query_norm.forward(query);
        let memory = self.memory_norm.forward(memory);
        let (attended, weights) = attend(
            self.query.forward(query),
            self.key.forward(memory.clone()),
            self.value.forward(memory),
            self.heads,
            None,
            Some(&self.dropout),
        );
        Attended {
            features: lower + self.output.forward(attended),
            weights,
        }
    }
}

/// Self attention (SA), the weight branch.
#[derive(Module, Debug)]
pub struct SelfAttention {
    norm: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    dropout: Dropout,
    heads: usize,
}

impl SelfAttention {
    /// Random weights.
    pub fn new(config: &Config, device: &Device) -> Self {
        let linear = || LinearConfig::new(config.width, config.width).init(device);
        Self {
            norm: LayerNormConfig::new(config.width).init(device),
            query: linear(),
            key: linear(),
            value: linear(),
            output: linear(),
            dropout: DropoutConfig::new(DROPOUT).init(),
            heads: config.heads,
        }
    }

    /// `G''_i` from `G_i`, `[B, N, D]` (Eq. 5).
    pub fn forward(&self, level: Tensor<3>) -> Attended {
        let normed = self.norm.forward(level.clone());
        let (attended, weights) = attend(
            self.query.forward(normed.clone()),
            self.key.forward(normed.clone()),
            self.value.forward(normed),
            self.heads,
            None,
            Some(&self.dropout),
        );
        Attended {
            features: level + self.output.forward(attended),
            weights,
        }
    }
}

/// Scaled dot-product attention (Eq. 3) over `heads` slices of the width, `[B, N, D]` each: what
/// was gathered, `[B, N, D]`, and the weights `[B, heads, N, N]` before dropout. Where `hidden`
/// `[N, N]` is true, a query (row) does not see a key (column).
pub(crate) fn attend(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    hidden: Option<Tensor<2, Bool>>,
    dropout: Option<&Dropout>,
) -> (Tensor<3>, Tensor<4>) {
    let [batch, count, width] = query.dims();
    let split = |x: Tensor<3>| {
        x.reshape([batch, count, heads, width / heads])
            .swap_dims(1, 2)
    };
    let scale = ((width / heads) as f64).sqrt().recip();
    let mut scores = (split(query) * scale).matmul(split(key).swap_dims(2, 3));
    if let Some(hidden) = hidden {
        let hidden = hidden.unsqueeze::<4>().expand([batch, heads, count, count]);
        scores = scores.mask_fill(hidden, f32::NEG_INFINITY);
    }
    let weights = softmax(scores, 3);
    let kept = match dropout {
        Some(dropout) => dropout.forward(weights.clone()),
        None => weights.clone(),
    };
    let gathered = kept.matmul(split(value));
    (
        gathered.swap_dims(1, 2).reshape([batch, count, width]),
        weights,
    )
}
