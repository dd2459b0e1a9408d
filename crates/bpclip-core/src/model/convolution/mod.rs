//! Convolution, bias and activation as one operation. On the CPU it runs on our own kernels
//! (`bpclip_kernels`), elsewhere, on another machine too, on Burn's operations; its gradients are given
//! by hand, because Burn's weight gradient of a depthwise layer is one convolution a channel.

mod bottleneck;
mod cpu;
mod fused;
mod kernels;

pub use bottleneck::bottleneck;
pub use fused::Fused;
use kernels::Kernels;

use bpclip_kernels::{Activation, ConvShape};
#[cfg(feature = "gpu")]
use burn::backend::Cube;
#[cfg(feature = "remote")]
use burn::backend::Remote;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::{Shape, Tensor};

/// Runs a layer's convolution with other weights than its own, where they are `scale`d per
/// output channel and shifted: a frozen batch norm costs nothing this way, in training too.
pub fn convolve(
    layer: &Conv2d,
    x: Tensor<4>,
    affine: Option<(Tensor<1>, Tensor<1>)>,
    activation: Activation,
) -> Tensor<4> {
    let (weight, bias) = weight_and_bias(layer, affine);
    let shape = shape(layer, x.dims());
    convolution(x, weight, bias, shape, activation)
}

/// `activation(x * weight + bias)`.
pub fn convolution(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    shape: ConvShape,
    activation: Activation,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as ConvolutionBackend>::convolution(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        shape,
        activation,
    ))
}

/// A layer's weight, `scale`d per output channel, and its bias, or the shift in its place.
pub fn weight_and_bias(
    layer: &Conv2d,
    affine: Option<(Tensor<1>, Tensor<1>)>,
) -> (Tensor<4>, Tensor<1>) {
    let [channels, _, _, _] = layer.weight.dims();
    let weight = layer.weight.val();
    match affine {
        Some((scale, shift)) => (weight * scale.reshape([channels, 1, 1, 1]), shift),
        None => {
            let bias = layer.bias.as_ref().map(|bias| bias.val());
            let bias = bias.unwrap_or_else(|| Tensor::zeros([channels], &weight.device()));
            (weight, bias)
        }
    }
}

/// What a layer does to an input of `[B, C, H, W]`.
pub fn shape(layer: &Conv2d, [batch, channels, height, width]: [usize; 4]) -> ConvShape {
    let same = |size: usize, axis: usize| {
        let (kernel, stride) = (layer.kernel_size[axis], layer.stride[axis]);
        // TensorFlow's SAME: the smaller half first.
        let total = ((size.div_ceil(stride) - 1) * stride + kernel).saturating_sub(size);
        [total / 2, total - total / 2]
    };
    let padding = match &layer.padding {
        PaddingConfig2d::Same => [same(height, 0), same(width, 1)],
        PaddingConfig2d::Valid => [[0, 0], [0, 0]],
        PaddingConfig2d::Explicit(top, left, bottom, right) => [[*top, *bottom], [*left, *right]],
    };
    ConvShape {
        batch,
        channels_in: channels,
        height,
        width,
        channels_out: layer.weight.dims()[0],
        kernel: layer.kernel_size,
        stride: layer.stride,
        padding,
        groups: layer.groups,
    }
}

/// The operation, as Burn routes it to the backend of its tensors.
#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Remote: cfg(feature = "remote"), Autodiff)]
pub trait ConvolutionBackend: Backend {
    /// `activation(x * weight + bias)`.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
        activation: Activation,
    ) -> FloatTensor<Self>;
}

/// Whether an activation's gradient is found from its input; else from its output.
fn keeps_input(activation: Activation) -> bool {
    activation == Activation::Gelu
}

macro_rules! without_gradients {
    ($backend:ty) => {
        impl ConvolutionBackend for $backend {
            fn convolution(
                x: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                shape: ConvShape,
                activation: Activation,
            ) -> FloatTensor<Self> {
                Self::forward(x, weight, bias, &shape, activation)
            }
        }
    };
}

without_gradients!(Flex);
#[cfg(feature = "gpu")]
without_gradients!(Cube);
#[cfg(feature = "remote")]
without_gradients!(Remote);

impl<B: Backend + Kernels, C: CheckpointStrategy> ConvolutionBackend for Autodiff<B, C> {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
        activation: Activation,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Convolution;

        impl<B: Backend + Kernels> Backward<B, 3> for Convolution {
            /// Input, weight, what the activation keeps.
            type State = (
                FloatTensor<B>,
                FloatTensor<B>,
                Option<FloatTensor<B>>,
                ConvShape,
                Activation,
            );

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let [of_x, of_weight, of_bias] = ops.parents;
                let gradient = gradients.consume::<B>(&ops.node);
                let (x, weight, kept, shape, activation) = ops.state;
                let gradient = match kept {
                    Some(kept) => B::activation_gradient(kept, gradient, activation),
                    None => gradient,
                };
                if let Some(node) = of_bias {
                    gradients.register::<B>(node.id, B::bias_gradient(gradient.clone(), &shape));
                }
                if let Some(node) = of_weight {
                    let found = B::weight_gradient(x, gradient.clone(), &shape);
                    gradients.register::<B>(node.id, found);
                }
                if let Some(node) = of_x {
                    gradients.register::<B>(node.id, B::input_gradient(weight, gradient, &shape));
                }
            }
        }

        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight, bias) = (
            x.into_primitive(),
            weight.into_primitive(),
            bias.into_primitive(),
        );
        match Convolution.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::UnTracked(prep) => {
                prep.finish(B::forward(x, weight, bias, &shape, activation))
            }
            OpsKind::Tracked(prep) => {
                let (y, kept) = if keeps_input(activation) {
                    let z = B::forward(x.clone(), weight.clone(), bias, &shape, Activation::None);
                    (B::activate(z.clone(), activation), Some(z))
                } else {
                    let y = B::forward(x.clone(), weight.clone(), bias, &shape, activation);
                    let kept = (activation != Activation::None).then(|| y.clone());
                    (y, kept)
                };
                prep.finish((x, weight, kept, shape, activation), y)
            }
        }
    }
}

/// The shape of a layer's weights.
fn weights(shape: &ConvShape) -> Shape {
    let [height, width] = shape.kernel;
    let inputs = shape.channels_in / shape.groups;
    Shape::new([shape.channels_out, inputs, height, width])
}
