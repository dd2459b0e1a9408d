//! ResNet-50 in torchvision's layout and names (He et al., 2016; v1.5 unless said otherwise).

use super::cost::{Cost, convolution};
use super::norm::{FrozenBatchNorm, conv, conv_norm, conv_norms, fold};
use bpclip_kernels::Activation::{self, Relu};
use burn::module::Module;
use burn::nn::PaddingConfig2d::{Explicit, Valid};
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor};

const EPSILON: f64 = 1e-5;
const EXPANSION: usize = 4;
/// Width and repeats of `layer1` to `layer4`.
const LAYERS: [(usize, usize); 4] = [(64, 3), (128, 4), (256, 6), (512, 3)];

/// Channels of the five levels.
pub const CHANNELS: [usize; 5] = [64, 256, 512, 1024, 2048];

/// 1x1, 3x3, 1x1 and a shortcut.
#[derive(Module, Debug)]
pub struct Bottleneck {
    conv1: Conv2d,
    bn1: Option<FrozenBatchNorm>,
    conv2: Conv2d,
    bn2: Option<FrozenBatchNorm>,
    conv3: Conv2d,
    bn3: Option<FrozenBatchNorm>,
    downsample: Option<(Conv2d, Option<FrozenBatchNorm>)>,
    #[module(skip)]
    recompute: bool,
}

impl Bottleneck {
    fn new(
        input: usize,
        width: usize,
        stride: usize,
        stride_in_1x1: bool,
        device: &Device,
    ) -> Self {
        let output = width * EXPANSION;
        let (first, second) = if stride_in_1x1 {
            (stride, 1)
        } else {
            (1, stride)
        };
        let norm = |channels| Some(FrozenBatchNorm::new(channels, EPSILON, device));
        let downsample = (stride != 1 || input != output).then(|| {
            let shortcut = conv([input, output], 1, stride, 1, Valid, device);
            (shortcut, norm(output))
        });
        Self {
            conv1: conv([input, width], 1, first, 1, Valid, device),
            bn1: norm(width),
            conv2: conv([width, width], 3, second, 1, Explicit(1, 1, 1, 1), device),
            bn2: norm(width),
            conv3: conv([width, output], 1, 1, 1, Valid, device),
            bn3: norm(output),
            downsample,
            recompute: false,
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let shortcut = match &self.downsample {
            Some((conv, norm)) => conv_norm(conv, norm, x.clone(), Activation::None),
            None => x.clone(),
        };
        let layers = [
            (&self.conv1, &self.bn1),
            (&self.conv2, &self.bn2),
            (&self.conv3, &self.bn3),
        ];
        relu(conv_norms(layers, x, Relu, self.recompute) + shortcut)
    }

    fn cost(&self, size: [usize; 2]) -> (Cost, [usize; 2]) {
        let (first, inner) = convolution(&self.conv1, size);
        let (second, inner) = convolution(&self.conv2, inner);
        let (third, made) = convolution(&self.conv3, inner);
        let shortcut = self
            .downsample
            .as_ref()
            .map_or_else(Cost::default, |(conv, _)| convolution(conv, size).0);
        (first + second + third + shortcut, made)
    }

    fn fold(&mut self) {
        fold(&mut self.conv1, &mut self.bn1);
        fold(&mut self.conv2, &mut self.bn2);
        fold(&mut self.conv3, &mut self.bn3);
        if let Some((conv, norm)) = &mut self.downsample {
            fold(conv, norm);
        }
    }
}

/// The 50-layer residual network without its classifier.
#[derive(Module, Debug)]
pub struct ResNet50 {
    conv1: Conv2d,
    bn1: Option<FrozenBatchNorm>,
    layer1: Vec<Bottleneck>,
    layer2: Vec<Bottleneck>,
    layer3: Vec<Bottleneck>,
    layer4: Vec<Bottleneck>,
}

impl ResNet50 {
    /// Random weights; `stride_in_1x1` as in [`Config`](crate::model::Config).
    pub fn new(stride_in_1x1: bool, device: &Device) -> Self {
        let layer = |index: usize| {
            let (width, repeats) = LAYERS[index];
            (0..repeats)
                .map(|block| {
                    let input = if block == 0 {
                        CHANNELS[index]
                    } else {
                        width * EXPANSION
                    };
                    let stride = if block == 0 && index > 0 { 2 } else { 1 };
                    Bottleneck::new(input, width, stride, stride_in_1x1, device)
                })
                .collect()
        };
        Self {
            conv1: conv([3, 64], 7, 2, 1, Explicit(3, 3, 3, 3), device),
            bn1: Some(FrozenBatchNorm::new(64, EPSILON, device)),
            layer1: layer(0),
            layer2: layer(1),
            layer3: layer(2),
            layer4: layer(3),
        }
    }

    /// `[B, 3, H, W]` to the five levels.
    pub fn forward(&self, x: Tensor<4>) -> [Tensor<4>; 5] {
        let run = |layer: &[Bottleneck], x| layer.iter().fold(x, |x, block| block.forward(x));
        let f1 = conv_norm(&self.conv1, &self.bn1, x, Relu);
        let pooled = max_pool2d(
            f1.clone(),
            MaxPoolOptions::new([3, 3])
                .with_stride([2, 2])
                .with_padding([1, 1]),
        );
        let f2 = run(&self.layer1, pooled);
        let f3 = run(&self.layer2, f2.clone());
        let f4 = run(&self.layer3, f3.clone());
        let f5 = run(&self.layer4, f4.clone());
        [f1, f2, f3, f4, f5]
    }

    /// What a picture of `[h, w]` pixels costs, and the sizes of the five levels.
    pub fn cost(&self, size: [usize; 2]) -> (Cost, Vec<[usize; 2]>) {
        let (mut sum, stem) = convolution(&self.conv1, size);
        let mut sizes = vec![stem];
        let mut current = stem.map(|side| side.div_ceil(2)); // the max pooling
        for layer in [&self.layer1, &self.layer2, &self.layer3, &self.layer4] {
            for block in layer {
                let (cost, made) = block.cost(current);
                sum += cost;
                current = made;
            }
            sizes.push(current);
        }
        (sum, sizes)
    }

    /// Whether what lies within a block is computed again for the gradients.
    pub fn recompute(&mut self, recompute: bool) {
        for block in self.blocks() {
            block.recompute = recompute;
        }
    }

    /// Folds every norm into its convolution.
    pub fn fold(&mut self) {
        fold(&mut self.conv1, &mut self.bn1);
        for block in self.blocks() {
            block.fold();
        }
    }

    fn blocks(&mut self) -> impl Iterator<Item = &mut Bottleneck> {
        let layers = [
            &mut self.layer1,
            &mut self.layer2,
            &mut self.layer3,
            &mut self.layer4,
        ];
        layers.into_iter().flatten()
    }
}
