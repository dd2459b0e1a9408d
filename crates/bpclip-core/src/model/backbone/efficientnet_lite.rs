//! EfficientNet-Lite 0 to 4 in timm's layout and names (`tf_efficientnet_lite*`): no
//! squeeze-and-excitation, ReLU6, TensorFlow's SAME padding.

use super::cost::{Cost, convolution};
use super::norm::{FrozenBatchNorm, conv, conv_norm, conv_norms, fold};
use crate::model::convolution::Fused;
use bpclip_kernels::Activation::{self, Relu6};
use burn::module::Module;
use burn::nn::PaddingConfig2d::{Same, Valid};
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};

const EPSILON: f64 = 1e-3;
const EXPANSION: usize = 6;
const STEM: usize = 32;
const HEAD: usize = 1280;
/// Kernel, stride, channels and repeats of the seven stages at scale 1.
const STAGES: [(usize, usize, usize, usize); 7] = [
    (3, 1, 16, 1),
    (3, 2, 24, 2),
    (5, 2, 40, 2),
    (3, 2, 80, 3),
    (5, 1, 112, 3),
    (5, 2, 192, 4),
    (3, 1, 320, 1),
];
/// The stages after which levels 1 to 4 are read.
const LEVELS: [usize; 4] = [0, 1, 2, 4];
/// Width and depth of `lite0` to `lite4`.
const SCALES: [(f64, f64); 5] = [(1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8)];

/// Scaled to a multiple of 8, never below 90 % of the exact width.
fn channels(base: usize, scale: f64) -> usize {
    let exact = base as f64 * scale;
    let rounded = ((exact / 8.0 + 0.5).floor() as usize * 8).max(8);
    if (rounded as f64) < 0.9 * exact {
        rounded + 8
    } else {
        rounded
    }
}

/// `(kernel, stride, channels, repeats)` of each stage of `lite{variant}`. The first and the
/// last stage's repeats are not scaled.
fn stages(variant: u8) -> [(usize, usize, usize, usize); 7] {
    let (width, depth) = SCALES[usize::from(variant).min(SCALES.len() - 1)];
    let mut stages = STAGES;
    for (index, (_, _, output, repeats)) in stages.iter_mut().enumerate() {
        *output = channels(*output, width);
        if index != 0 && index != STAGES.len() - 1 {
            *repeats = (*repeats as f64 * depth).ceil() as usize;
        }
    }
    stages
}

/// Channels of the five levels of `lite{variant}`.
pub fn level_channels(variant: u8) -> [usize; 5] {
    let stages = stages(variant);
    let [a, b, c, d] = LEVELS.map(|stage| stages[stage].2);
    [a, b, c, d, HEAD]
}

/// A depthwise-separable block (stage 0: no `conv_pwl`; its `conv_pw` comes last) or an
/// inverted bottleneck (`conv_pw` expands, `conv_pwl` projects).
#[derive(Module, Debug)]
pub struct Block {
    conv_dw: Conv2d,
    conv_pw: Conv2d,
    conv_pwl: Option<Conv2d>,
    bn1: Option<FrozenBatchNorm>,
    bn2: Option<FrozenBatchNorm>,
    bn3: Option<FrozenBatchNorm>,
    skip: bool,
    #[module(skip)]
    recompute: bool,
    #[module(skip)]
    fused: Fused,
}

impl Block {
    fn separable(
        input: usize,
        output: usize,
        kernel: usize,
        stride: usize,
        device: &Device,
    ) -> Self {
        Self {
            conv_dw: conv([input, input], kernel, stride, input, Same, device),
            conv_pw: conv([input, output], 1, 1, 1, Valid, device),
            conv_pwl: None,
            bn1: Some(FrozenBatchNorm::new(input, EPSILON, device)),
            bn2: Some(FrozenBatchNorm::new(output, EPSILON, device)),
            bn3: None,
            skip: stride == 1 && input == output,
            recompute: false,
            fused: Fused::default(),
        }
    }

    fn inverted(
        input: usize,
        output: usize,
        kernel: usize,
        stride: usize,
        device: &Device,
    ) -> Self {
        let hidden = input * EXPANSION;
        Self {
            conv_dw: conv([hidden, hidden], kernel, stride, hidden, Same, device),
            conv_pw: conv([input, hidden], 1, 1, 1, Valid, device),
            conv_pwl: Some(conv([hidden, output], 1, 1, 1, Valid, device)),
            bn1: Some(FrozenBatchNorm::new(hidden, EPSILON, device)),
            bn2: Some(FrozenBatchNorm::new(hidden, EPSILON, device)),
            bn3: Some(FrozenBatchNorm::new(output, EPSILON, device)),
            skip: stride == 1 && input == output,
            recompute: false,
            fused: Fused::default(),
        }
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let last = self.conv_pwl.as_ref().unwrap_or(&self.conv_pw);
        let convs = [&self.conv_dw, last];
        self.fused
            .forward(&convs, input, |input| self.one_by_one(input))
    }

    fn one_by_one(&self, input: Tensor<4>) -> Tensor<4> {
        let x = input.clone();
        let x = match &self.conv_pwl {
            None => {
                let x = conv_norm(&self.conv_dw, &self.bn1, x, Relu6);
                conv_norm(&self.conv_pw, &self.bn2, x, Activation::None)
            }
            Some(conv_pwl) => {
                let layers = [
                    (&self.conv_pw, &self.bn1),
                    (&self.conv_dw, &self.bn2),
                    (conv_pwl, &self.bn3),
                ];
                conv_norms(layers, x, Relu6, self.recompute)
            }
        };
        if self.skip { x + input } else { x }
    }

