//! A block of three convolutions of which training keeps nothing but the input: what lies between is
//! computed again for the gradients (activation checkpointing), so a step takes more time and less
//! memory.

use super::keeps_input;
use super::kernels::Kernels;
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

/// A layer's weight and bias, its geometry, and its activation, whose gradient must be found from its
/// output.
pub type Given = (Tensor<4>, Tensor<1>, ConvShape, Activation);

/// Runs the layers one behind the other on `x` `[B, C, H, W]`.
pub fn bottleneck(x: Tensor<4>, layers: [Given; LAYERS]) -> Tensor<4> {
    let plans = layers.each_ref().map(|(_, _, shape, activation)| Plan {
        shape: *shape,
        activation: *activation,
    });
    let [first, second, third] =
        layers.map(|(weight, bias, _, _)| (weight.into_dispatch(), bias.into_dispatch()));
    Tensor::from_dispatch(<Dispatch as BottleneckBackend>::bottleneck(
        x.into_dispatch(),
        first.0,
        first.1,
        second.0,
        second.1,
        third.0,
        third.1,
        plans,
    ))
}

/// What a layer does.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    shape: ConvShape,
    activation: Activation,
}

/// The operation, as Burn routes it to the backend of its tensors.
#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Remote: cfg(feature = "remote"), Autodiff)]
pub trait BottleneckBackend: Backend {
    /// The layers one behind the other.
    #[allow(clippy::too_many_arguments)] // the macro that routes it takes no lists
    fn bottleneck(
        x: FloatTensor<Self>,
        first_weight: FloatTensor<Self>,
        first_bias: FloatTensor<Self>,
        second_weight: FloatTensor<Self>,
        second_bias: FloatTensor<Self>,
        third_weight: FloatTensor<Self>,
        third_bias: FloatTensor<Self>,
        plans: [Plan; LAYERS],
    ) -> FloatTensor<Self>;
}

/// The output of each of `layers`, which begin at the first.
fn outputs<B: Kernels>(
    x: &FloatTensor<B>,
    layers: &[(FloatTensor<B>, FloatTensor<B>)],
    plans: &[Plan; LAYERS],
) -> Vec<FloatTensor<B>> {
    let mut made: Vec<FloatTensor<B>> = Vec::with_capacity(layers.len());
    for ((weight, bias), plan) in layers.iter().zip(plans) {
        let input = made.last().unwrap_or(x).clone();
        made.push(B::forward(
            input,
            weight.clone(),
            bias.clone(),
            &plan.shape,
            plan.activation,
        ));
    }
    made
}

/// The last layer's output, each one before it dropped as soon as it is used.
fn output<B: Kernels>(
    x: FloatTensor<B>,
    layers: &[(FloatTensor<B>, FloatTensor<B>)],
    plans: &[Plan; LAYERS],
) -> FloatTensor<B> {
    layers
        .iter()
        .zip(plans)
        .fold(x, |x, ((weight, bias), plan)| {
            B::forward(
                x,
                weight.clone(),
                bias.clone(),
                &plan.shape,
                plan.activation,
            )
        })
}

macro_rules! without_gradients {
    ($backend:ty) => {
        impl BottleneckBackend for $backend {
            fn bottleneck(
                x: FloatTensor<Self>,
                first_weight: FloatTensor<Self>,
                first_bias: FloatTensor<Self>,
                second_weight: FloatTensor<Self>,
                second_bias: FloatTensor<Self>,
                third_weight: FloatTensor<Self>,
                third_bias: FloatTensor<Self>,
                plans: [Plan; LAYERS],
            ) -> FloatTensor<Self> {
                let layers = [
                    (first_weight, first_bias),
                    (second_weight, second_bias),
                    (third_weight, third_bias),
                ];
                output::<Self>(x, &layers, &plans)
            }
        }
    };
}

without_gradients!(Flex);
#[cfg(feature = "gpu")]
without_gradients!(Cube);
#[cfg(feature = "remote")]
without_gradients!(Remote);

impl<B: Backend + Kernels, C: CheckpointStrategy> BottleneckBackend for Autodiff<B, C> {
    fn bottleneck(
        x: FloatTensor<Self>,
        first_weight: FloatTensor<Self>,
        first_bias: FloatTensor<Self>,
        second_weight: FloatTensor<Self>,
        second_bias: FloatTensor<Self>,
        third_weight: FloatTensor<Self>,
        third_bias: FloatTensor<Self>,
        plans: [Plan; LAYERS],
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Bottleneck;

        impl<B: Backend + Kernels> Backward<B, 7> for Bottleneck {
            /// The input, each layer's weight and bias, what it does.
            type State = (
                FloatTensor<B>,
                [(FloatTensor<B>, FloatTensor<B>); LAYERS],
                [Plan; LAYERS],
            );

            fn backward(
                self,
                ops: Ops<Self::State, 7>,
                gradients: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let [of_x, w1, b1, w2, b2, w3, b3] = ops.parents;
                let mut gradient = gradients.consume::<B>(&ops.node);
                let (x, layers, plans) = ops.state;
                // The last one's output is asked for only where an activation follows.
                let count = match plans[LAYERS - 1].activation {
                    Activation::None => LAYERS - 1,
                    _ => LAYERS,
                };
                let mut made = outputs::<B>(&x, &layers[..count], &plans);
                let parents = [(w1, b1), (w2, b2), (w3, b3)];
                let backwards = parents.into_iter().zip(layers).zip(plans).enumerate().rev();
                for (at, (((of_weight, of_bias), (weight, _)), plan)) in backwards {
                    let Plan { shape, activation } = plan;
                    if made.len() > at
                        && let Some(kept) = made.pop()
                    {
                        gradient = B::activation_gradient(kept, gradient, activation);
                    }
                    if let Some(node) = of_bias {
                        let found = B::bias_gradient(gradient.clone(), &shape);
                        gradients.register::<B>(node.id, found);
                    }
                    if let Some(node) = of_weight {
                        let input = made.last().unwrap_or(&x).clone();
                        let found = B::weight_gradient(input, gradient.clone(), &shape);
                        gradients.register::<B>(node.id, found);
                    }
                    if at == 0 && of_x.is_none() {
                        return;
                    }
                    gradient = B::input_gradient(weight, gradient, &shape);
                }
                if let Some(node) = of_x {
                    gradients.register::<B>(node.id, gradient);
                }
            }
        }

        debug_assert!(!plans.iter().any(|plan| keeps_input(plan.activation)));
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
        let layers = [(w1, b1), (w2, b2), (w3, b3)];
        let y = output::<B>(x.clone(), &layers, &plans);
        match Bottleneck.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::UnTracked(prep) => prep.finish(y),
            OpsKind::Tracked(prep) => prep.finish((x, layers, plans), y),
        }
    }
}
