//! The gradient of a dense convolution's weight.
//!
//! It is a product of matrices: rows of `dy` with rows of `x`, shifted by each tap. Which sums are
//! taken together depends on the shape only, and so the result does not depend on the threads.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::ConvShape;
use super::gather::Part;
use super::products::{CHANNELS, Rows};
use super::scratch;
use super::tile::{LANES, SLACK};
use super::window::Window;

/// Numbers of input and output that are summed at a time: they stay in the second-level cache.
const CACHED: usize = 96 * 1024;

/// Numbers of a row that are worth summing up vectors to numbers once.
const ROW: usize = 1024;

/// Numbers of partial gradients, summed up at the end.
const PARTIAL: usize = 1 << 23;

/// Adds up `dy * x` over all outputs for every weight.
pub fn gradient(
    shape: &ConvShape,
    part: &Part,
    pointwise: bool,
    x: &[f32],
    dy: &[f32],
) -> Vec<f32> {
    if part.size[0] * part.size[1] <= ROW {
        whole(shape, part, x, dy)
    } else {
        banded(shape, part, pointwise, x, dy)
    }
}

/// Small pictures: all are laid out, and each task does some output channels.
fn whole(shape: &ConvShape, part: &Part, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let window = &part.window;
    let rows = part.size[0];
    let channel = window.channel_len(rows);
    let len = (rows * window.columns).next_multiple_of(LANES);
    let mut laid_x = vec![0.0; shape.batch * shape.channels_in * channel + SLACK];
    laid_x
        .par_chunks_exact_mut(channel)
        .zip(x.par_chunks_exact(shape.height * shape.width))
        .for_each(|(laid, input)| {
            Arch::new().dispatch(Lay {
                window,
                laid,
                input,
                first: 0,
                rows,
            });
        });
    let mut laid_dy = vec![0.0; shape.batch * shape.channels_out * len];
    laid_dy
        .par_chunks_exact_mut(len)
        .zip(dy.par_chunks_exact(rows * part.size[1]))
        .for_each(|(laid, output)| spread(laid, output, part));
    let offsets = offsets(shape, part, channel, rows);
    let width = offsets.len();
    let pictures = (ROW / len).max(1);
    let mut sums = vec![0.0; shape.weight_len()];
    sums.par_chunks_mut(CHANNELS * width)
        .enumerate()
        .for_each(|(index, sums)| {
            for first in (0..shape.batch).step_by(pictures) {
                let channels = first * shape.channels_out + index * CHANNELS;
                Arch::new().dispatch(Add {
                    rows: Rows {
                        x: &laid_x[first * shape.channels_in * channel..],
                        x_picture: shape.channels_in * channel,
                        offsets: &offsets,
                        dy: &laid_dy[channels * len..],
                        dy_picture: shape.channels_out * len,
                        dy_row: len,
                        len,
                        pictures: pictures.min(shape.batch - first),
                    },
                    sums,
                });
            }
        });
    sums
}

/// Large pictures: they are cut into bands of rows, and each task sums up some bands.
fn banded(shape: &ConvShape, part: &Part, pointwise: bool, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let window = &part.window;
    let row = shape.channels_in * window.channel_len(1) + shape.channels_out * window.columns;
    let rows = (CACHED / row)
        .max((ROW / 2).div_ceil(window.columns))
        .min(part.size[0]);
    let bands = part.size[0].div_ceil(rows);
    let jobs = shape.batch * bands;
    let weights = shape.weight_len();
    let groups = (PARTIAL / weights).clamp(1, 16).min(jobs);
    let mut sums = vec![0.0; groups * weights];
    sums.par_chunks_exact_mut(weights)
        .enumerate()
        .for_each(|(group, sums)| {
            for job in group * jobs / groups..(group + 1) * jobs / groups {
                let (image, first) = (job / bands, job % bands * rows);
                Band {
                    shape,
                    part,
                    x: &x[image * shape.channels_in * shape.height * shape.width..],
                    dy: &dy[image * shape.channels_out * part.size[0] * part.size[1]..],
                    first,
                    rows: rows.min(part.size[0] - first),
                }
                .add_to(pointwise, sums);
            }
        });
    let (total, others) = sums.split_at_mut(weights);
    for other in others.chunks_exact(weights) {
        for (total, number) in total.iter_mut().zip(other) {
            *total += number;
        }
    }
    sums.truncate(weights);
    sums
}

