//! Convolutions that scoring on the CPU runs as one: band by band, their weights laid out once.

use super::shape;
use crate::model::is_plain_memory;
use bpclip_kernels::{Activation, Chain, Layer, Step};
use burn::nn::conv::Conv2d;
use burn::tensor::{Tensor, TensorData};
use std::sync::Arc;

/// Channels of an inverted bottleneck that are worked on together: their rows of a picture stay in the
/// second-level cache.
const GROUP: usize = 48;

/// Convolutions with their weights, or nothing: in training, and on a GPU.
#[derive(Clone, Debug, Default)]
pub struct Fused(Option<Arc<Chain>>);

impl Fused {
    /// Convolutions one behind the other, each with its activation.
    pub fn sequence(layers: &[(&Conv2d, Activation)]) -> Self {
        let step = |(conv, activation): &(&Conv2d, Activation)| {
            let [channels, _, _, _] = conv.weight.dims();
            Step::Layer(layer(conv, 0, channels, *activation))
        };
        Self::on_the_cpu(layers[0].0, || {
            Chain::new(layers.iter().map(step).collect(), false)
        })
    }

    /// An inverted bottleneck: `wide` (1 x 1), `deep` (depthwise), `narrow` (1 x 1, without an
    /// activation); with `skip` its input is added.
    pub fn inverted(
        [wide, deep, narrow]: [&Conv2d; 3],
        activation: Activation,
        skip: bool,
    ) -> Self {
        Self::on_the_cpu(wide, || {
            let [hidden, _, _, _] = wide.weight.dims();
            let groups = (0..hidden).step_by(GROUP).map(|first| {
                let count = GROUP.min(hidden - first);
                [wide, deep].map(|conv| layer(conv, first, count, activation))
            });
            let [channels, _, _, _] = narrow.weight.dims();
            let narrow = layer(narrow, 0, channels, Activation::None);
            let steps = vec![Step::Expanded(groups.collect()), Step::Layer(narrow)];
            Chain::new(steps, skip)
        })
    }

    fn on_the_cpu(conv: &Conv2d, chain: impl FnOnce() -> Chain) -> Self {
        Self(is_plain_memory(&conv.weight.device()).then(|| Arc::new(chain())))
    }

    /// Runs them on `x` `[B, C, H, W]`, `one_by_one` where there is nothing to run. The steps' geometry
    /// is that of `convs`: for an inverted bottleneck its last two.
    pub fn forward(
        &self,
        convs: &[&Conv2d],
        x: Tensor<4>,
        one_by_one: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<4> {
        let Some(chain) = &self.0 else {
            return one_by_one(x);
        };
        let mut dims = x.dims();
        let shapes: Vec<_> = convs
            .iter()
            .map(|conv| {
                if conv.groups > 1 {
                    dims[1] = conv.groups;
                }
                let shape = shape(conv, dims);
                let [rows, columns] = shape.output();
                dims = [shape.batch, shape.channels_out, rows, columns];
                shape
            })
            .collect();
        let device = x.device();
        let x = x.into_data();
        let y = chain.forward(&shapes, x.as_slice().expect("a tensor of 32-bit floats"));
        Tensor::from_data(TensorData::new(y, dims), &device)
    }
}

/// `count` channels from `first` on of a convolution's output.
fn layer(conv: &Conv2d, first: usize, count: usize, activation: Activation) -> Layer {
    let mut shape = shape(conv, [1, conv.weight.dims()[1] * conv.groups, 64, 64]);
    shape.channels_out = count;
    if conv.groups > 1 {
        (shape.channels_in, shape.groups) = (count, count);
    }
    let weight = numbers(conv.weight.val().narrow(0, first, count));
    let bias = match &conv.bias {
        Some(bias) => numbers(bias.val().narrow(0, first, count)),
        None => vec![0.0; count],
    };
    Layer::new(&shape, &weight, &bias, activation)
}

fn numbers<const R: usize>(tensor: Tensor<R>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}
