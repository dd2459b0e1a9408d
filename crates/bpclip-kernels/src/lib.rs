//! Convolutions of 32-bit floats on the CPU, forward and backward, and the functions around them.
//!
//! Pictures are `[batch, channels, height, width]` and contiguous. Every function takes slices; one
//! that does not fit the shape is a programmer's mistake and panics. The widest instructions that
//! the processor has (AVX-512, AVX2, NEON) are chosen at run time. Results are the same on every
//! run and with every number of threads.

#![warn(missing_docs)]

mod activation;
mod chain;
mod dense;
mod dense_weight;
mod depthwise;
mod gather;
mod layer;
mod products;
mod scratch;
mod shape;
mod store;
#[cfg(test)]
mod tests;
mod threads;
mod tile;
mod window;
mod winograd;

pub use activation::{gelu, gelu_gradient, relu_gradient, sigmoid, softmax};
pub use chain::{Chain, Step};
pub use layer::Layer;
pub use shape::{Activation, ConvShape};

use gather::Gather;
use rayon::prelude::*;
use store::Epilogue;
use threads::Threads;

/// Convolves `x` (`[batch, channels_in, height, width]`) with `weight`
/// (`[channels_out, channels_in / groups, kernel rows, kernel columns]`), adds `bias` (a number for
/// each output channel) and applies `activation`. The result is
/// `[batch, channels_out, rows, columns]`, see [`ConvShape::output`].
///
/// # Panics
/// If a slice does not fit the shape.
pub fn forward(
    shape: &ConvShape,
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
) -> Vec<f32> {
    shape.check(Some(x), Some(weight), None);
    if let Some(bias) = bias {
        assert_eq!(bias.len(), shape.channels_out, "a bias for each channel");
    }
    let gather = Gather::forward(shape);
    let epilogue = Epilogue { bias, activation };
    if shape.is_depthwise() {
        return depthwise_gather(&gather, shape.channels_in, x, weight, epilogue);
    }
    let [inputs, taps] = [shape.channels_in, shape.taps()];
    let weight =
        |output: usize, input: usize, tap: usize| weight[(output * inputs + input) * taps + tap];
    let channels = [inputs, shape.channels_out];
    dense_gather(&gather, channels, shape.batch, x, weight, epilogue)
}

/// The gradient of a loss with respect to the input of [`forward`] (without its activation), from
/// `dy`, the gradient with respect to its output.
///
/// # Panics
/// If a slice does not fit the shape.
pub fn input_gradient(shape: &ConvShape, weight: &[f32], dy: &[f32]) -> Vec<f32> {
    shape.check(None, Some(weight), Some(dy));
    let gather = Gather::backward(shape);
    if shape.is_depthwise() {
        return depthwise_gather(&gather, shape.channels_in, dy, weight, Epilogue::NONE);
    }
    let [inputs, taps] = [shape.channels_in, shape.taps()];
    let weight =
        |input: usize, output: usize, tap: usize| weight[(output * inputs + input) * taps + tap];
    let channels = [shape.channels_out, inputs];
    dense_gather(&gather, channels, shape.batch, dy, weight, Epilogue::NONE)
}

fn depthwise_gather(
    gather: &Gather,
    channels: usize,
    input: &[f32],
    weight: &[f32],
    epilogue: Epilogue,
) -> Vec<f32> {
    let mut output = vec![0.0; gather.output_len(channels, channels, input)];
    depthwise::gather(
        gather,
        channels,
        input,
        weight,
        epilogue,
        &mut output,
        Threads::All,
    );
    output
}

fn dense_gather(
    gather: &Gather,
    channels: [usize; 2],
    images: usize,
    input: &[f32],
    weight: impl Fn(usize, usize, usize) -> f32 + Sync,
    epilogue: Epilogue,
) -> Vec<f32> {
    let mut output = vec![0.0; gather.output_len(channels[0], channels[1], input)];
    let to = &mut output;
    match winograd::suits(gather, channels, images) {
        Some(part) => {
            let packed = winograd::pack(part, channels, weight);
            winograd::gather(part, channels, input, &packed, epilogue, to, Threads::All);
        }
        None => {
            let packed = dense::pack(gather, channels, weight);
            dense::gather(gather, channels, input, &packed, epilogue, to, Threads::All);
        }
    }
    output
}

/// The gradient of a loss with respect to the weight of [`forward`] (without its activation), from
/// `dy`, the gradient with respect to its output.
///
/// # Panics
/// If a slice does not fit the shape.
pub fn weight_gradient(shape: &ConvShape, x: &[f32], dy: &[f32]) -> Vec<f32> {
    shape.check(Some(x), None, Some(dy));
    let gather = Gather::forward(shape);
    let part = &gather.parts[0];
    let channels = [shape.channels_in, shape.channels_out];
    if shape.is_depthwise() {
        depthwise::gradient(shape, part, x, dy)
    } else if winograd::suits(&gather, channels, shape.batch).is_some_and(winograd::suits_gradient)
    {
        winograd::gradient(shape, part, x, dy)
    } else {
        dense_weight::gradient(shape, part, gather.is_pointwise(), x, dy)
    }
}

/// The gradient of a loss with respect to the bias of [`forward`] (without its activation), from
/// `dy`, the gradient with respect to its output.
///
/// # Panics
/// If a slice does not fit the shape.
pub fn bias_gradient(shape: &ConvShape, dy: &[f32]) -> Vec<f32> {
    shape.check(None, None, Some(dy));
    let [rows, columns] = shape.output();
    let plane = rows * columns;
    (0..shape.channels_out)
        .into_par_iter()
        .map(|channel| {
            let planes = dy
                .chunks_exact(plane)
                .skip(channel)
                .step_by(shape.channels_out);
            planes.map(activation::sum).sum()
        })
        .collect()
}
