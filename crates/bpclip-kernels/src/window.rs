//! Planes laid out so that a tap of a kernel is one offset.

use pulp::Simd;

/// What a kernel's taps read of an input: output `(row, column)` reads, for tap `(y, x)`, the input
/// at `(row * stride + origin + y, ...)`, or 0 outside.
///
/// [`Window::fill`] copies a band of rows with its zeros, and deinterleaves rows and columns by the
/// stride. So a tap reads output `(row, column)` at `row * columns + column` from a fixed offset
/// on, and consecutive outputs are consecutive numbers whatever the stride is.
#[derive(Clone, Debug)]
pub struct Window {
    /// Rows and columns of the input.
    pub size: [usize; 2],
    /// Steps down and across from output to output.
    pub stride: [usize; 2],
    /// Row and column of the input where tap `(0, 0)` reads for output `(0, 0)`.
    pub origin: [isize; 2],
    /// Rows and columns that the taps span.
    pub extent: [usize; 2],
    /// Numbers from one row of outputs to the next; not fewer than the columns of the output.
    pub columns: usize,
}

impl Window {
    /// A window for `outputs` columns of output.
    pub fn new(
        size: [usize; 2],
        stride: [usize; 2],
        origin: [isize; 2],
        extent: [usize; 2],
        outputs: usize,
    ) -> Self {
        Self {
            size,
            stride,
            origin,
            extent,
            columns: outputs + (extent[1] - 1) / stride[1],
        }
    }

    /// Rows that are kept of each phase for `rows` rows of output.
    pub fn kept(&self, rows: usize) -> usize {
        rows + (self.extent[0] - 1) / self.stride[0]
    }

    fn phases(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.stride[axis].min(self.extent[axis]))
    }

    /// Numbers of a channel for `rows` rows of output.
    pub fn channel_len(&self, rows: usize) -> usize {
        let [down, across] = self.phases();
        down * across * self.kept(rows) * self.columns
    }

    /// Where in a channel of `rows` rows of output a tap starts to read.
    pub fn offset(&self, tap: [usize; 2], rows: usize) -> usize {
        let across = self.phases()[1];
        let [y, x] = tap;
        let phase = (y % self.stride[0]) * across + x % self.stride[1];
        (phase * self.kept(rows) + y / self.stride[0]) * self.columns + x / self.stride[1]
    }

    /// Lays out one channel (`input`) for the output rows from `first` on; `channel` has
    /// [`Window::channel_len`] numbers.
    #[inline(always)]
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        channel: &mut [f32],
        input: &[f32],
        first: usize,
        rows: usize,
    ) {
        let [down, across] = self.phases();
        let kept = self.kept(rows);
        let [height, width] = self.size;
        let planes = channel.chunks_exact_mut(kept * self.columns);
        for (phase, plane) in planes.take(down * across).enumerate() {
            let (below, right) = (phase / across, phase % across);
            let left = self.origin[1] + right.cast_signed();
            for (index, row) in plane.chunks_exact_mut(self.columns).enumerate() {
                let y = ((first + index) * self.stride[0] + below).cast_signed() + self.origin[0];
                match usize::try_from(y) {
                    Ok(y) if y < height => {
                        let input = &input[y * width..][..width];
                        lay(simd, row, input, left, self.stride[1]);
                    }
                    _ => row.fill(0.0),
                }
            }
        }
    }
}

/// `row[i] = input[left + i * stride]`, 0 outside.
#[inline(always)]
pub fn lay<S: Simd>(simd: S, row: &mut [f32], input: &[f32], left: isize, stride: usize) {
    let before = left.min(0).unsigned_abs().div_ceil(stride).min(row.len());
    let from = (left + (before * stride).cast_signed()).unsigned_abs();
    let input = input.get(from..).unwrap_or(&[]);
    let (zeros, row) = row.split_at_mut(before);
    let (inside, after) = row.split_at_mut(input.len().div_ceil(stride).min(row.len()));
    zeros.fill(0.0);
    after.fill(0.0);
    match stride {
        1 => copy(simd, inside, input),
        2 => {
            let (pairs, last) = input.as_chunks::<2>();
            for (to, [number, _]) in inside.iter_mut().zip(pairs) {
                *to = *number;
            }
            if let (Some(to), Some(number)) = (inside.get_mut(pairs.len()), last.first()) {
                *to = *number;
            }
        }
        _ => {
            for (to, number) in inside.iter_mut().zip(input.iter().step_by(stride)) {
                *to = *number;
            }
        }
    }
}

/// `to = from[..to.len()]`. For the few numbers of a row a call of `memcpy` takes longer.
#[inline(always)]
fn copy<S: Simd>(simd: S, to: &mut [f32], from: &[f32]) {
    let from = &from[..to.len()];
    let (to, to_end) = S::as_mut_simd_f32s(to);
    let (from, from_end) = S::as_simd_f32s(from);
    for (to, from) in to.iter_mut().zip(from) {
        // A plain loop over copies would become such a call.
        *to = simd.add_f32s(*from, simd.splat_f32s(-0.0));
    }
    simd.partial_store_f32s(to_end, simd.partial_load_f32s(from_end));
}
