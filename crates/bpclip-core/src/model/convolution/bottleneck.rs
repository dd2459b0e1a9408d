//! A block of three convolutions of which training keeps nothing but the input: what lies between is
//! computed again for the gradients (activation checkpointing), so a step computes more and takes less
//! memory.

use super::{ConvolutionBackend, Kernels, keeps_input};
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
use burn::tensor::Tensor;

/// Convolutions of a block.
const LAYERS: usize = 3;

/// A layer's weight and bias, and its geometry.
pub type Layer = (Tensor<4>, Tensor<1>, ConvShape);

/// Runs the layers one behind the other on `x` `[B, C, H, W]`. An activation, whose gradient must be
/// found from its output, follows on each but the last.
pub fn bottleneck(x: Tensor<4>, layers: [Layer; LAYERS], activation: Activation) -> Tensor<4> {
    let shapes = layers.each_ref().map(|(_, _, shape)| *shape);
    let [first, second, third] =
        layers.map(|(weight, bias, _)| (weight.into_dispatch(), bias.into_dispatch()));
    Tensor::from_dispatch(<Dispatch as BottleneckBackend>::bottleneck(
        x.into_dispatch(),
        first.0,
        first.1,
        second.0,
        second.1,
        third.0,
        third.1,
        shapes,
        activation,
    ))
}

/// The operation, as Burn routes it to the backend of its tensors.
#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Remote: cfg(feature = "remote"), Autodiff)]
pub trait BottleneckBackend: ConvolutionBackend {
    /// The layers one behind the other, each output dropped as soon as it is used.
    #[allow(clippy::too_many_arguments)] // the macro that routes it takes no lists
    fn bottleneck(
        x: FloatTensor<Self>,
        first_weight: FloatTensor<Self>,
        first_bias: FloatTensor<Self>,
        second_weight: FloatTensor<Self>,
        second_bias: FloatTensor<Self>,
        third_weight: FloatTensor<Self>,
        third_bias: FloatTensor<Self>,
        shapes: [ConvShape; LAYERS],
        activation: Activation,
    ) -> FloatTensor<Self> {
        let [first, second, third] = shapes;
        let x = Self::convolution(x, first_weight, first_bias, first, activation);
        let x = Self::convolution(x, second_weight, second_bias, second, activation);
        Self::convolution(x, third_weight, third_bias, third, Activation::None)
    }
}

impl BottleneckBackend for Flex {}
#[cfg(feature = "gpu")]
impl BottleneckBackend for Cube {}
#[cfg(feature = "remote")]
impl BottleneckBackend for Remote {}

impl<B: BottleneckBackend + Kernels, C: CheckpointStrategy> BottleneckBackend for Autodiff<B, C> {
    fn bottleneck(
        x: FloatTensor<Self>,
        first_weight: FloatTensor<Self>,
        first_bias: FloatTensor<Self>,
        second_weight: FloatTensor<Self>,
        second_bias: FloatTensor<Self>,
        third_weight: FloatTensor<Self>,
        third_bias: FloatTensor<Self>,
        shapes: [ConvShape; LAYERS],
        activation: Activation,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Bottleneck;

        impl<B: Backend + Kernels> Backward<B, 7> for Bottleneck {
            /// The input, each layer's weight, the bias of each but the last, the geometries.
            type State = (
                FloatTensor<B>,
                [FloatTensor<B>; LAYERS],
                [FloatTensor<B>; LAYERS - 1],
                [ConvShape; LAYERS],
                Activation,
            );

            fn backward(
                self,
                ops: Ops<Self::State, 7>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let [of_x, w1, b1, w2, b2, w3, b3] = ops.parents;
                let mut gradient = gradients.consume::<B>(&ops.node);
                let (x, weights, [first_bias, second_bias], shapes, activation) = ops.state;
                let forward = |x: &FloatTensor<B>, at: usize, bias| {
                    B::forward(
                        x.clone(),
                        weights[at].clone(),
                        bias,
                        &shapes[at],
                        activation,
                    )
                };
                let first = forward(&x, 0, first_bias);
                let second = forward(&first, 1, second_bias);
                let parents = [(w1, b1), (w2, b2), (w3, b3)];
                let inputs = [x, first, second];
                let layers = parents.into_iter().zip(inputs).zip(weights).zip(shapes);
                for (at, ((((of_weight, of_bias), input), weight), shape)) in
                    layers.enumerate().rev()
                {
                    if let Some(node) = of_bias {
                        let found = B::bias_gradient(gradient.clone(), &shape);
                        gradients.register::<B>(node.id, found);
                    }
                    if let Some(node) = of_weight {
                        let found = B::weight_gradient(input.clone(), gradient.clone(), &shape);
                        gradients.register::<B>(node.id, found);
                    }
                    if at == 0 && of_x.is_none() {
                        return;
                    }
                    gradient = B::input_gradient(weight, gradient, &shape);
                    if at > 0 {
                        // What this layer takes is the output of the activation before it.
                        gradient = B::activation_gradient(input, gradient, activation);
                    }
                }
                if let Some(node) = of_x {
                    gradients.register::<B>(node.id, gradient);
                }
            }
        }

        debug_assert!(!keeps_input(activation));
        let given = [
            x,
            first_weight,
            first_bias,
            second_weight,
            second_bias,
            third_weight,
            third_bias,
        ];
        let nodes = given.each_ref().map(|tensor| tensor.node());
        let [x, w1, b1, w2, b2, w3, b3] = given.map(|tensor| tensor.into_primitive());
        let state = (
            x.clone(),
            [w1.clone(), w2.clone(), w3.clone()],
            [b1.clone(), b2.clone()],
            shapes,
            activation,
        );
        let y = B::bottleneck(x, w1, b1, w2, b2, w3, b3, shapes, activation);
        match Bottleneck.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::UnTracked(prep) => prep.finish(y),
            OpsKind::Tracked(prep) => prep.finish(state, y),
        }
    }
}
