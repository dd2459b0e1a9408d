//! Where sums go: plus a bias, through an activation, to their places in the output.

use pulp::Simd;

use super::Activation;
use super::activation::activate;
use super::gather::{Gather, Part};
use super::tile::Sink;

/// What happens to a sum on its way.
#[derive(Clone, Copy)]
pub struct Epilogue<'a> {
    /// A number for each channel.
    pub bias: Option<&'a [f32]>,
    /// Applied last.
    pub activation: Activation,
}

impl Epilogue<'_> {
    /// The sums as they are.
    pub const NONE: Epilogue<'static> = Epilogue {
        bias: None,
        activation: Activation::None,
    };

    /// The finished sums of a channel.
    #[inline(always)]
    pub fn apply<S: Simd, const N: usize>(
        &self,
        simd: S,
        channel: usize,
        mut sums: [S::f32s; N],
    ) -> [S::f32s; N] {
        if let Some(bias) = self.bias {
            let bias = simd.splat_f32s(bias[channel]);
            for sum in &mut sums {
                *sum = simd.add_f32s(*sum, bias);
            }
        }
        activate(simd, self.activation, &mut sums);
        sums
    }
}

/// A run of consecutive numbers of every channel.
pub struct Run<'a, 'b> {
    /// The run, channel after channel.
    pub channels: &'a mut [&'b mut [f32]],
    /// What happens on the way.
    pub epilogue: Epilogue<'a>,
}

impl Sink for Run<'_, '_> {
    #[inline(always)]
    fn put<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        channel: usize,
        at: usize,
        sums: [S::f32s; N],
    ) {
        let sums = self.epilogue.apply(simd, channel, sums);
        store(simd, &mut self.channels[channel][at..], sums);
    }
}

/// Stores as many numbers as fit.
#[inline(always)]
pub fn store<S: Simd, const N: usize>(simd: S, to: &mut [f32], numbers: [S::f32s; N]) {
    if let Some(to) = to.get_mut(..N * S::F32_LANES) {
        for (to, numbers) in S::as_mut_simd_f32s(to).0.iter_mut().zip(numbers) {
            *to = numbers;
        }
    } else {
        for (to, numbers) in to.chunks_mut(S::F32_LANES).zip(numbers) {
            simd.partial_store_f32s(to, numbers);
        }
    }
}

/// A band of rows of one part of every channel.
pub struct Band<'a, 'b> {
    /// The band's rows of the whole output, channel after channel.
    pub channels: &'a mut [&'b mut [f32]],
    /// What happens on the way.
    pub epilogue: Epilogue<'a>,
    /// How the part's numbers lie in the output.
    pub gather: &'a Gather,
    /// The part.
    pub part: &'a Part,
    /// Rows of the part in this band.
    pub rows: usize,
}

impl Sink for Band<'_, '_> {
    #[inline(always)]
    fn put<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        channel: usize,
        at: usize,
        sums: [S::f32s; N],
    ) {
        let sums = self.epilogue.apply(simd, channel, sums);
        let pitch = self.part.window.columns;
        let columns = self.part.size[1];
        let (mut row, mut column) = (at / pitch, at % pitch);
        let to = &mut self.channels[channel];
        let dense = self.gather.step == [1, 1];
        if dense && row < self.rows && column + N * S::F32_LANES <= columns {
            return store(simd, &mut to[row * columns + column..], sums);
        }
        let mut buffer = [0.0; super::tile::SLACK];
        store(simd, &mut buffer, sums);
        let mut numbers = &buffer[..N * S::F32_LANES];
        while row < self.rows && !numbers.is_empty() {
            let (line, next) = numbers.split_at(numbers.len().min(pitch - column));
            let line = &line[..line.len().min(columns.saturating_sub(column))];
            if !line.is_empty() {
                place(to, row, column, line, self.gather, self.part);
            }
            numbers = next;
            column = 0;
            row += 1;
        }
    }
}

/// Puts numbers of a row of a part, from `column` on, at their places in the output's rows.
#[inline(always)]
pub fn place(
    to: &mut [f32],
    row: usize,
    column: usize,
    numbers: &[f32],
    gather: &Gather,
    part: &Part,
) {
    let [down, across] = gather.step;
    let from = (row * down + part.phase[0]) * gather.size[1] + column * across + part.phase[1];
    let to = &mut to[from..];
    if across == 1 {
        to[..numbers.len()].copy_from_slice(numbers);
    } else {
        for (to, number) in to.iter_mut().step_by(across).zip(numbers) {
            *to = *number;
        }
    }
}

/// Pieces of the same place in all channels of a picture.
pub struct OutputBlock<'a> {
    /// Which picture.
    pub image: usize,
    /// Which piece of its planes.
    pub piece: usize,
    /// The piece of each channel.
    pub channels: Vec<&'a mut [f32]>,
}

/// Cuts every plane into pieces of `size` numbers.
pub fn split(
    output: &mut [f32],
    channels: usize,
    plane: usize,
    size: usize,
) -> Vec<OutputBlock<'_>> {
    let pieces = plane.div_ceil(size);
    let mut blocks = Vec::new();
    for (image, planes) in output.chunks_exact_mut(channels * plane).enumerate() {
        let from = blocks.len();
        blocks.extend((0..pieces).map(|piece| OutputBlock {
            image,
            piece,
            channels: Vec::with_capacity(channels),
        }));
        for plane in planes.chunks_exact_mut(plane) {
            for (block, piece) in blocks[from..].iter_mut().zip(plane.chunks_mut(size)) {
                block.channels.push(piece);
            }
        }
    }
    blocks
}
