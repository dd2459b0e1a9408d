//! Dense convolutions: every output channel sums over all input channels.

use pulp::{Arch, Simd, WithSimd};

use super::gather::{Gather, Part};
use super::scratch;
use super::store::{Band, Epilogue, Run, split};
use super::threads::Threads;
use super::tile::{self, LANES, Packed, SLACK, WIDTH};

/// Numbers of input that a task lays out at a time: they stay in the second-level cache.
const CACHED: usize = 96 * 1024;

/// The weights of every part of `gather`, in the order in which they are used. `channels` are those of
/// the input and the output; `weight` is called with an output channel, an input channel and a tap of
/// the kernel.
pub fn pack(
    gather: &Gather,
    channels: [usize; 2],
    weight: impl Fn(usize, usize, usize) -> f32 + Sync,
) -> Vec<Packed> {
    let part = |part: &Part| {
        let taps = part.taps.len();
        Packed::new(channels, taps, |output, input, tap| {
            weight(output, input, part.taps[tap].1)
        })
    };
    gather.parts.iter().map(part).collect()
}

/// `output[m] = epilogue(sum of weight(m, channel, tap) * input[channel])` for every picture, with the
/// weights of each part. Numbers in no part are left as they are.
pub fn gather(
    gather: &Gather,
    [inputs, outputs]: [usize; 2],
    input: &[f32],
    packed: &[Packed],
    epilogue: Epilogue,
    output: &mut [f32],
    threads: Threads,
) {
    let [height, width] = gather.size;
    let plane = height * width;
    let Some(first) = gather.parts.first() else {
        return;
    };
    let read = first.window.size[0] * first.window.size[1];
    let images = input.len() / (inputs * read);
    if gather.is_pointwise() {
        let size = run_len(inputs, plane, images);
        threads.each(split(output, outputs, plane, size), |mut block| {
            scratch::with(inputs * SLACK, |rest| {
                Arch::new().dispatch(Pointwise {
                    packed: &packed[0],
                    input: &input[block.image * inputs * plane..],
                    inputs,
                    plane,
                    from: block.piece * size,
                    rest,
                    channels: &mut block.channels,
                    epilogue,
                });
            });
        });
    } else {
        let rows = band_rows(gather, inputs, images);
        let blocks = split(output, outputs, plane, rows * gather.step[0] * width);
        threads.each(blocks, |mut block| {
            for (part, packed) in gather.parts.iter().zip(packed) {
                let first = block.piece * rows;
                let rows = rows.min(part.size[0].saturating_sub(first));
                scratch::with(inputs * part.window.channel_len(rows) + SLACK, |laid| {
                    Arch::new().dispatch(Banded {
                        gather,
                        part,
                        packed,
                        input: &input[block.image * inputs * read..][..inputs * read],
                        inputs,
                        first,
                        rows,
                        laid,
                        channels: &mut block.channels,
                        epilogue,
                    });
                });
            }
        });
    }
}

/// Tasks that keep all threads busy to the end.
fn enough(images: usize) -> usize {
    (4 * rayon::current_num_threads()).div_ceil(images)
}

/// Consecutive numbers of a task without a window.
fn run_len(inputs: usize, plane: usize, images: usize) -> usize {
    let tile = 48;
    let size = (CACHED / inputs).min(plane.div_ceil(enough(images)));
    size.div_ceil(tile).max(1) * tile
}

/// Rows of every part in a task, not so few that tiles stick out far behind the last.
fn band_rows(gather: &Gather, inputs: usize, images: usize) -> usize {
    let most = |axis: fn(&Part) -> usize| gather.parts.iter().map(axis).max().unwrap_or(1);
    let rows = most(|part| part.size[0]);
    let row = most(|part| part.window.channel_len(1));
    let columns = most(|part| part.window.columns);
    (CACHED / (inputs * row))
        .min(rows.div_ceil(enough(images)))
        .max((2 * WIDTH * LANES).div_ceil(columns))
        .min(rows)
}

/// A 1 x 1 convolution of a run of numbers.
struct Pointwise<'a, 'b> {
    packed: &'a Packed,
    input: &'a [f32],
    inputs: usize,
    plane: usize,
    from: usize,
    rest: &'a mut [f32],
    channels: &'a mut [&'b mut [f32]],
    epilogue: Epilogue<'a>,
}

impl WithSimd for Pointwise<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let len = self.channels.first().map_or(0, |channel| channel.len());
        let whole = len - len % S::F32_LANES;
        let offsets: Vec<usize> = (0..self.inputs)
            .map(|channel| channel * self.plane + self.from)
            .collect();
        let mut sink = Run {
            channels: self.channels,
            epilogue: self.epilogue,
        };
        let mut at = 0;
        while at < whole {
            let vectors = ((whole - at) / S::F32_LANES).min(WIDTH);
            tile::sum(
                simd,
                self.packed,
                &offsets,
                self.input,
                at,
                vectors,
                &mut sink,
            );
            at += vectors * S::F32_LANES;
        }
        if whole == len {
            return;
        }
        // A vector behind the end of a plane would be read from behind the end of the input.
        for (rest, offset) in self.rest.chunks_exact_mut(SLACK).zip(&offsets) {
            let end = &self.input[offset + whole..][..len - whole];
            rest[..end.len()].copy_from_slice(end);
            rest[end.len()..].fill(0.0);
        }
        let offsets: Vec<usize> = (0..self.inputs).map(|channel| channel * SLACK).collect();
        let mut sink = Shifted { sink, by: whole };
        tile::sum(simd, self.packed, &offsets, self.rest, 0, 1, &mut sink);
    }
}

/// Puts sums further on.
struct Shifted<T> {
    sink: T,
    by: usize,
}

impl<T: tile::Sink> tile::Sink for Shifted<T> {
    #[inline(always)]
    fn put<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        channel: usize,
        at: usize,
        sums: [S::f32s; N],
    ) {
        self.sink.put(simd, channel, at + self.by, sums);
    }
}

/// A part of a band of rows.
struct Banded<'a, 'b> {
    gather: &'a Gather,
    part: &'a Part,
    packed: &'a Packed,
    input: &'a [f32],
    inputs: usize,
    first: usize,
    rows: usize,
    laid: &'a mut [f32],
    channels: &'a mut [&'b mut [f32]],
    epilogue: Epilogue<'a>,
}

impl WithSimd for Banded<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let window = &self.part.window;
        let channel = window.channel_len(self.rows);
        let offsets: Vec<usize> = (0..self.inputs)
            .flat_map(|input| {
                let taps = &self.part.taps;
                taps.iter()
                    .map(move |(tap, _)| input * channel + window.offset(*tap, self.rows))
            })
            .collect();
        let end = self.rows * window.columns;
        let mut sink = Band {
            channels: self.channels,
            epilogue: self.epilogue,
            gather: self.gather,
            part: self.part,
            rows: self.rows,
        };
        let plane = window.size[0] * window.size[1];
        let (laid, slack) = self.laid.split_at_mut(self.inputs * channel);
        slack.fill(0.0);
        let inputs = self.input.chunks_exact(plane);
        for (laid, input) in laid.chunks_exact_mut(channel).zip(inputs) {
            window.fill(simd, laid, input, self.first, self.rows);
        }
        let mut at = 0;
        while at < end {
            let vectors = (end - at).div_ceil(S::F32_LANES).min(WIDTH);
            tile::sum(
                simd,
                self.packed,
                &offsets,
                self.laid,
                at,
                vectors,
                &mut sink,
            );
            at += vectors * S::F32_LANES;
        }
    }
}
