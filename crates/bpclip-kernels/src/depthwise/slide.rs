//! Square kernels at stride 1: every number is read once for all rows of the kernel.

use pulp::Simd;

use super::super::gather::Part;
use super::super::store::store;
use super::super::tile::{SLACK, load};
use super::super::window::{Window, lay};
use super::Plane;

impl Plane<'_> {
    /// Goes down each vector of columns with the sums of the `K` rows of output that the current
    /// row of input is part of.
    #[inline(always)]
    pub fn slide<S: Simd, const K: usize>(&mut self, simd: S, part: &Part, weights: &[f32]) {
        let window = &part.window;
        let [height, _] = window.size;
        let [rows, columns] = part.size;
        lay_rows(simd, window, self.laid, self.input);
        let zero = simd.splat_f32s(0.0);
        let mut kernel = [[zero; K]; K];
        for (kernel, weights) in kernel.iter_mut().zip(weights.chunks_exact(K)) {
            for (kernel, &weight) in kernel.iter_mut().zip(weights) {
                *kernel = simd.splat_f32s(weight);
            }
        }
        let origin = window.origin[0];
        for column in (0..columns).step_by(S::F32_LANES) {
            let count = S::F32_LANES.min(columns - column);
            // `sums[tap]` are those of output row `y - origin - tap`.
            let mut sums = [zero; K];
            for y in origin.min(0)..origin + (rows + K - 1).cast_signed() {
                if let Some(y) = usize::try_from(y).ok().filter(|&y| y < height) {
                    let from = &self.laid[y * window.columns + column..];
                    for x in 0..K {
                        let [numbers] = load::<S, 1>(&from[x..]);
                        for (sum, kernel) in sums.iter_mut().zip(&kernel) {
                            *sum = simd.mul_add_f32s(kernel[x], numbers, *sum);
                        }
                    }
                }
                if let Ok(row) = usize::try_from(y - origin - (K - 1).cast_signed()) {
                    let [sum] = self.epilogue.apply(simd, self.channel, [sums[K - 1]]);
                    let to = &mut self.output[row * columns + column..][..count];
                    store(simd, to, [sum]);
                }
                for tap in (1..K).rev() {
                    sums[tap] = sums[tap - 1];
                }
                sums[0] = zero;
            }
        }
    }
}

/// Lays out the rows of an input with zeros beside them, but none above and below.
#[inline(always)]
pub fn lay_rows<S: Simd>(simd: S, window: &Window, laid: &mut [f32], input: &[f32]) {
    let [height, width] = window.size;
    let (rows, slack) = laid.split_at_mut(height * window.columns);
    let slack_len = slack.len().min(SLACK);
    slack[..slack_len].fill(0.0);
    let rows = rows.chunks_exact_mut(window.columns);
    for (row, input) in rows.zip(input.chunks_exact(width)) {
        lay(simd, row, input, window.origin[1], 1);
    }
}
