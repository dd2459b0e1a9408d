//! Gated local pooling (Eq. 1, 2): a level's features, gated by a mask, brought to the size of
//! the deepest level and to the width of the tokens.

use super::Task;
use super::activation::{gelu, sigmoid};
use super::convolution::{Fused, convolve};
use bpclip_kernels::Activation::{self, Gelu};
use burn::module::{Module, Param};
use burn::nn::PaddingConfig2d::{Explicit, Valid};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::module::adaptive_avg_pool2d;
use burn::tensor::{Device, Tensor};

/// One level's gate, pooling and reduction.
#[derive(Module, Debug)]
pub struct Pooling {
    mask: Vec<Conv2d>,
    /// `W_f` of Eq. 2; absent with a reference, and once folded into `reduce`.
    feature: Option<Conv2d>,
    reduce: Conv2d,
    /// What `feature`'s bias became when it was folded, `[D]`: it counts as far as the mask is open.
    gate: Option<Param<Tensor<1>>>,
    #[module(skip)]
    fused_mask: Fused,
}

/// What a level's pooling makes.
pub struct Pooled {
    /// The mask, `[B, 1, H_i, W_i]`, 0 to 1.
    pub mask: Tensor<4>,
    /// `G_i` before its position, `[B, D, h, w]`.
    pub features: Tensor<4>,
}

impl Pooling {
    /// Random weights for a level of `channels`.
    pub fn new(task: Task, channels: usize, mask: usize, width: usize, device: &Device) -> Self {
        let conv = |input, output, kernel: usize| {
            let pad = kernel / 2;
            Conv2dConfig::new([input, output], [kernel, kernel])
                .with_padding(if pad == 0 {
                    Valid
                } else {
                    Explicit(pad, pad, pad, pad)
                })
                .init(device)
        };
        let (feature, reduced) = match task {
            Task::NoReference => (Some(conv(channels, channels, 1)), channels),
            Task::FullReference => (None, 3 * channels),
        };
        Self {
            mask: vec![
                conv(channels, mask, 1),
                conv(mask, mask, 3),
                conv(mask, 1, 3),
            ],
            feature,
            reduce: conv(reduced, width, 1),
            gate: None,
            fused_mask: Fused::default(),
        }
    }

    /// Pools a level to `size` (h, w): `distorted` alone or beside its `reference`, each
    /// `[B, C_i, H_i, W_i]`.
    pub fn forward(
        &self,
        distorted: Tensor<4>,
        reference: Option<Tensor<4>>,
        size: [usize; 2],
    ) -> Pooled {
        // Pooling is linear, so it may come before the 1x1 convolutions: the same numbers for a
        // fraction of the work on the shallow levels.
        let pool = |x: Tensor<4>| {
            let [_, _, height, width] = x.dims();
            if [height, width] == size {
                x
            } else {
                adaptive_avg_pool2d(x, size)
            }
        };
        let (mask, features) = match reference {
            None => {
                let mask = self.mask(distorted.clone());
                let gated = pool(distorted * mask.clone());
                let features = match (&self.feature, &self.gate) {
                    (Some(feature), _) => {
                        let features = linear_part(feature, gated);
                        let open = pool(mask.clone());
                        self.reduce.forward(match &feature.bias {
                            Some(bias) => features + open * channelwise(bias.val()),
                            None => features,
                        })
                    }
                    (None, Some(gate)) => {
                        let open = pool(mask.clone());
                        self.reduce.forward(gated) + open * channelwise(gate.val())
                    }
                    (None, None) => self.reduce.forward(gated),
                };
                (mask, features)
            }
            Some(reference) => {
                let difference = (distorted.clone() - reference.clone()).abs();
                let mask = self.mask(difference.clone());
                let gated = [distorted, reference, difference]
                    .map(|features| pool(features * mask.clone()))
                    .to_vec();
                (mask, self.reduce.forward(Tensor::cat(gated, 1)))
            }
        };
        Pooled {
            mask,
            features: gelu(features),
        }
    }

    /// The bottleneck block and its sigmoid: `[B, C, H, W]` to `[B, 1, H, W]`.
    fn mask(&self, x: Tensor<4>) -> Tensor<4> {
        let layers = self.mask_layers();
        let convs: Vec<&Conv2d> = layers.iter().map(|(conv, _)| *conv).collect();
        let one_by_one = |x| {
            let layers = layers.iter();
            layers.fold(x, |x, (conv, activation)| {
                convolve(conv, x, None, *activation)
            })
        };
        sigmoid(self.fused_mask.forward(&convs, x, one_by_one))
    }

    fn mask_layers(&self) -> Vec<(&Conv2d, Activation)> {
        let last = self.mask.len().saturating_sub(1);
        let layers = self.mask.iter().enumerate();
        let activation = |index| if index < last { Gelu } else { Activation::None };
        layers
            .map(|(index, conv)| (conv, activation(index)))
            .collect()
    }

    /// Merges `feature` into `reduce`, two linear maps with nothing between them:
    /// `R (W_f F + b) m = (R W_f) F m + (R b) m`.
    pub fn fold(&mut self) {
        self.fused_mask = Fused::sequence(&self.mask_layers());
        let Some(feature) = self.feature.take() else {
            return;
        };
        let [width, channels, _, _] = self.reduce.weight.dims();
        let reduce = self.reduce.weight.val().reshape([width, channels]);
        let inner = feature.weight.val().reshape([channels, channels]);
        let merged = reduce.clone().matmul(inner);
        self.reduce.weight = Param::from_tensor(merged.reshape([width, channels, 1, 1]));
        self.gate = feature.bias.map(|bias| {
            let open = reduce.matmul(bias.val().reshape([channels, 1]));
            Param::from_tensor(open.reshape([width]))
        });
    }
}

/// A 1x1 convolution without its bias.
fn linear_part(conv: &Conv2d, x: Tensor<4>) -> Tensor<4> {
    let options = burn::tensor::ops::ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
    burn::tensor::module::conv2d(x, conv.weight.val(), None, options)
}

/// `[C]` to `[1, C, 1, 1]`.
fn channelwise(values: Tensor<1>) -> Tensor<4> {
    let [channels] = values.dims();
    values.reshape([1, channels, 1, 1])
}
