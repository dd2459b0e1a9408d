//! What is convolved, and what follows.

/// The shape of a 2-D convolution without dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvShape {
    /// Pictures in the batch.
    pub batch: usize,
    /// Channels of the input.
    pub channels_in: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the output.
    pub channels_out: usize,
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Steps down and across.
    pub stride: [usize; 2],
    /// Zeros around the input: `[[top, bottom], [left, right]]`.
    pub padding: [[usize; 2]; 2],
    /// 1 (dense), or `channels_in` with as many `channels_out` (depthwise).
    pub groups: usize,
}

impl ConvShape {
    /// Rows and columns of the output.
    ///
    /// # Panics
    /// If the padded input is smaller than the kernel.
    pub fn output(&self) -> [usize; 2] {
        let side = |length: usize, axis: usize| {
            let [before, after] = self.padding[axis];
            (length + before + after - self.kernel[axis]) / self.stride[axis] + 1
        };
        [side(self.height, 0), side(self.width, 1)]
    }

    /// Whether every output channel sees one input channel only.
    pub fn is_depthwise(&self) -> bool {
        self.groups > 1
    }

    /// Numbers in the input.
    pub fn input_len(&self) -> usize {
        self.batch * self.channels_in * self.height * self.width
    }

    /// Numbers in the weight.
    pub fn weight_len(&self) -> usize {
        self.channels_out * self.channels_in / self.groups * self.kernel[0] * self.kernel[1]
    }

    /// Numbers in the output.
    pub fn output_len(&self) -> usize {
        let [rows, columns] = self.output();
        self.batch * self.channels_out * rows * columns
    }

    /// Numbers in a kernel.
    pub(super) fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Panics unless the shape is one that can be computed and the slices have its sizes.
    pub(super) fn check(&self, x: Option<&[f32]>, weight: Option<&[f32]>, y: Option<&[f32]>) {
        assert!(
            self.groups == 1 || [self.channels_in, self.channels_out] == [self.groups; 2],
            "dense or depthwise: {self:?}"
        );
        let sizes = [self.input_len(), self.weight_len(), self.output_len()];
        assert!(!sizes.contains(&0), "nothing to compute: {self:?}");
        let expected = [
            (x, self.input_len()),
            (weight, self.weight_len()),
            (y, self.output_len()),
        ];
        for (slice, len) in expected {
            assert!(
                slice.is_none_or(|slice| slice.len() == len),
                "{len} numbers: {self:?}"
            );
        }
    }
}

/// What is applied to every number of a convolution's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// [`gelu`](super::gelu).
    Gelu,
}
