//! The inner loop of dense convolutions: a few channels of a few vectors of outputs in registers.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Numbers that may be read (not used) behind the last that is needed: a tile's widest row.
pub const SLACK: usize = 64;

/// Numbers in the widest vector of all processors; those of others divide it.
pub const LANES: usize = 16;

/// Vectors in a row of a tile.
pub const WIDTH: usize = 3;

/// Weights in the order in which tiles use them.
///
/// Output channels are cut into groups of as many as a tile has, and the last few into halves of
/// that; a group's weights stand input after input, tap after tap, the group's channels next to
/// each other.
pub struct Packed {
    weights: Vec<f32>,
    outputs: usize,
    taps: usize,
    rows: usize,
}

impl Packed {
    /// Packs `weight(output, input, tap)`; `taps` counts those of one input channel.
    pub fn new(
        [inputs, outputs]: [usize; 2],
        taps: usize,
        weight: impl Fn(usize, usize, usize) -> f32 + Sync,
    ) -> Self {
        let rows = group_rows();
        let mut weights = vec![0.0; outputs * inputs * taps];
        weights
            .par_chunks_mut(rows * inputs * taps)
            .enumerate()
            .for_each(|(chunk, mut rest)| {
                for (first, size) in groups(rows, chunk * rows, outputs.min((chunk + 1) * rows)) {
                    let (group, others) = rest.split_at_mut(size * inputs * taps);
                    rest = others;
                    let mut numbers = group.chunks_exact_mut(size);
                    for input in 0..inputs {
                        for (tap, numbers) in numbers.by_ref().take(taps).enumerate() {
                            for (row, number) in numbers.iter_mut().enumerate() {
                                *number = weight(first + row, input, tap);
                            }
                        }
                    }
                }
            });
        Self {
            weights,
            outputs,
            taps: inputs * taps,
            rows,
        }
    }

    /// First channel, size and weights of every group.
    #[inline(always)]
    fn groups(&self) -> impl Iterator<Item = (usize, usize, &[f32])> {
        groups(self.rows, 0, self.outputs).map(|(first, size)| {
            let weights = &self.weights[first * self.taps..][..size * self.taps];
            (first, size, weights)
        })
    }
}

/// Cuts channels into groups of at most `rows`, a power of two: first channel and size of each.
#[inline(always)]
fn groups(rows: usize, mut first: usize, end: usize) -> impl Iterator<Item = (usize, usize)> {
    std::iter::from_fn(move || {
        let left = end - first;
        let size = if left >= rows {
            rows
        } else {
            1 << left.checked_ilog2()?
        };
        first += size;
        Some((first - size, size))
    })
}

/// Where a tile's sums go.
pub trait Sink {
    /// Takes the sums of `channel` from output `at` on.
    fn put<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        channel: usize,
        at: usize,
        sums: [S::f32s; N],
    );
}

/// Sums `weight * source[offset + at + output]` over the taps, whose offsets in `source` are
/// `offsets`, for `vectors` vectors of outputs and all channels.
#[inline(always)]
pub fn sum<S: Simd>(
    simd: S,
    packed: &Packed,
    offsets: &[usize],
    source: &[f32],
    at: usize,
    vectors: usize,
    sink: &mut impl Sink,
) {
    match vectors {
        1 => panel::<S, 1>(simd, packed, offsets, source, at, sink),
        2 => panel::<S, 2>(simd, packed, offsets, source, at, sink),
        _ => panel::<S, 3>(simd, packed, offsets, source, at, sink),
    }
}

#[inline(always)]
fn panel<S: Simd, const N: usize>(
    simd: S,
    packed: &Packed,
    offsets: &[usize],
    source: &[f32],
    at: usize,
    sink: &mut impl Sink,
) {
    for (first, size, weights) in packed.groups() {
        match size {
            8 => tile::<S, 8, N>(simd, first, weights, offsets, source, at, sink),
            4 => tile::<S, 4, N>(simd, first, weights, offsets, source, at, sink),
            2 => tile::<S, 2, N>(simd, first, weights, offsets, source, at, sink),
            _ => tile::<S, 1, N>(simd, first, weights, offsets, source, at, sink),
        }
    }
}

#[inline(always)]
fn tile<S: Simd, const M: usize, const N: usize>(
    simd: S,
    first: usize,
    weights: &[f32],
    offsets: &[usize],
    source: &[f32],
    at: usize,
    sink: &mut impl Sink,
) {
    let mut sums = [[simd.splat_f32s(0.0); N]; M];
    let source = &source[at..];
    for (weights, &offset) in weights.as_chunks::<M>().0.iter().zip(offsets) {
        let numbers = load::<S, N>(&source[offset..]);
        for (sums, &weight) in sums.iter_mut().zip(weights) {
            let weight = simd.splat_f32s(weight);
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum = simd.mul_add_f32s(weight, number, *sum);
            }
        }
    }
    for (row, sums) in sums.into_iter().enumerate() {
        sink.put(simd, first + row, at, sums);
    }
}

/// The first `N` vectors of a slice.
#[inline(always)]
pub fn load<S: Simd, const N: usize>(slice: &[f32]) -> [S::f32s; N] {
    let (vectors, _) = S::as_simd_f32s(&slice[..N * S::F32_LANES]);
    let mut loaded = [vectors[0]; N];
    loaded.copy_from_slice(vectors);
    loaded
}

/// Output channels in a tile: as many as the processor has registers for.
fn group_rows() -> usize {
    struct Rows;
    impl WithSimd for Rows {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            if S::REGISTER_COUNT >= 32 { 8 } else { 4 }
        }
    }
    Arch::new().dispatch(Rows)
}
