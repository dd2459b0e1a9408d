//! The parts of the convolution and its gradient, of Burn's own operations.

use super::weights;
use bpclip_kernels::{Activation, ConvShape};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;
use burn::tensor::ops::ConvOptions;

/// Burn's options for a shape whose input was padded already.
fn unpadded(shape: &ConvShape) -> ConvOptions<2> {
    ConvOptions::new(shape.stride, [0, 0], [1, 1], shape.groups)
}

/// The input within its zero padding.
fn padded<B: Backend>(x: FloatTensor<B>, shape: &ConvShape) -> FloatTensor<B> {
    let [[top, bottom], [left, right]] = shape.padding;
    if top + bottom + left + right == 0 {
        return x;
    }
    let size = [
        shape.batch,
        shape.channels_in,
        shape.height + top + bottom,
        shape.width + left + right,
    ];
    let dtype = x.dtype().into();
    let zeros = B::float_zeros(Shape::new(size), &x.device(), dtype);
    B::float_slice_assign(zeros, &inner(shape), x)
}

/// Where the input lies within its padding.
fn inner(shape: &ConvShape) -> [burn::tensor::Slice; 4] {
    let [[top, _], [left, _]] = shape.padding;
    [
        (0..shape.batch).into(),
        (0..shape.channels_in).into(),
        (top..top + shape.height).into(),
        (left..left + shape.width).into(),
    ]
}

/// The parts that the operation and its gradient are made of: Burn's own operations, unless a backend has
/// better ones. So they run wherever Burn does, on another machine too, which need not know them.
pub trait Kernels: Backend {
    /// `activation(x * weight + bias)`.
    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: &ConvShape,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let [[top, bottom], [left, right]] = shape.padding;
        let y = if top == bottom && left == right {
            let options = ConvOptions::new(shape.stride, [top, left], [1, 1], shape.groups);
            Self::conv2d(x, weight, Some(bias), options)
        } else {
            let x = padded::<Self>(x, shape);
            Self::conv2d(x, weight, Some(bias), unpadded(shape))
        };
        Self::activate(y, activation)
    }

    /// `activation(z)`, for an activation whose gradient needs `z`.
    fn activate(z: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        match activation {
            Activation::None => z,
            Activation::Relu => Self::relu(z),
            Activation::Relu6 => Self::float_clamp(z, 0.0.into(), 6.0.into()),
            Activation::Gelu => Self::gelu(z),
        }
    }

    /// The gradient before the activation. `kept` is what [`keeps_input`](super::keeps_input) says: the
    /// activation's input or its output.
    fn activation_gradient(
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        match activation {
            Activation::None => gradient,
            Activation::Relu => Self::relu_backward(kept, gradient),
            Activation::Relu6 => {
                let bool_type =
                    burn::backend::get_device_settings::<Self>(&kept.device()).bool_dtype;
                let saturated = Self::float_greater_equal_elem(kept.clone(), 6.0.into(), bool_type);
                let gradient = Self::float_mask_fill(gradient, saturated, 0.0.into());
                Self::relu_backward(kept, gradient)
            }
            Activation::Gelu => Self::gelu_backward(kept, gradient),
        }
    }

    /// With respect to `x`.
    fn input_gradient(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self> {
        let [[top, bottom], [left, right]] = shape.padding;
        let dims = [shape.height + top + bottom, shape.width + left + right];
        let [rows, columns] = shape.output();
        // What the stride never reached at the far edges gets no gradient.
        let rest = [
            dims[0] - ((rows - 1) * shape.stride[0] + shape.kernel[0]),
            dims[1] - ((columns - 1) * shape.stride[1] + shape.kernel[1]),
        ];
        let options = burn::tensor::ops::ConvTransposeOptions::new(
            shape.stride,
            [0, 0],
            rest,
            [1, 1],
            shape.groups,
        );
        let whole = Self::conv_transpose2d(gradient, weight, None, options);
        Self::float_slice(whole, &inner(shape))
    }

    /// With respect to `weight`.
    fn weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self> {
        let x = padded::<Self>(x, shape);
        if shape.groups == 1 {
            let weight = Self::float_zeros(weights(shape), &x.device(), x.dtype().into());
            return Self::conv2d_weight_backward(x, weight, gradient, unpadded(shape));
        }
        // Depthwise: each of the kernel's cells is the sum of a product of two planes.
        let [rows, columns] = shape.output();
        let [down, across] = shape.stride;
        let mut cells = Vec::with_capacity(shape.kernel[0] * shape.kernel[1]);
        for row in 0..shape.kernel[0] {
            for column in 0..shape.kernel[1] {
                let seen = [
                    (0..shape.batch).into(),
                    (0..shape.channels_in).into(),
                    burn::tensor::Slice::new(
                        row as isize,
                        Some((row + (rows - 1) * down + 1) as isize),
                        down as isize,
                    ),
                    burn::tensor::Slice::new(
                        column as isize,
                        Some((column + (columns - 1) * across + 1) as isize),
                        across as isize,
                    ),
                ];
                let product =
                    Self::float_mul(Self::float_slice(x.clone(), &seen), gradient.clone());
                let flat = Self::float_reshape(
                    product,
                    Shape::new([shape.batch, shape.channels_in, rows * columns]),
                );
                let cell = Self::float_sum_dim(Self::float_sum_dim(flat, 2), 0);
                cells.push(Self::float_reshape(
                    cell,
                    Shape::new([shape.channels_in, 1]),
                ));
            }
        }
        Self::float_reshape(Self::float_cat(cells, 1), weights(shape))
    }

    /// With respect to `bias`.
    fn bias_gradient(gradient: FloatTensor<Self>, shape: &ConvShape) -> FloatTensor<Self> {
        let [rows, columns] = shape.output();
        let flat = Self::float_reshape(
            gradient,
            Shape::new([shape.batch, shape.channels_out, rows * columns]),
        );
        let sum = Self::float_sum_dim(Self::float_sum_dim(flat, 2), 0);
        Self::float_reshape(sum, Shape::new([shape.channels_out]))
    }
}

#[cfg(feature = "gpu")]
impl Kernels for burn::backend::Cube {}

#[cfg(feature = "remote")]
impl Kernels for burn::backend::Remote {}
