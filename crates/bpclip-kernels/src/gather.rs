//! A convolution as gathering: what each part of the output sums up of the input.
//!
//! The forward pass gathers from the input. The gradient with respect to the input gathers from the
//! output's gradient: with the turned kernel at stride 1, and at larger strides with a different
//! part of the kernel for every phase of the input's rows and columns.

use super::ConvShape;
use super::window::Window;

/// Outputs `(row * step + phase)` down and across, and the taps that they sum.
#[derive(Clone, Debug)]
pub struct Part {
    /// First row and column of the part in the output.
    pub phase: [usize; 2],
    /// Rows and columns of the part.
    pub size: [usize; 2],
    /// What the taps read.
    pub window: Window,
    /// `[row, column]` in the window and the index in the kernel, row after row.
    pub taps: Vec<([usize; 2], usize)>,
}

/// All parts of an output and their step.
#[derive(Clone, Debug)]
pub struct Gather {
    /// Rows and columns of the whole output.
    pub size: [usize; 2],
    /// Steps down and across between the numbers of a part.
    pub step: [usize; 2],
    /// The parts; numbers in none of them are 0.
    pub parts: Vec<Part>,
}

impl Gather {
    /// The output of a convolution from its input.
    pub fn forward(shape: &ConvShape) -> Self {
        let size = shape.output();
        let [rows, columns] = shape.kernel;
        let taps = (0..rows * columns).map(|tap| ([tap / columns, tap % columns], tap));
        let origin = shape.padding.map(|[before, _]| -before.cast_signed());
        let window = Window::new(
            [shape.height, shape.width],
            shape.stride,
            origin,
            shape.kernel,
            size[1],
        );
        Self {
            size,
            step: [1, 1],
            parts: vec![Part {
                phase: [0, 0],
                size,
                window,
                taps: taps.collect(),
            }],
        }
    }

    /// The gradient of a convolution's input from its output's gradient.
    pub fn backward(shape: &ConvShape) -> Self {
        let size = [shape.height, shape.width];
        let phases = (0..shape.stride[0])
            .flat_map(|row| (0..shape.stride[1]).map(move |column| [row, column]));
        Self {
            size,
            step: shape.stride,
            parts: phases
                .filter_map(|phase| Part::backward(shape, size, phase))
                .collect(),
        }
    }

    /// Numbers of `outputs` channels of the output, from an input of `inputs` channels.
    pub fn output_len(&self, inputs: usize, outputs: usize, input: &[f32]) -> usize {
        let read = self.parts.first().map_or(0, |part| {
            let [height, width] = part.window.size;
            inputs * height * width
        });
        let images = input.len().checked_div(read).unwrap_or(0);
        images * outputs * self.size[0] * self.size[1]
    }

    /// Whether an output reads the input at its own place only.
    pub fn is_pointwise(&self) -> bool {
        self.parts.iter().all(|part| {
            part.taps.len() == 1
                && part.window.stride == [1, 1]
                && part.window.origin == [0, 0]
                && part.window.size == self.size
        }) && self.parts.len() == 1
            && self.step == [1, 1]
    }
}

impl Part {
    /// The gradient of the input's rows and columns `phase + i * stride`.
    fn backward(shape: &ConvShape, size: [usize; 2], phase: [usize; 2]) -> Option<Self> {
        let axis = |axis: usize| Axis::backward(shape, size[axis], phase[axis], axis);
        let (down, across) = (axis(0)?, axis(1)?);
        let output = shape.output();
        let taps = down.taps.iter().flat_map(|&(y, row)| {
            let across = &across.taps;
            across
                .iter()
                .map(move |&(x, column)| ([y, x], row * shape.kernel[1] + column))
        });
        Some(Self {
            phase,
            size: [down.count, across.count],
            window: Window::new(
                output,
                [1, 1],
                [down.origin, across.origin],
                [down.extent, across.extent],
                across.count,
            ),
            taps: taps.collect(),
        })
    }
}

/// One axis of a part of the input's gradient.
struct Axis {
    count: usize,
    origin: isize,
    extent: usize,
    /// Place in the window and in the kernel.
    taps: Vec<(usize, usize)>,
}

impl Axis {
    /// Input `i * stride + phase` got into output `o` through tap `k` where
    /// `o * stride + k = i * stride + phase + padding`.
    fn backward(shape: &ConvShape, length: usize, phase: usize, axis: usize) -> Option<Self> {
        let stride = shape.stride[axis];
        let count = length.saturating_sub(phase).div_ceil(stride);
        let reach = phase + shape.padding[axis][0];
        let mut taps: Vec<(isize, usize)> = (0..shape.kernel[axis])
            .filter(|tap| tap % stride == reach % stride)
            .map(|tap| {
                let distance = reach.cast_signed() - tap.cast_signed();
                (distance.div_euclid(stride.cast_signed()), tap)
            })
            .collect();
        taps.reverse();
        let (origin, last) = (taps.first()?.0, taps.last()?.0);
        (count > 0).then(|| Self {
            count,
            origin,
            extent: (last - origin).unsigned_abs() + 1,
            taps: taps
                .into_iter()
                .map(|(place, tap)| ((place - origin).unsigned_abs(), tap))
                .collect(),
        })
    }
}
