//! Depthwise convolutions: every output channel sees its own input channel.

mod slide;
mod weight;

use pulp::{Arch, Simd, WithSimd};

use super::gather::{Gather, Part};
use super::scratch;
use super::store::{Epilogue, place, store};
use super::threads::Threads;
use super::tile::{SLACK, load};
pub use weight::gradient;

/// Rows that are summed together: enough sums in flight to hide the latency of a multiply-add.
const ROWS: usize = 5;

/// `output[channel] = epilogue(sum of weight[channel][tap] * input[channel])` for every picture.
/// Numbers in no part are left as they are.
pub fn gather(
    gather: &Gather,
    channels: usize,
    input: &[f32],
    weight: &[f32],
    epilogue: Epilogue,
    output: &mut [f32],
    threads: Threads,
) {
    let plane = gather.size[0] * gather.size[1];
    let Some(first) = gather.parts.first() else {
        return;
    };
    let read = first.window.size[0] * first.window.size[1];
    let taps: Vec<Taps> = gather
        .parts
        .iter()
        .map(|part| Taps::new(part, weight, channels))
        .collect();
    let len = gather.parts.iter().map(Part::laid_len).max().unwrap_or(0);
    let planes = output.chunks_exact_mut(plane);
    let planes: Vec<_> = planes.zip(input.chunks_exact(read)).enumerate().collect();
    threads.each(planes, |(index, (output, input))| {
        scratch::with(len, |laid| {
            Arch::new().dispatch(Plane {
                gather,
                taps: &taps,
                channel: index % channels,
                input,
                laid,
                output,
                epilogue,
            });
        });
    });
}

impl Part {
    /// Numbers of a plane that is laid out.
    fn laid_len(&self) -> usize {
        let rows = self.window.size[0] * self.window.columns;
        self.window.channel_len(self.size[0]).max(rows) + SLACK
    }

    /// Rows and columns of a square kernel at stride 1.
    fn square(&self) -> Option<usize> {
        let [rows, columns] = self.window.extent;
        let whole = rows == columns && self.taps.len() == rows * columns;
        (whole && self.window.stride == [1, 1]).then_some(rows)
    }
}

/// What a part sums.
struct Taps<'a> {
    part: &'a Part,
    /// Weights in the part's order, channel after channel.
    weights: Vec<f32>,
    /// Where each tap starts to read.
    offsets: Vec<usize>,
}

impl<'a> Taps<'a> {
    fn new(part: &'a Part, weight: &[f32], channels: usize) -> Self {
        let kernels = weight.chunks_exact(weight.len() / channels);
        Self {
            part,
            weights: kernels
                .flat_map(|kernel| part.taps.iter().map(|&(_, tap)| kernel[tap]))
                .collect(),
            offsets: part
                .taps
                .iter()
                .map(|&(tap, _)| part.window.offset(tap, part.size[0]))
                .collect(),
        }
    }
}

/// A channel of a picture.
struct Plane<'a> {
    gather: &'a Gather,
    taps: &'a [Taps<'a>],
    channel: usize,
    input: &'a [f32],
    laid: &'a mut [f32],
    output: &'a mut [f32],
    epilogue: Epilogue<'a>,
}

impl WithSimd for Plane<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for taps in self.taps {
            let count = taps.offsets.len();
            let weights = &taps.weights[self.channel * count..][..count];
            let square = taps.part.square().filter(|_| self.gather.step == [1, 1]);
            match square {
                Some(3) => self.slide::<S, 3>(simd, taps.part, weights),
                Some(5) => self.slide::<S, 5>(simd, taps.part, weights),
                _ => self.sum(simd, taps, weights),
            }
        }
    }
}

impl Plane<'_> {
    /// Any kernel: a vector of a few rows of output at a time.
    #[inline(always)]
    fn sum<S: Simd>(&mut self, simd: S, taps: &Taps, weights: &[f32]) {
        let window = &taps.part.window;
        let [rows, columns] = taps.part.size;
        let len = window.channel_len(rows);
        let (laid, slack) = self.laid.split_at_mut(len);
        slack[..SLACK].fill(0.0);
        window.fill(simd, laid, self.input, 0, rows);
        let count = rows.div_ceil(rows.div_ceil(ROWS));
        for row in (0..rows).step_by(count) {
            for column in (0..columns).step_by(S::F32_LANES) {
                let at = [row, column];
                match count.min(rows - row) {
                    1 => self.block::<S, 1>(simd, taps, weights, at),
                    2 => self.block::<S, 2>(simd, taps, weights, at),
                    3 => self.block::<S, 3>(simd, taps, weights, at),
                    4 => self.block::<S, 4>(simd, taps, weights, at),
                    _ => self.block::<S, ROWS>(simd, taps, weights, at),
                }
            }
        }
    }

    /// A vector of each of `R` rows.
    #[inline(always)]
    fn block<S: Simd, const R: usize>(
        &mut self,
        simd: S,
        taps: &Taps,
        weights: &[f32],
        [row, column]: [usize; 2],
    ) {
        let pitch = taps.part.window.columns;
        let from = &self.laid[row * pitch + column..];
        let mut sums = [simd.splat_f32s(0.0); R];
        for (&weight, &offset) in weights.iter().zip(&taps.offsets) {
            let weight = simd.splat_f32s(weight);
            for (row, sum) in sums.iter_mut().enumerate() {
                let [numbers] = load::<S, 1>(&from[offset + row * pitch..]);
                *sum = simd.mul_add_f32s(weight, numbers, *sum);
            }
        }
        let columns = taps.part.size[1];
        let count = S::F32_LANES.min(columns - column);
        let sums = self.epilogue.apply(simd, self.channel, sums);
        for (index, sum) in sums.into_iter().enumerate() {
            if self.gather.step == [1, 1] {
                let to = &mut self.output[(row + index) * columns + column..][..count];
                store(simd, to, [sum]);
                continue;
            }
            let mut buffer = [0.0; SLACK];
            store(simd, &mut buffer, [sum]);
            let numbers = &buffer[..count];
            let row = row + index;
            place(self.output, row, column, numbers, self.gather, taps.part);
        }
    }
}
