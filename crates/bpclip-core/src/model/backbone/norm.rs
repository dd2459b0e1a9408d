//! Batch norm that is frozen: always the running statistics, in training too.

use crate::model::convolution::{bottleneck, convolve, shape, weight_and_bias};
use bpclip_kernels::Activation;
use burn::module::{Initializer, Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::{Device, Tensor};

/// Frozen batch norm, a scale and a shift a channel. Burn's own would use the batch's
/// statistics whenever gradients are wanted.
#[derive(Module, Debug)]
pub struct FrozenBatchNorm {
    /// `[C]`
    pub weight: Param<Tensor<1>>,
    /// `[C]`
    pub bias: Param<Tensor<1>>,
    /// `[C]`
    pub running_mean: Param<Tensor<1>>,
    /// `[C]`
    pub running_var: Param<Tensor<1>>,
    epsilon: f64,
}

impl FrozenBatchNorm {
    /// The identity for `channels`, until weights are loaded.
    pub fn new(channels: usize, epsilon: f64, device: &Device) -> Self {
        let frozen =
            |initializer: Initializer| initializer.init([channels], device).set_require_grad(false);
        Self {
            weight: frozen(Initializer::Ones),
            bias: frozen(Initializer::Zeros),
            running_mean: frozen(Initializer::Zeros),
            running_var: frozen(Initializer::Ones),
            epsilon,
        }
    }

    /// The scale and the shift, each `[C]`.
    pub fn affine(&self) -> (Tensor<1>, Tensor<1>) {
        let scale = self.weight.val() / (self.running_var.val() + self.epsilon).sqrt();
        let shift = self.bias.val() - self.running_mean.val() * scale.clone();
        (scale, shift)
    }
}

/// A convolution, then its norm (or, once folded, the convolution alone), then the activation.
pub fn conv_norm(
    conv: &Conv2d,
    norm: &Option<FrozenBatchNorm>,
    x: Tensor<4>,
    activation: Activation,
) -> Tensor<4> {
    let affine = norm.as_ref().map(FrozenBatchNorm::affine);
    convolve(conv, x, affine, activation)
}

/// Three of them, one behind the other, without an activation after the last; with `recompute` what lies
/// between is not kept for the gradients but computed again.
pub fn conv_norms(
    layers: [(&Conv2d, &Option<FrozenBatchNorm>); 3],
    x: Tensor<4>,
    activation: Activation,
    recompute: bool,
) -> Tensor<4> {
    if !recompute {
        let [first, second, third] = layers;
        let x = conv_norm(first.0, first.1, x, activation);
        let x = conv_norm(second.0, second.1, x, activation);
        return conv_norm(third.0, third.1, x, Activation::None);
    }
    let mut dims = x.dims();
    let layers = layers.map(|(conv, norm)| {
        let affine = norm.as_ref().map(FrozenBatchNorm::affine);
        let (weight, bias) = weight_and_bias(conv, affine);
        let shape = shape(conv, dims);
        let [rows, columns] = shape.output();
        dims = [shape.batch, shape.channels_out, rows, columns];
        (weight, bias, shape)
    });
    bottleneck(x, layers, activation)
}

/// Folds the norm into the convolution before it: the same numbers, one pass over memory less.
pub fn fold(conv: &mut Conv2d, norm: &mut Option<FrozenBatchNorm>) {
    let Some(norm) = norm.take() else { return };
    let (scale, shift) = norm.affine();
    let channels = scale.dims()[0];
    let weight = conv.weight.val() * scale.reshape([channels, 1, 1, 1]);
    conv.weight = Param::from_tensor(weight);
    conv.bias = Some(Param::from_tensor(shift));
}

/// A convolution without bias, `[channels_in, channels_out]`, as the backbones have them.
pub fn conv(
    channels: [usize; 2],
    kernel: usize,
    stride: usize,
    groups: usize,
    padding: burn::nn::PaddingConfig2d,
    device: &Device,
) -> Conv2d {
    Conv2dConfig::new(channels, [kernel, kernel])
        .with_stride([stride, stride])
        .with_groups(groups)
        .with_padding(padding)
        .with_bias(false)
        .init(device)
}