/// A band of rows of a picture and of those behind it.
struct Band<'a> {
    shape: &'a ConvShape,
    part: &'a Part,
    x: &'a [f32],
    dy: &'a [f32],
    first: usize,
    rows: usize,
}

impl Band<'_> {
    fn add_to(&self, pointwise: bool, sums: &mut [f32]) {
        let ConvShape {
            channels_in: inputs,
            channels_out: outputs,
            ..
        } = *self.shape;
        let window = &self.part.window;
        let columns = self.part.size[1];
        let plane = self.part.size[0] * columns;
        let numbers = self.rows * window.columns;
        if pointwise && numbers.is_multiple_of(LANES) {
            // The pictures are laid out as it takes.
            let offsets: Vec<usize> = (0..inputs).map(|channel| channel * plane).collect();
            let from = self.first * columns;
            let rows = Rows {
                x: &self.x[from..],
                x_picture: 0,
                offsets: &offsets,
                dy: &self.dy[from..],
                dy_picture: 0,
                dy_row: plane,
                len: numbers,
                pictures: 1,
            };
            return Arch::new().dispatch(Add { rows, sums });
        }
        let channel = window.channel_len(self.rows);
        let len = numbers.next_multiple_of(LANES);
        scratch::with(inputs * channel + SLACK + outputs * len, |laid| {
            let (x, dy) = laid.split_at_mut(inputs * channel + SLACK);
            x[inputs * channel..].fill(0.0);
            let planes = self.x.chunks_exact(window.size[0] * window.size[1]);
            for (laid, input) in x.chunks_exact_mut(channel).zip(planes) {
                Arch::new().dispatch(Lay {
                    window,
                    laid,
                    input,
                    first: self.first,
                    rows: self.rows,
                });
            }
            let planes = self.dy.chunks_exact(plane);
            for (laid, output) in dy.chunks_exact_mut(len).zip(planes) {
                let output = &output[self.first * columns..][..self.rows * columns];
                spread(laid, output, self.part);
            }
            let rows = Rows {
                x,
                x_picture: 0,
                offsets: &offsets(self.shape, self.part, channel, self.rows),
                dy,
                dy_picture: 0,
                dy_row: len,
                len,
                pictures: 1,
            };
            Arch::new().dispatch(Add { rows, sums });
        });
    }
}

/// Where the rows of each input channel and tap start.
fn offsets(shape: &ConvShape, part: &Part, channel: usize, rows: usize) -> Vec<usize> {
    let taps = |input: usize| {
        let offset = move |(tap, _): &([usize; 2], usize)| part.window.offset(*tap, rows);
        part.taps
            .iter()
            .map(move |tap| input * channel + offset(tap))
    };
    (0..shape.channels_in).flat_map(taps).collect()
}

/// Puts rows of outputs as far apart as the window's, with zeros in between.
fn spread(laid: &mut [f32], output: &[f32], part: &Part) {
    let columns = part.size[1];
    let rows = output.len() / columns;
    let (lines, rest) = laid.split_at_mut(rows * part.window.columns);
    for (line, row) in lines
        .chunks_exact_mut(part.window.columns)
        .zip(output.chunks_exact(columns))
    {
        line[..columns].copy_from_slice(row);
        line[columns..].fill(0.0);
    }
    rest.fill(0.0);
}

/// [`Window::fill`].
struct Lay<'a> {
    window: &'a Window,
    laid: &'a mut [f32],
    input: &'a [f32],
    first: usize,
    rows: usize,
}

impl WithSimd for Lay<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Lay {
            window,
            laid,
            input,
            first,
            rows,
        } = self;
        window.fill(simd, laid, input, first, rows);
    }
}

struct Add<'a> {
    rows: Rows<'a>,
    sums: &'a mut [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.rows.add_to(simd, self.sums);
    }
}
