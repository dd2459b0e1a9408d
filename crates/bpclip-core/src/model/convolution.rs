//! Convolution, bias and activation as one operation. On the CPU it runs on our own kernels
//! (`bpclip_kernels`), elsewhere on Burn's; its gradients are given by hand, because Burn's
//! weight gradient of a depthwise layer is one convolution a channel.

use bpclip_kernels::{Activation, ConvShape};
#[cfg(feature = "gpu")]
use burn::backend::Cube;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::ops::{ActivationOps, FloatTensorOps, ModuleOps};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Shape, Tensor, TensorData};

/// Runs a layer's convolution with other weights than its own, where they are `scale`d per
/// output channel and shifted: a frozen batch norm costs nothing this way, in training too.
pub fn convolve(
    layer: &Conv2d,
    x: Tensor<4>,
    affine: Option<(Tensor<1>, Tensor<1>)>,
    activation: Activation,
) -> Tensor<4> {
    let [channels, _, _, _] = layer.weight.dims();
    let (weight, bias) = match affine {
        Some((scale, shift)) => (
            layer.weight.val() * scale.reshape([channels, 1, 1, 1]),
            shift,
        ),
        None => {
            let bias = layer.bias.as_ref().map(|bias| bias.val());
            let bias = bias.unwrap_or_else(|| Tensor::zeros([channels], &x.device()));
            (layer.weight.val(), bias)
        }
    };
    let shape = shape(layer, x.dims());
    Tensor::from_dispatch(<Dispatch as ConvolutionBackend>::convolution(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        shape,
        activation,
    ))
}

/// What a layer does to an input of `[B, C, H, W]`.
fn shape(layer: &Conv2d, [batch, channels, height, width]: [usize; 4]) -> ConvShape {
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
#[cfg_attr(feature = "gpu", backend_extension(Flex, Cube, Autodiff))]
#[cfg_attr(not(feature = "gpu"), backend_extension(Flex, Autodiff))]
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

/// The parts that the operation and its gradient are made of.
pub trait Kernels: Backend {
    /// `activation(x * weight + bias)`.
    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: &ConvShape,
        activation: Activation,
    ) -> FloatTensor<Self>;
    /// `activation(z)`, for an activation whose gradient needs `z`.
    fn activate(z: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;
    /// The gradient before the activation. `kept` is what [`keeps_input`] says: the activation's
    /// input or its output.
    fn activation_gradient(
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;
    /// With respect to `x`.
    fn input_gradient(
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self>;
    /// With respect to `weight`.
    fn weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: &ConvShape,
    ) -> FloatTensor<Self>;
    /// With respect to `bias`.
    fn bias_gradient(gradient: FloatTensor<Self>, shape: &ConvShape) -> FloatTensor<Self>;
}

/// Whether an activation's gradient is found from its input; else from its output.
fn keeps_input(activation: Activation) -> bool {
    activation == Activation::Gelu
}

impl ConvolutionBackend for Flex {
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

#[cfg(feature = "gpu")]
impl ConvolutionBackend for Cube {
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
                let z = z.to_contiguous();
                let shape = z.shape();
                tensor(bpclip_kernels::gelu(z.storage()), shape)
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

fn weights(shape: &ConvShape) -> Shape {
    let [height, width] = shape.kernel;
    let inputs = shape.channels_in / shape.groups;
    Shape::new([shape.channels_out, inputs, height, width])
}

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

#[cfg(feature = "gpu")]
impl Kernels for Cube {
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

    fn activate(z: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        match activation {
            Activation::None => z,
            Activation::Relu => Self::relu(z),
            Activation::Relu6 => Self::float_clamp(z, 0.0.into(), 6.0.into()),
            Activation::Gelu => Self::gelu(z),
        }
    }

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
