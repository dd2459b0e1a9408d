//! What convolutions cost.

use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use std::ops::{Add, AddAssign};

/// What convolutions cost on one picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Multiply-adds.
    pub multiply_adds: u64,
    /// Numbers that they make.
    pub outputs: u64,
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            multiply_adds: self.multiply_adds + other.multiply_adds,
            outputs: self.outputs + other.outputs,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// What a convolution costs on `[h, w]`, and the size of what it makes.
pub(super) fn convolution(conv: &Conv2d, [h, w]: [usize; 2]) -> (Cost, [usize; 2]) {
    let out = |size: usize, axis: usize| {
        let (kernel, stride) = (conv.kernel_size[axis], conv.stride[axis]);
        let padded = match &conv.padding {
            PaddingConfig2d::Same => return size.div_ceil(stride),
            PaddingConfig2d::Valid => size,
            PaddingConfig2d::Explicit(top, left, bottom, right) => {
                size + if axis == 0 {
                    top + bottom
                } else {
                    left + right
                }
            }
        };
        padded.saturating_sub(kernel) / stride + 1
    };
    let made = [out(h, 0), out(w, 1)];
    let area = made[0] * made[1];
    let weights = conv.weight.lazy_shape();
    let cost = Cost {
        multiply_adds: (weights.num_elements() * area) as u64,
        outputs: (weights[0] * area) as u64,
    };
    (cost, made)
}
