//! Convolutions one behind the other, a band of rows at a time, so that what lies between them stays
//! in the cache and never is a whole picture.

use std::fmt;
use std::ops::Range;

use super::store::{OutputBlock, split};
use super::threads::Threads;
use super::{ConvShape, Layer, scratch};

/// Numbers between the layers of a band: 3 MB.
const BAND: usize = 768 * 1024;

/// The most that the rows which two bands both need may add to the products.
const TWICE: f64 = 1.25;

/// Convolutions one behind the other.
pub struct Chain {
    steps: Vec<Step>,
    skip: bool,
}

/// A step of a [`Chain`].
pub enum Step {
    /// One convolution.
    Layer(Layer),
    /// A 1 x 1 convolution and the depthwise one behind it, cut into groups of channels, each of which
    /// is done with before the next. The step has the shape of the depthwise one.
    Expanded(Vec<[Layer; 2]>),
}

impl Step {
    fn channels_in(&self) -> usize {
        match self {
            Self::Layer(layer) => layer.channels_in(),
            Self::Expanded(groups) => groups.first().map_or(0, |[wide, _]| wide.channels_in()),
        }
    }

    fn channels_out(&self) -> usize {
        match self {
            Self::Layer(layer) => layer.channels_out(),
            Self::Expanded(groups) => groups.iter().map(|[_, deep]| deep.channels_out()).sum(),
        }
    }

    /// Multiply-adds for `inputs` rows of input and `outputs` of output.
    fn products(&self, shape: &ConvShape, inputs: usize, outputs: usize) -> usize {
        let [_, columns] = shape.output();
        match self {
            Self::Layer(layer) => outputs * columns * layer.channels_out() * layer.products(shape),
            Self::Expanded(_) => {
                let wide = inputs * shape.width * self.channels_in();
                (wide + outputs * columns * shape.taps()) * self.channels_out()
            }
        }
    }

    fn run(&self, shape: &ConvShape, x: &[f32], y: &mut [f32], threads: Threads) {
        let groups = match self {
            Self::Layer(layer) => return layer.run(shape, x, y, threads),
            Self::Expanded(groups) => groups,
        };
        let [rows, columns] = shape.output();
        let plane = shape.height * shape.width;
        let pictures = x.chunks_exact(self.channels_in() * plane);
        let mut items = Vec::new();
        for (x, mut y) in pictures.zip(y.chunks_exact_mut(self.channels_out() * rows * columns)) {
            for group in groups {
                let (part, rest) = y.split_at_mut(group[1].channels_out() * rows * columns);
                items.push((x, group, part));
                y = rest;
            }
        }
        threads.each(items, |(x, [wide, deep], y)| {
            let channels = wide.channels_out();
            let deepened = ConvShape {
                batch: 1,
                channels_in: channels,
                channels_out: channels,
                groups: channels,
                ..*shape
            };
            let widened = ConvShape {
                channels_in: wide.channels_in(),
                kernel: [1, 1],
                stride: [1, 1],
                padding: [[0, 0], [0, 0]],
                groups: 1,
                ..deepened
            };
            scratch::with(channels * plane, |between| {
                wide.run(&widened, x, between, Threads::One);
                deep.run(&deepened, between, y, Threads::One);
            });
        });
    }
}

impl Chain {
    /// The steps in their order; with `skip` the input is added to the output, which has its shape.
    ///
    /// # Panics
    /// If a step has not the channels that the one before it makes.
    pub fn new(steps: Vec<Step>, skip: bool) -> Self {
        for pair in steps.windows(2) {
            assert_eq!(pair[0].channels_out(), pair[1].channels_in(), "channels");
        }
        Self { steps, skip }
    }

    /// Runs `x` (`[batch, channels, height, width]`) through all steps; `shapes` has one for each of
    /// them. Results do not depend on the number of threads.
    ///
    /// # Panics
    /// If a slice does not fit the shapes.
    pub fn forward(&self, shapes: &[ConvShape], x: &[f32]) -> Vec<f32> {
        assert_eq!(shapes.len(), self.steps.len(), "a shape for each step");
        let Some((batch, [rows, columns])) = shapes.last().map(|last| (last.batch, last.output()))
        else {
            return x.to_vec();
        };
        let outputs = self.steps.last().map_or(0, Step::channels_out);
        let mut y = vec![0.0; batch * outputs * rows * columns];
        match self.band_rows(shapes) {
            Some(size) => {
                let blocks = split(&mut y, outputs, rows * columns, size * columns);
                Threads::All.each(blocks, |block| self.band(shapes, x, size, block));
            }
            None => self.whole(shapes, x, &mut y),
        }
        y
    }

    /// Step after step, each by all threads.
    fn whole(&self, shapes: &[ConvShape], x: &[f32], y: &mut [f32]) {
        let steps: Vec<_> = self.steps.iter().zip(shapes).collect();
        run_whole(&steps, x, y);
        if self.skip {
            add(y, x);
        }
    }

