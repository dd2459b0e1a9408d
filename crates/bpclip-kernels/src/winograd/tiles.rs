//! Rows of tiles of a picture, and moving between their numbers and their values.

use pulp::Simd;

use super::super::gather::Part;
use super::super::store::{Epilogue, store};
use super::super::tile::{LANES, SLACK, load};
use super::transform::{IN, OUT, VALUES, input_tile, output_gradient_tile, output_tile};

/// A band of rows of tiles.
///
/// The values of a band stand value after value, in each channel after channel, in each tile after
/// tile.
#[derive(Clone, Copy)]
pub struct Tiles<'a> {
    /// What is computed.
    pub part: &'a Part,
    /// First row of tiles.
    pub first: usize,
    /// Rows of tiles.
    pub rows: usize,
}

impl Tiles<'_> {
    /// Tiles in a row.
    pub fn columns(&self) -> usize {
        self.part.size[1].div_ceil(OUT)
    }

    /// Numbers from channel to channel: the tiles, and what vectors stick out behind them.
    pub fn pitch(&self) -> usize {
        let last = (self.rows - 1) * self.columns() + self.columns().next_multiple_of(LANES);
        last.next_multiple_of(LANES)
    }

    /// Numbers from value to value. Not a multiple of a page, or the values of a tile would compete
    /// for the same places in the cache.
    pub fn value_pitch(&self, channels: usize) -> usize {
        channels * self.pitch() + LANES
    }

    /// Numbers of all values of a band.
    pub fn values_len(&self, channels: usize) -> usize {
        VALUES * self.value_pitch(channels) + SLACK
    }

    /// Numbers from line to line of a phase: a line has every fourth column of a row.
    fn line(&self) -> usize {
        self.columns().next_multiple_of(LANES) + 1
    }

    /// Numbers that [`Tiles::input_values`] and [`Tiles::output_gradient_values`] need for a while.
    pub fn lines_len(&self) -> usize {
        (OUT * self.rows + 3) * OUT * self.line() + LANES
    }

    /// Lays out `rows` rows of a plane of `size` from `origin` on, 0 outside: for every row, its
    /// columns 0, 4, 8..., then 1, 5, 9... and so on.
    #[inline(always)]
    fn lay(
        &self,
        lines: &mut [f32],
        rows: usize,
        plane: &[f32],
        size: [usize; 2],
        origin: [isize; 2],
    ) {
        let pitch = OUT * self.line();
        let (row, lines) = lines.split_at_mut(pitch);
        let [height, width] = size;
        let before = (-origin[1]).max(0).unsigned_abs().min(pitch);
        let from = origin[1].max(0).unsigned_abs().min(width);
        let count = (width - from).min(pitch - before);
        row.fill(0.0);
        for (index, lines) in lines.chunks_exact_mut(pitch).take(rows).enumerate() {
            let y = origin[0] + index.cast_signed();
            let Some(y) = usize::try_from(y).ok().filter(|&y| y < height) else {
                lines.fill(0.0);
                continue;
            };
            row[before..before + count].copy_from_slice(&plane[y * width + from..][..count]);
            let (low, high) = lines.split_at_mut(pitch / 2);
            let (first, second) = low.split_at_mut(pitch / 4);
            let (third, fourth) = high.split_at_mut(pitch / 4);
            let pairs = first
                .iter_mut()
                .zip(second)
                .zip(third.iter_mut().zip(fourth));
            for (((first, second), (third, fourth)), row) in pairs.zip(row.as_chunks::<OUT>().0) {
                [*first, *second, *third, *fourth] = *row;
            }
        }
    }

    /// Computes the values of a channel of input.
    #[inline(always)]
    pub fn input_values<S: Simd>(
        &self,
        simd: S,
        lines: &mut [f32],
        input: &[f32],
        values: &mut [f32],
        value_pitch: usize,
    ) {
        let window = &self.part.window;
        let origin = [
            window.origin[0] + (self.first * OUT).cast_signed(),
            window.origin[1],
        ];
        self.lay(lines, OUT * self.rows + 2, input, window.size, origin);
        let line = self.line();
        let lines = &lines[OUT * line..];
        for row in 0..self.rows {
            for column in (0..self.columns()).step_by(S::F32_LANES) {
                let mut tile = [[simd.splat_f32s(0.0); IN]; IN];
                for (y, numbers) in tile.iter_mut().enumerate() {
                    let from = (row * OUT + y) * OUT * line + column;
                    for (x, numbers) in numbers.iter_mut().enumerate() {
                        let from = from + x % OUT * line + x / OUT;
                        [*numbers] = load::<S, 1>(&lines[from..]);
                    }
                }
                let at = row * self.columns() + column;
                put(simd, values, value_pitch, at, &input_tile(simd, &tile));
            }
        }
        self.clear_end(values, value_pitch);
    }

    /// Computes the gradients of the values of a channel of output from those of its numbers.
    #[inline(always)]
    pub fn output_gradient_values<S: Simd>(
        &self,
        simd: S,
        lines: &mut [f32],
        gradient: &[f32],
        values: &mut [f32],
        value_pitch: usize,
    ) {
        let origin = [(self.first * OUT).cast_signed(), 0];
        self.lay(lines, OUT * self.rows, gradient, self.part.size, origin);
        let line = self.line();
        let lines = &lines[OUT * line..];
        for row in 0..self.rows {
            for column in (0..self.columns()).step_by(S::F32_LANES) {
                let mut tile = [[simd.splat_f32s(0.0); OUT]; OUT];
                for (y, numbers) in tile.iter_mut().enumerate() {
                    for (x, numbers) in numbers.iter_mut().enumerate() {
                        let from = ((row * OUT + y) * OUT + x) * line + column;
                        [*numbers] = load::<S, 1>(&lines[from..]);
                    }
                }
                let at = row * self.columns() + column;
                let tile = output_gradient_tile(simd, &tile);
                put(simd, values, value_pitch, at, &tile);
            }
        }
        self.clear_end(values, value_pitch);
    }

    /// Sets the values behind the last tile to 0.
    fn clear_end(&self, values: &mut [f32], value_pitch: usize) {
        let tiles = self.rows * self.columns();
        for values in values.chunks_mut(value_pitch).take(VALUES) {
            values[tiles..self.pitch()].fill(0.0);
        }
    }

    /// Computes a channel of output from its values; `output` are the band's rows.
    #[inline(always)]
    pub fn output_numbers<S: Simd>(
        &self,
        simd: S,
        values: &[f32],
        value_pitch: usize,
        channel: usize,
        epilogue: &Epilogue,
        output: &mut [f32],
    ) {
        let width = self.part.size[1];
        for (row, output) in output.chunks_mut(OUT * width).enumerate() {
            for column in (0..self.columns()).step_by(S::F32_LANES) {
                let at = row * self.columns() + column;
                let mut tile = [[simd.splat_f32s(0.0); IN]; IN];
                for (y, numbers) in tile.iter_mut().enumerate() {
                    for (x, numbers) in numbers.iter_mut().enumerate() {
                        [*numbers] = load::<S, 1>(&values[(y * IN + x) * value_pitch + at..]);
                    }
                }
                let tile = output_tile(simd, &tile);
                for (output, numbers) in output.chunks_exact_mut(width).zip(tile) {
                    let mut phases = [0.0; SLACK];
                    store(simd, &mut phases, epilogue.apply(simd, channel, numbers));
                    let mut line = [0.0; SLACK];
                    for (index, line) in line.as_chunks_mut::<OUT>().0[..S::F32_LANES]
                        .iter_mut()
                        .enumerate()
                    {
                        for (phase, number) in line.iter_mut().enumerate() {
                            *number = phases[phase * S::F32_LANES + index];
                        }
                    }
                    let output = &mut output[column * OUT..];
                    let count = output.len().min(OUT * S::F32_LANES);
                    output[..count].copy_from_slice(&line[..count]);
                }
            }
        }
    }
}

/// Stores a vector of each value.
#[inline(always)]
fn put<S: Simd>(
    simd: S,
    values: &mut [f32],
    value_pitch: usize,
    at: usize,
    tile: &[[S::f32s; IN]; IN],
) {
    for (y, numbers) in tile.iter().enumerate() {
        for (x, numbers) in numbers.iter().enumerate() {
            let to = (y * IN + x) * value_pitch + at;
            store(simd, &mut values[to..], [*numbers]);
        }
    }
}
