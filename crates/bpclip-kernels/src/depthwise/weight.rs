//! The gradient of a depthwise convolution's weight.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::super::ConvShape;
use super::super::gather::Part;
use super::super::scratch;
use super::super::tile::{SLACK, load};
use super::slide::lay_rows;

/// Adds up `dy * x` over all outputs of each channel for each of its weights, picture after
/// picture.
pub fn gradient(shape: &ConvShape, part: &Part, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let (plane, output) = (shape.height * shape.width, part.size[0] * part.size[1]);
    let offsets: Vec<usize> = part
        .taps
        .iter()
        .map(|&(tap, _)| part.window.offset(tap, part.size[0]))
        .collect();
    let len = part.laid_len();
    let mut sums = vec![0.0; shape.weight_len()];
    sums.par_chunks_exact_mut(part.taps.len())
        .enumerate()
        .for_each(|(channel, sums)| {
            for image in 0..shape.batch {
                let index = image * shape.channels_in + channel;
                scratch::with(len, |laid| {
                    Arch::new().dispatch(Plane {
                        part,
                        offsets: &offsets,
                        x: &x[index * plane..][..plane],
                        dy: &dy[index * output..][..output],
                        laid,
                        sums,
                    });
                });
            }
        });
    sums
}

/// A channel of a picture.
struct Plane<'a> {
    part: &'a Part,
    offsets: &'a [usize],
    x: &'a [f32],
    dy: &'a [f32],
    laid: &'a mut [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Plane<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.part.square() {
            Some(3) => self.slide::<S, 3>(simd),
            Some(5) => self.slide::<S, 5>(simd),
            _ => self.sum(simd),
        }
    }
}

impl Plane<'_> {
    /// Square kernels at stride 1: goes down each vector of columns with the `K` rows of `dy` that
    /// the current row of `x` meets.
    #[inline(always)]
    fn slide<S: Simd, const K: usize>(self, simd: S) {
        let window = &self.part.window;
        let columns = self.part.size[1];
        lay_rows(simd, window, self.laid, self.x);
        let zero = simd.splat_f32s(0.0);
        let mut sums = [[zero; K]; K];
        for column in (0..columns).step_by(S::F32_LANES) {
            let count = S::F32_LANES.min(columns - column);
            let row = |row: isize| {
                let row = usize::try_from(row).ok()?;
                let row = self.dy.chunks_exact(columns).nth(row)?;
                Some(&row[column..][..count])
            };
            // `dy[tap]` is row `y - origin - tap`.
            let mut dy = [zero; K];
            for (tap, dy) in (1..).zip(&mut dy) {
                *dy = simd.partial_load_f32s(row(-window.origin[0] - tap).unwrap_or(&[]));
            }
            let lines = self.laid.chunks_exact(window.columns).take(window.size[0]);
            for y in 0..lines.len() {
                for tap in (1..K).rev() {
                    dy[tap] = dy[tap - 1];
                }
                let next = row(y.cast_signed() - window.origin[0]);
                dy[0] = simd.partial_load_f32s(next.unwrap_or(&[]));
                let from = &self.laid[y * window.columns + column..];
                for x in 0..K {
                    let [numbers] = load::<S, 1>(&from[x..]);
                    for (sums, &dy) in sums.iter_mut().zip(&dy) {
                        sums[x] = simd.mul_add_f32s(dy, numbers, sums[x]);
                    }
                }
            }
        }
        for (to, sums) in self.sums.chunks_exact_mut(K).zip(sums) {
            for (to, sum) in to.iter_mut().zip(sums) {
                *to += simd.reduce_sum_f32s(sum);
            }
        }
    }

    /// Any kernel: as many taps at a time as there are registers for their sums.
    #[inline(always)]
    fn sum<S: Simd>(self, simd: S) {
        let window = &self.part.window;
        let rows = self.part.size[0];
        let (laid, slack) = self.laid.split_at_mut(window.channel_len(rows));
        slack[..SLACK].fill(0.0);
        window.fill(simd, laid, self.x, 0, rows);
        let from = Rows {
            x: self.laid,
            dy: self.dy,
            columns: self.part.size[1],
            pitch: window.columns,
        };
        let mut rest = (self.offsets, self.sums);
        while !rest.0.is_empty() {
            let count = match rest.0.len() {
                25.. if S::REGISTER_COUNT >= 32 => 25,
                9.. => 9,
                5.. => 5,
                _ => 1,
            };
            let (offsets, others) = rest.0.split_at(count);
            let (sums, other_sums) = rest.1.split_at_mut(count);
            match count {
                25 => from.add::<S, 25>(simd, offsets, sums),
                9 => from.add::<S, 9>(simd, offsets, sums),
                5 => from.add::<S, 5>(simd, offsets, sums),
                _ => from.add::<S, 1>(simd, offsets, sums),
            }
            rest = (others, other_sums);
        }
    }
}

struct Rows<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    columns: usize,
    pitch: usize,
}

impl Rows<'_> {
    /// Adds the products of `N` taps to their sums.
    #[inline(always)]
    fn add<S: Simd, const N: usize>(&self, simd: S, offsets: &[usize], sums: &mut [f32]) {
        let mut vectors = [simd.splat_f32s(0.0); N];
        for (row, dy) in self.dy.chunks_exact(self.columns).enumerate() {
            for (index, dy) in dy.chunks(S::F32_LANES).enumerate() {
                let dy = simd.partial_load_f32s(dy);
                let x = &self.x[row * self.pitch + index * S::F32_LANES..];
                for (vector, offset) in vectors.iter_mut().zip(offsets) {
                    let [x] = load::<S, 1>(&x[*offset..]);
                    *vector = simd.mul_add_f32s(dy, x, *vector);
                }
            }
        }
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            *sum += simd.reduce_sum_f32s(vector);
        }
    }
}
