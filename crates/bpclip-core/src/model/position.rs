//! The learned position of a cell, the same for every level.

use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// Two tables, one for rows and one for columns, each `[D / 2, length]`.
#[derive(Module, Debug)]
pub struct Position {
    height: Param<Tensor<2>>,
    width: Param<Tensor<2>>,
}

impl Position {
    /// Small random tables of `length` entries for tokens `width` wide.
    pub fn new(width: usize, length: usize, device: &Device) -> Self {
        let table = || {
            let normal = Initializer::Normal {
                mean: 0.0,
                std: 0.02,
            };
            normal.init([width / 2, length], device)
        };
        Self {
            height: table(),
            width: table(),
        }
    }

    /// The encoding of an h x w grid, `[1, h * w, D]`, row-major, height first.
    pub fn encoding(&self, [h, w]: [usize; 2]) -> Tensor<3> {
        let rows = resampled(self.height.val(), h);
        let columns = resampled(self.width.val(), w);
        let [half, _] = rows.dims();
        let rows = rows.reshape([1, half, h, 1]).expand([1, half, h, w]);
        let columns = columns.reshape([1, half, 1, w]).expand([1, half, h, w]);
        tokens(Tensor::cat(vec![rows, columns], 1))
    }
}

/// `[B, D, h, w]` to tokens `[B, h * w, D]`, row-major.
pub fn tokens(x: Tensor<4>) -> Tensor<3> {
    x.flatten::<3>(2, 3).swap_dims(1, 2)
}

/// A table `[C, L]` to `[C, size]`, linear, half-pixel centres, edges clamped. A product with a
/// constant matrix, because `interpolate` has no gradient on the GPU backends.
fn resampled(table: Tensor<2>, size: usize) -> Tensor<2> {
    let [_, length] = table.dims();
    let device = table.device();
    let data = TensorData::new(interpolation(length, size), [length, size]);
    table.matmul(Tensor::from_data(data, &device))
}

/// The matrix `[length, size]`, row-major, that resamples `length` values to `size`.
fn interpolation(length: usize, size: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; length * size];
    for target in 0..size {
        let exact = (target as f64 + 0.5) * length as f64 / size as f64 - 0.5;
        let exact = exact.clamp(0.0, (length - 1) as f64);
        let left = exact.floor() as usize;
        let right = (left + 1).min(length - 1);
        let share = (exact - left as f64) as f32;
        matrix[left * size + target] += 1.0 - share;
        matrix[right * size + target] += share;
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resampling_to_the_same_length_is_the_identity() {
        let matrix = interpolation(5, 5);
        for row in 0..5 {
            for column in 0..5 {
                let expected = f32::from(u8::from(row == column));
                assert_eq!(matrix[row * 5 + column], expected);
            }
        }
    }

    #[test]
    fn every_target_is_a_weighted_mean() {
        for (length, size) in [(32, 7), (32, 100), (1, 4), (3, 1)] {
            let matrix = interpolation(length, size);
            for target in 0..size {
                let sum: f32 = (0..length).map(|row| matrix[row * size + target]).sum();
                assert!((sum - 1.0).abs() < 1e-6);
            }
        }
    }
}
