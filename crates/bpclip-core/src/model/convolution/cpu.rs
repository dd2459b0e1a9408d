//! The convolution on the CPU, on our own kernels.

use super::kernels::Kernels;
use super::weights;
use bpclip_kernels::{Activation, ConvShape};
use burn::backend::Flex;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Shape, TensorData};

impl Kernels for Flex {
    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: &ConvShape,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let (x, weight, bias) = (
            x.to_contiguous(),
            weight.to_contiguous(),
            bias.to_contiguous(),
        );
        let y = bpclip_kernels::forward(
            shape,
            x.storage(),
            weight.storage(),
            Some(bias.storage()),
            activation,
        );
        tensor(y, output(shape))
    }

    fn activate(z: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        match activation {
            Activation::Gelu => {
                let mut z = z.to_contiguous();
                bpclip_kernels::gelu(z.storage_mut());
                z
            }
            _ => z,
        }
    }

    fn activation_gradient(
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let (kept, mut gradient) = (kept.to_contiguous(), gradient.to_contiguous());
        let ceiling = match activation {
            Activation::None => return gradient,
            Activation::Gelu => {
                bpclip_kernels::gelu_gradient(kept.storage(), gradient.storage_mut());
                return gradient;
            }
            Activation::Relu => None,
            Activation::Relu6 => Some(6.0),
        };
        bpclip_kernels::relu_gradient(kept.storage(), gradient.storage_mut(), ceiling);
        gradient
    }

    fn input_gradient(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self> {
        let (weight, gradient) = (weight.to_contiguous(), gradient.to_contiguous());
        let dx = bpclip_kernels::input_gradient(shape, weight.storage(), gradient.storage());
        tensor(dx, input(shape))
    }

    fn weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self> {
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let dw = bpclip_kernels::weight_gradient(shape, x.storage(), gradient.storage());
        tensor(dw, weights(shape))
    }

    fn bias_gradient(gradient: FloatTensor<Self>, shape: &ConvShape) -> FloatTensor<Self> {
        let gradient = gradient.to_contiguous();
        let db = bpclip_kernels::bias_gradient(shape, gradient.storage());
        tensor(db, Shape::new([shape.channels_out]))
    }
}

/// Numbers as a tensor of the CPU backend.
fn tensor(values: Vec<f32>, shape: Shape) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}

fn input(shape: &ConvShape) -> Shape {
    Shape::new([shape.batch, shape.channels_in, shape.height, shape.width])
}

fn output(shape: &ConvShape) -> Shape {
    let [height, width] = shape.output();
    Shape::new([shape.batch, shape.channels_out, height, width])
}
