//! Square kernels at stride 1: every number is read once for all rows of the kernel.

use pulp::Simd;

use super::super::gather::Part;
use super::super::store::store;
use super::super::tile::{SLACK, load};
use super::super::window::{Window, lay};
use super::Plane;

impl Plane<'_> {
    /// Goes down the columns, a few vectors of them at a time: what one of them waits for, the others
    /// fill.
    #[inline(always)]
    pub fn slide<S: Simd, const K: usize>(&mut self, simd: S, part: &Part, weights: &[f32]) {
        let columns = part.size[1];
        lay_rows(simd, &part.window, self.laid, self.input);
        let zero = simd.splat_f32s(0.0);
        let mut kernel = [[zero; K]; K];
        for (kernel, weights) in kernel.iter_mut().zip(weights.chunks_exact(K)) {
            for (kernel, &weight) in kernel.iter_mut().zip(weights) {
                *kernel = simd.splat_f32s(weight);
            }
        }
        let mut column = 0;
        while column < columns {
            if columns - column > S::F32_LANES {
                self.down::<S, K, 2>(simd, part, &kernel, column);
                column += 2 * S::F32_LANES;
            } else {
                self.down::<S, K, 1>(simd, part, &kernel, column);
                column += S::F32_LANES;
            }
        }
    }

    /// Goes down `N` vectors of columns with the sums of the `K` rows of output that the current row of
    /// input is part of.
    #[inline(always)]
    fn down<S: Simd, const K: usize, const N: usize>(
        &mut self,
        simd: S,
        part: &Part,
        kernel: &[[S::f32s; K]; K],
        column: usize,
    ) {
        let window = &part.window;
        let [height, _] = window.size;
        let [rows, columns] = part.size;
        let zero = simd.splat_f32s(0.0);
        let origin = window.origin[0];
        let count = (N * S::F32_LANES).min(columns - column);
        // `sums[tap]` are those of output row `y - origin - tap`.
        let mut sums = [[zero; N]; K];
        for y in origin.min(0)..origin + (rows + K - 1).cast_signed() {
            if let Some(y) = usize::try_from(y).ok().filter(|&y| y < height) {
                let from = &self.laid[y * window.columns + column..];
                for x in 0..K {
                    let numbers = load::<S, N>(&from[x..]);
                    for (sums, kernel) in sums.iter_mut().zip(kernel) {
                        for (sum, numbers) in sums.iter_mut().zip(numbers) {
                            *sum = simd.mul_add_f32s(kernel[x], numbers, *sum);
                        }
                    }
                }
            }
            if let Ok(row) = usize::try_from(y - origin - (K - 1).cast_signed()) {
                let sums = self.epilogue.apply(simd, self.channel, sums[K - 1]);
                let to = &mut self.output[row * columns + column..][..count];
                store(simd, to, sums);
            }
            for tap in (1..K).rev() {
                sums[tap] = sums[tap - 1];
            }
            sums[0] = [zero; N];
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