    /// Rows of the output in a band: as many as fit into the cache, but so many that bands do not share
    /// too many rows. `None` where all fits as it is, or there would be one band.
    pub(super) fn band_rows(&self, shapes: &[ConvShape]) -> Option<usize> {
        let [rows, _] = shapes.last()?.output();
        if self.between(shapes, rows) <= BAND {
            return None;
        }
        let cost = |size: usize| {
            let needed = needed(shapes, 0..size, false);
            let steps = self.steps.iter().zip(shapes).zip(needed.windows(2));
            let products: usize = steps
                .map(|((step, shape), rows)| step.products(shape, rows[0].len(), rows[1].len()))
                .sum();
            products as f64 / size as f64
        };
        let most = TWICE * cost(rows);
        let sizes: Vec<usize> = (1..rows).collect();
        let fit = sizes.partition_point(|size| self.between(shapes, *size) <= BAND);
        let pay = 1 + sizes.partition_point(|size| cost(*size) > most);
        let largest = fit.max(pay);
        // Pairs of bands of one size, so that two threads end together.
        let bands = rows.div_ceil(largest).next_multiple_of(2);
        let size = rows.div_ceil(bands);
        (largest < rows).then_some(if cost(size) <= most { size } else { largest })
    }

    /// Numbers that `rows` rows of output need: the input, what lies between, and the output.
    fn between(&self, shapes: &[ConvShape], rows: usize) -> usize {
        let needed = needed(shapes, 0..rows, false);
        let inputs = self.steps.iter().zip(shapes).zip(&needed);
        let inputs: usize = inputs
            .map(|((step, shape), rows)| step.channels_in() * rows.len() * shape.width)
            .sum();
        let output = self.steps.last().zip(shapes.last());
        inputs
            + output.map_or(0, |(step, shape)| {
                step.channels_out() * rows * shape.output()[1]
            })
    }

    fn band(&self, shapes: &[ConvShape], x: &[f32], size: usize, mut block: OutputBlock) {
        let (Some(first), Some(last)) = (shapes.first(), shapes.last()) else {
            return;
        };
        let [rows, columns] = last.output();
        let start = block.piece * size;
        let needed = needed(shapes, start..(start + size).min(rows), true);
        let lens: Vec<usize> = (self.steps.iter().zip(shapes).zip(&needed))
            .map(|((step, shape), rows)| step.channels_in() * rows.len() * shape.width)
            .chain([block.channels.len() * needed[shapes.len()].len() * columns])
            .collect();
        scratch::with(lens.iter().sum(), |numbers| {
            let (mut input, mut rest) = numbers.split_at_mut(lens[0]);
            let channels = self.steps.first().map_or(0, Step::channels_in);
            let planes = x[block.image * channels * first.height * first.width..]
                .chunks_exact(first.height * first.width);
            let from = needed[0].start * first.width;
            let plane = needed[0].len() * first.width;
            for (to, plane_of_x) in input.chunks_exact_mut(plane).zip(planes.clone()) {
                to.copy_from_slice(&plane_of_x[from..][..plane]);
            }
            for (index, (step, shape)) in self.steps.iter().zip(shapes).enumerate() {
                let (output, after) = rest.split_at_mut(lens[index + 1]);
                let shape = within(shape, &needed[index], &needed[index + 1]);
                step.run(&shape, input, output, Threads::One);
                (input, rest) = (output, after);
            }
            let plane = needed[shapes.len()].len() * columns;
            for (to, from) in block.channels.iter_mut().zip(input.chunks_exact(plane)) {
                to.copy_from_slice(from);
            }
            if self.skip {
                for (to, plane) in block.channels.iter_mut().zip(planes) {
                    add(to, &plane[start * columns..]);
                }
            }
        });
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a chain of {} steps", self.steps.len())
    }
}

/// Runs steps one after the other by all threads, what lies between them in memory that is kept.
fn run_whole(steps: &[(&Step, &ConvShape)], x: &[f32], y: &mut [f32]) {
    match steps {
        [] => {}
        [(step, shape)] => step.run(shape, x, y, Threads::All),
        [(step, shape), rest @ ..] => {
            let [rows, columns] = shape.output();
            let len = shape.batch * step.channels_out() * rows * columns;
            scratch::with(len, |between| {
                step.run(shape, x, between, Threads::All);
                run_whole(rest, between, y);
            });
        }
    }
}

fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// The rows of every step's input, and last the `output` itself; with `held` to the rows that there
/// are, else with those of the padding, as in the midst of a large picture.
fn needed(shapes: &[ConvShape], output: Range<usize>, held: bool) -> Vec<Range<usize>> {
    let mut needed = vec![output];
    for shape in shapes.iter().rev() {
        let output = &needed[needed.len() - 1];
        let (kernel, stride, top) = (shape.kernel[0], shape.stride[0], shape.padding[0][0]);
        let end = (output.end - 1) * stride + kernel;
        needed.push(match held {
            true => {
                (output.start * stride).saturating_sub(top)..(end - top.min(end)).min(shape.height)
            }
            false => output.start * stride..end,
        });
    }
    needed.reverse();
    needed
}

/// The shape of a step within a picture, of one picture and some rows.
fn within(shape: &ConvShape, input: &Range<usize>, output: &Range<usize>) -> ConvShape {
    let (kernel, stride) = (shape.kernel[0], shape.stride[0]);
    let top = shape.padding[0][0].saturating_sub(output.start * stride);
    let whole = (output.len() - 1) * stride + kernel;
    ConvShape {
        batch: 1,
        height: input.len(),
        padding: [[top, whole - top - input.len()], shape.padding[1]],
        ..*shape
    }
}
