//! A convolution whose weights were laid out once.

use super::gather::Gather;
use super::store::Epilogue;
use super::threads::Threads;
use super::tile::Packed;
use super::{Activation, ConvShape, dense, depthwise, winograd};

/// A convolution with its bias and activation, ready for inputs of any size. What it makes is what
/// [`forward`](super::forward) makes, within rounding.
pub struct Layer {
    channels: [usize; 2],
    weights: Weights,
    bias: Vec<f32>,
    activation: Activation,
}

enum Weights {
    Depthwise(Vec<f32>),
    Dense {
        packed: Vec<Packed>,
        /// For pictures that are wide enough.
        winograd: Option<Vec<Packed>>,
    },
}

impl Layer {
    /// Lays out `weight` (`[channels_out, channels_in / groups, kernel rows, kernel columns]`). Of
    /// `shape` the size of the picture does not matter.
    ///
    /// # Panics
    /// If a slice does not fit the shape.
    pub fn new(shape: &ConvShape, weight: &[f32], bias: &[f32], activation: Activation) -> Self {
        shape.check(None, Some(weight), None);
        assert_eq!(bias.len(), shape.channels_out, "a bias for each channel");
        let channels = [shape.channels_in, shape.channels_out];
        let weights = if shape.is_depthwise() {
            Weights::Depthwise(weight.to_vec())
        } else {
            let gather = Gather::forward(shape);
            let [inputs, taps] = [shape.channels_in, shape.taps()];
            let weight = |output: usize, input: usize, tap: usize| {
                weight[(output * inputs + input) * taps + tap]
            };
            let winograd = gather
                .parts
                .first()
                .filter(|part| winograd::fits(&gather, part) && winograd::suits_channels(channels));
            Weights::Dense {
                packed: dense::pack(&gather, channels, weight),
                winograd: winograd.map(|part| winograd::pack(part, channels, weight)),
            }
        };
        Self {
            channels,
            weights,
            bias: bias.to_vec(),
            activation,
        }
    }

    /// Channels of its input.
    pub fn channels_in(&self) -> usize {
        self.channels[0]
    }

    /// Channels of its output.
    pub fn channels_out(&self) -> usize {
        self.channels[1]
    }

    /// Multiply-adds of a number of its output.
    pub(super) fn products(&self, shape: &ConvShape) -> usize {
        match self.weights {
            Weights::Depthwise(_) => shape.taps(),
            Weights::Dense { .. } => self.channels[0] * shape.taps(),
        }
    }

    /// Convolves `x` into `y`, every number of which is written.
    pub(super) fn run(&self, shape: &ConvShape, x: &[f32], y: &mut [f32], threads: Threads) {
        shape.check(Some(x), None, Some(y));
        let gather = Gather::forward(shape);
        let epilogue = Epilogue {
            bias: Some(&self.bias),
            activation: self.activation,
        };
        match &self.weights {
            Weights::Depthwise(weight) => {
                let channels = self.channels[0];
                depthwise::gather(&gather, channels, x, weight, epilogue, y, threads);
            }
            Weights::Dense { packed, winograd } => match (winograd, gather.parts.first()) {
                (Some(packed), Some(part)) if winograd::suits_width(part) => {
                    winograd::gather(part, self.channels, x, packed, epilogue, y, threads);
                }
                _ => dense::gather(&gather, self.channels, x, packed, epilogue, y, threads),
            },
        }
    }
}
