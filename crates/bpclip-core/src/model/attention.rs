//! The two attentions: across levels (Eq. 4) and within one (Eq. 5).

use super::activation::softmax;
use super::{Config, Direction, Keep};
use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::{Bool, Device, Tensor};

const DROPOUT: f64 = 0.1;

/// Weights of all heads that are made at a time where they are not kept: 32 MB. Of a picture of up to
/// 1.5 megapixels they are made at once.
const BLOCK: usize = 1 << 23;

/// What an attention makes.
pub struct Attended {
    /// `[B, N, D]`
    pub features: Tensor<3>,
    /// The share of each key in each query, `[B, heads, N, N]`, rows summing to 1, where they are
    /// kept.
    pub weights: Option<Tensor<4>>,
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
    pub fn forward(
        &self,
        lower: Tensor<3>,
        upper: Tensor<3>,
        direction: Direction,
        keep: Keep,
    ) -> Attended {
        let (query, memory) = match direction {
            Direction::BottomUp => (lower.clone(), upper),
            Direction::TopDown => (upper, lower.clone()),
        };
        let query = self.query_norm.forward(query);
        let memory = self.memory_norm.forward(memory);
        let query = self.query.forward(query);
        let key = self.key.forward(memory.clone());
        let value = self.value.forward(memory);
        let (attended, weights) =
            attend_keeping(keep, query, key, value, self.heads, &self.dropout);
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
    pub fn forward(&self, level: Tensor<3>, keep: Keep) -> Attended {
        let normed = self.norm.forward(level.clone());
        let query = self.query.forward(normed.clone());
        let key = self.key.forward(normed.clone());
        let value = self.value.forward(normed);
        let (attended, weights) =
            attend_keeping(keep, query, key, value, self.heads, &self.dropout);
        Attended {
            features: level + self.output.forward(attended),
            weights,
        }
    }
}

/// What [`attend`] gathers, and its weights where they are to be kept.
fn attend_keeping(
    keep: Keep,
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    dropout: &Dropout,
) -> (Tensor<3>, Option<Tensor<4>>) {
    match keep {
        Keep::Everything => {
            let (attended, weights) = attend(query, key, value, heads, None, Some(dropout));
            (attended, Some(weights))
        }
        Keep::Numbers => (attend_in_blocks(query, key, value, heads, BLOCK), None),
    }
}

/// Scaled dot-product attention (Eq. 3) over `heads` slices of the width, of `query` `[B, M, D]` to
/// `key` and `value` `[B, N, D]`: what was gathered, `[B, M, D]`, and the weights `[B, heads, M, N]`
/// before dropout. Where `hidden` `[M, N]` is true, a query (row) does not see a key (column).
pub(crate) fn attend(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    hidden: Option<Tensor<2, Bool>>,
    dropout: Option<&Dropout>,
) -> (Tensor<3>, Tensor<4>) {
    let [batch, count, width] = query.dims();
    let [_, keys, _] = key.dims();
    let split = |x: Tensor<3>| {
        let [batch, count, width] = x.dims();
        x.reshape([batch, count, heads, width / heads])
            .swap_dims(1, 2)
    };
    let scale = ((width / heads) as f64).sqrt().recip();
    let mut scores = (split(query) * scale).matmul(split(key).swap_dims(2, 3));
    if let Some(hidden) = hidden {
        let hidden = hidden.unsqueeze::<4>().expand([batch, heads, count, keys]);
        scores = scores.mask_fill(hidden, f32::NEG_INFINITY);
    }
    let weights = softmax(scores);
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

/// What [`attend`] gathers, from a part of the queries at a time, of which no more than `block` weights
/// are made, so that memory grows with the cells and not with their square.
fn attend_in_blocks(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    block: usize,
) -> Tensor<3> {
    let [batch, count, _] = query.dims();
    let rows = (block / (batch * heads * count)).clamp(1, count);
    let blocks = (0..count).step_by(rows).map(|start| {
        let part = query.clone().narrow(1, start, rows.min(count - start));
        attend(part, key.clone(), value.clone(), heads, None, None).0
    });
    Tensor::cat(blocks.collect(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;

    #[test]
    fn in_blocks_of_any_size_the_same_is_gathered() {
        let device = Device::flex();
        let tokens = || Tensor::<3>::random([2, 23, 8], Distribution::Normal(0.0, 2.0), &device);
        let (query, key, value) = (tokens(), tokens(), tokens());
        let (whole, _) = attend(query.clone(), key.clone(), value.clone(), 4, None, None);
        // A row of all heads of both pictures has 2 * 4 * 23 weights.
        for block in [1, 184, 7 * 184, 23 * 184, usize::MAX] {
            let (query, key, value) = (query.clone(), key.clone(), value.clone());
            let parts = attend_in_blocks(query, key, value, 4, block);
            assert_eq!(parts.dims(), [2, 23, 8]);
            let off: f32 = (parts - whole.clone()).abs().max().into_scalar();
            assert!(off < 1e-5, "{block}: {off}");
        }
    }
}