    fn cost(&self, size: [usize; 2]) -> (Cost, [usize; 2]) {
        let order = match &self.conv_pwl {
            None => vec![&self.conv_dw, &self.conv_pw],
            Some(conv_pwl) => vec![&self.conv_pw, &self.conv_dw, conv_pwl],
        };
        order
            .into_iter()
            .fold((Cost::default(), size), |(sum, size), conv| {
                let (cost, made) = convolution(conv, size);
                (sum + cost, made)
            })
    }

    fn fold(&mut self) {
        match &mut self.conv_pwl {
            None => {
                fold(&mut self.conv_dw, &mut self.bn1);
                fold(&mut self.conv_pw, &mut self.bn2);
                if !self.skip {
                    let layers = [(&self.conv_dw, Relu6), (&self.conv_pw, Activation::None)];
                    self.fused = Fused::sequence(&layers);
                }
            }
            Some(conv_pwl) => {
                fold(&mut self.conv_pw, &mut self.bn1);
                fold(&mut self.conv_dw, &mut self.bn2);
                fold(conv_pwl, &mut self.bn3);
                let convs = [&self.conv_pw, &self.conv_dw, conv_pwl];
                self.fused = Fused::inverted(convs, Relu6, self.skip);
            }
        }
    }
}

/// The network without its classifier.
#[derive(Module, Debug)]
pub struct EfficientNetLite {
    conv_stem: Conv2d,
    bn1: Option<FrozenBatchNorm>,
    blocks: Vec<Vec<Block>>,
    conv_head: Conv2d,
    bn2: Option<FrozenBatchNorm>,
    #[module(skip)]
    fused_stem: Fused,
    #[module(skip)]
    fused_head: Fused,
}

impl EfficientNetLite {
    /// `lite{variant}` with random weights.
    pub fn new(variant: u8, device: &Device) -> Self {
        let mut input = STEM;
        let mut blocks = Vec::new();
        for (index, (kernel, stride, output, repeats)) in stages(variant).into_iter().enumerate() {
            let stage = (0..repeats)
                .map(|repeat| {
                    let stride = if repeat == 0 { stride } else { 1 };
                    let make = if index == 0 {
                        Block::separable
                    } else {
                        Block::inverted
                    };
                    let block = make(input, output, kernel, stride, device);
                    input = output;
                    block
                })
                .collect();
            blocks.push(stage);
        }
        Self {
            conv_stem: conv([3, STEM], 3, 2, 1, Same, device),
            bn1: Some(FrozenBatchNorm::new(STEM, EPSILON, device)),
            blocks,
            conv_head: conv([input, HEAD], 1, 1, 1, Valid, device),
            bn2: Some(FrozenBatchNorm::new(HEAD, EPSILON, device)),
            fused_stem: Fused::default(),
            fused_head: Fused::default(),
        }
    }

    /// `[B, 3, H, W]` to the five levels; the first four are linear, as their stage leaves them.
    pub fn forward(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        let stem = |x| conv_norm(&self.conv_stem, &self.bn1, x, Relu6);
        let head = |x| conv_norm(&self.conv_head, &self.bn2, x, Relu6);
        let mut x = self.fused_stem.forward(&[&self.conv_stem], x, stem);
        let mut levels = Vec::with_capacity(LEVELS.len() + 1);
        for (index, stage) in self.blocks.iter().enumerate() {
            x = stage.iter().fold(x, |x, block| block.forward(x));
            if LEVELS.contains(&index) {
                levels.push(x.clone());
            }
        }
        levels.push(self.fused_head.forward(&[&self.conv_head], x, head));
        levels
    }

    /// What a picture of `[h, w]` pixels costs, and the sizes of the five levels.
    pub fn cost(&self, size: [usize; 2]) -> (Cost, Vec<[usize; 2]>) {
        let (mut sum, mut current) = convolution(&self.conv_stem, size);
        let mut sizes = Vec::with_capacity(LEVELS.len() + 1);
        for (index, stage) in self.blocks.iter().enumerate() {
            for block in stage {
                let (cost, made) = block.cost(current);
                sum += cost;
                current = made;
            }
            if LEVELS.contains(&index) {
                sizes.push(current);
            }
        }
        let (head, made) = convolution(&self.conv_head, current);
        sizes.push(made);
        (sum + head, sizes)
    }

    /// Whether what lies within a block is computed again for the gradients.
    pub fn recompute(&mut self, recompute: bool) {
        for block in self.blocks.iter_mut().flatten() {
            block.recompute = recompute;
        }
    }

    /// Folds every norm into its convolution.
    pub fn fold(&mut self) {
        fold(&mut self.conv_stem, &mut self.bn1);
        fold(&mut self.conv_head, &mut self.bn2);
        self.fused_stem = Fused::sequence(&[(&self.conv_stem, Relu6)]);
        self.fused_head = Fused::sequence(&[(&self.conv_head, Relu6)]);
        for block in self.blocks.iter_mut().flatten() {
            block.fold();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lite2_has_the_published_levels() {
        assert_eq!(level_channels(2), [16, 24, 48, 120, 1280]);
        assert_eq!(level_channels(0), [16, 24, 40, 112, 1280]);
    }
}
