//! The network of the paper, one file an idea. To score pictures a [`Scorer`](crate::Scorer) is
//! enough; this is for training, and for whoever wants every tensor in between.
//!
//! The paper is C. Song and others, "BPCLIP: A Bottom-up Image Quality Assessment from Distortion
//! to Semantics Based on CLIP".
//!
//! `F` are the backbone's features, `G` the pooled tokens, `G'` the information branch, `G''` the
//! weight branch, `G'''` their product, `x` the image features in the text space, `s` the
//! similarities with the adjectives and `p` the raw score. In shapes, `B` is how many pictures
//! there are, `N` how many cells, `D` the width of a token, `A` how many adjectives and `T` the
//! length of their vectors. Equation numbers are the paper's.

mod activation;
pub(crate) mod attention;
mod backbone;
mod config;
pub(crate) mod convolution;
pub mod cost;
mod pooling;
mod position;
mod score;

pub use backbone::{Backbone, LEVELS};
pub use config::{BackboneKind, Config, Direction, Task};

use activation::sigmoid;
use attention::{CrossAttention, SelfAttention};
use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor};
use pooling::Pooling;
use position::{Position, tokens};
use score::{Mlp, similarities};

/// Levels that are compared with the text: `n - 1`, four.
pub const TEXT_LEVELS: usize = LEVELS - 1;

/// The smallest side of a picture in pixels, at the size that it is scored at.
pub const MIN_SIDE: u32 = 64;

/// Sizes of the text side, which a configuration does not state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextSize {
    /// `A`: how many adjectives.
    pub adjectives: usize,
    /// `T`: how wide their features are.
    pub width: usize,
    /// Whether the mean of the features is kept, to place a new word.
    pub centred: bool,
}

/// BPCLIP. Field names are the tensor names of a checkpoint.
#[derive(Module, Debug)]
pub struct Network {
    backbone: Backbone,
    glp: Vec<Pooling>,
    position: Position,
    msca: Vec<CrossAttention>,
    sa: Vec<SelfAttention>,
    info_mlp: Vec<Mlp>,
    weight_mlp: Vec<Mlp>,
    clip_mlp: Vec<Mlp>,
    score: Mlp,
    text_features: Param<Tensor<2>>,
    text_mean: Option<Param<Tensor<1>>>,
    #[module(skip)]
    config: Config,
}

/// What is kept of a forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Every field of [`Output`]. The attention's memory grows with the square of the cells.
    Everything,
    /// What a score needs: [`Output::features`], [`Output::information_attention`] and
    /// [`Output::weight_attention`] are empty, nothing is dropped out, and memory grows with the cells.
    Numbers,
}

/// What a forward pass makes; each list runs from the shallow level to the deep one. Without
/// [`Keep::Everything`] some lists are empty.
pub struct Output {
    /// The grid of the tokens, h and w; `N = h * w`, row-major.
    pub grid: [usize; 2],
    /// `F1..F5`, `[B, C_i, H_i, W_i]`.
    pub features: Vec<Tensor<4>>,
    /// `F4`, `[B, C_4, H_4, W_4]`, always kept: it tells what is in a picture, whatever its quality.
    pub deep_features: Tensor<4>,
    /// The encoding of the position that every `G_i` holds, `[1, N, D]`.
    pub position: Tensor<3>,
    /// The five masks, `[B, 1, H_i, W_i]`.
    pub masks: Vec<Tensor<4>>,
    /// `G_1..G_5` with their position, `[B, N, D]`.
    pub pooled: Vec<Tensor<3>>,
    /// `G'_1..G'_4`, `[B, N, D]`, with their position.
    pub information: Vec<Tensor<3>>,
    /// `G''_1..G''_4`, `[B, N, D]`, with their position; empty without the weight branch.
    pub weight: Vec<Tensor<3>>,
    /// Attention of the information branch, `[B, heads, N, N]` a level.
    pub information_attention: Vec<Tensor<4>>,
    /// Attention of the weight branch, likewise; empty without it.
    pub weight_attention: Vec<Tensor<4>>,
    /// `G'''_1..G'''_4`, `[B, N, D]`.
    pub fused: Vec<Tensor<3>>,
    /// `x_1..x_4`, `[B, T]`.
    pub image_features: Vec<Tensor<2>>,
    /// `s_1..s_4`, `[B, A]`; without the text branch the score does not rest on them.
    pub similarities: Vec<Tensor<2>>,
    /// `p`, `[B]`, not squashed.
    pub raw: Tensor<1>,
}

/// Whether the numbers of a device's tensors lie in plain memory and no gradient is wanted, so that our
/// own kernels can work on them as they are.
fn is_plain_memory(device: &Device) -> bool {
    *device == Device::flex() && !device.is_autodiff()
}

impl Network {
    /// The network of a configuration with random weights, and random text features until a
    /// checkpoint brings them. Nothing is computed for a weight before it is used or replaced.
    pub fn new(config: &Config, text: TextSize, device: &Device) -> Self {
        let width = config.width;
        let levels = 0..TEXT_LEVELS;
        let weight_levels = 0..if config.weight_branch { TEXT_LEVELS } else { 0 };
        let square = [width, width, width];
        let frozen = Initializer::Normal {
            mean: 0.0,
            std: 1.0,
        };
        let regressed = match config.text_branch {
            true => TEXT_LEVELS * text.adjectives,
            false => TEXT_LEVELS * text.width,
        };
        Self {
            backbone: Backbone::new(config, device),
            glp: Backbone::channels(config.backbone)
                .into_iter()
                .map(|channels| {
                    Pooling::new(config.task, channels, config.mask_width, width, device)
                })
                .collect(),
            position: Position::new(width, config.position, device),
            msca: levels
                .clone()
                .map(|_| CrossAttention::new(config, device))
                .collect(),
            sa: weight_levels
                .clone()
                .map(|_| SelfAttention::new(config, device))
                .collect(),
            info_mlp: levels
                .clone()
                .map(|_| Mlp::normed(square, device))
                .collect(),
            weight_mlp: weight_levels.map(|_| Mlp::normed(square, device)).collect(),
            clip_mlp: levels
                .map(|_| Mlp::new([width, width, text.width], device))
                .collect(),
            score: Mlp::new([regressed, config.score_hidden, 1], device),
            text_features: frozen
                .init([text.adjectives, text.width], device)
                .set_require_grad(false),
            text_mean: text.centred.then(|| {
                Initializer::Zeros
                    .init([text.width], device)
                    .set_require_grad(false)
            }),
            config: config.clone(),
        }
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Folds what training keeps apart (frozen batch norms, `feature` into `reduce`): the same
    /// numbers within rounding, faster. A folded network is for scoring and is not saved.
    #[must_use]
    pub fn folded(mut self) -> Self {
        self.backbone.fold();
        for level in &mut self.glp {
            level.fold();
        }
        self
    }

    /// Training computes more and takes less memory: what lies within a block of the backbone is computed
    /// again for the gradients instead of kept. The numbers are the same.
    #[must_use]
    pub fn recomputing(mut self, recompute: bool) -> Self {
        self.backbone.recompute(recompute);
        self
    }

    /// No gradient is computed for the backbone.
    pub fn with_backbone_frozen(mut self) -> Self {
        self.backbone = self.backbone.no_grad();
        self
    }

    /// Runs the network on normalised pictures `[B, 3, H, W]`, both sides at least
    /// [`MIN_SIDE`]; a full-reference network wants the `reference` of the same shape, a
    /// no-reference one ignores it. [`to_tensor`](crate::image::tensor::to_tensor) makes such
    /// pictures.
    ///
    /// # Panics
    /// Shapes do not fit, a reference that is wanted is missing, or the device fails.
    pub fn forward(
        &self,
        distorted: Tensor<4>,
        reference: Option<Tensor<4>>,
        keep: Keep,
    ) -> Output {
        let reference = reference.filter(|_| self.config.task == Task::FullReference);
        let [batch, _, _, _] = distorted.dims();
        let (features, references) = match reference {
            None => (self.backbone.forward(distorted), Vec::new()),
            Some(reference) => {
                // One pass over both: larger products, fewer launches.
                let both = self
                    .backbone
                    .forward(Tensor::cat(vec![distorted, reference], 0));
                both.into_iter()
                    .map(|level| {
                        (
                            level.clone().narrow(0, 0, batch),
                            level.narrow(0, batch, batch),
                        )
                    })
                    .unzip()
            }
        };
        let [_, _, h, w] = features[LEVELS - 1].dims();
        let grid = [h, w];

        let position = self.position.encoding(grid);
        let mut masks = Vec::with_capacity(LEVELS);
        let mut pooled = Vec::with_capacity(LEVELS);
        let mut references = references.into_iter();
        let deep_features = features[LEVELS - 2].clone();
        let mut kept = Vec::with_capacity(LEVELS);
        for (level, features) in self.glp.iter().zip(features) {
            if keep == Keep::Everything {
                kept.push(features.clone());
            }
            let made = level.forward(features, references.next(), grid);
            masks.push(made.mask);
            pooled.push(tokens(made.features) + position.clone());
        }

        let mut output = Output {
            grid,
            features: kept,
            deep_features,
            position,
            masks,
            information: Vec::with_capacity(TEXT_LEVELS),
            weight: Vec::with_capacity(TEXT_LEVELS),
            information_attention: Vec::with_capacity(TEXT_LEVELS),
            weight_attention: Vec::with_capacity(TEXT_LEVELS),
            fused: Vec::with_capacity(TEXT_LEVELS),
            image_features: Vec::with_capacity(TEXT_LEVELS),
            similarities: Vec::with_capacity(TEXT_LEVELS),
            raw: Tensor::zeros([batch], &pooled[0].device()),
            pooled,
        };
        for level in 0..TEXT_LEVELS {
            self.fuse(level, &mut output, keep);
        }

        let regressed = match self.config.text_branch {
            true => output.similarities.clone(),
            false => output.image_features.clone(),
        };
        output.raw = self
            .score
            .forward(Tensor::cat(regressed, 1))
            .reshape([batch]);
        output
    }

    /// `text_features` `[A, T]` and, where the space is centred, `text_mean` `[T]`.
    pub fn text(&self) -> (Tensor<2>, Option<Tensor<1>>) {
        let mean = self.text_mean.as_ref().map(Param::val);
        (self.text_features.val(), mean)
    }

    /// Eq. 4 to 8 of one level.
    fn fuse(&self, level: usize, output: &mut Output, keep: Keep) {
        let (lower, upper) = (
            output.pooled[level].clone(),
            output.pooled[level + 1].clone(),
        );
        let direction = self.config.direction;
        let information = self.msca[level].forward(lower.clone(), upper, direction, keep);
        let mut fused = self.info_mlp[level].forward(information.features.clone());
        if let (Some(sa), Some(mlp)) = (self.sa.get(level), self.weight_mlp.get(level)) {
            let weight = sa.forward(lower, keep);
            fused = fused * sigmoid(mlp.forward(weight.features.clone()));
            output.weight.push(weight.features);
            output.weight_attention.extend(weight.weights);
        }
        let [batch, _, width] = fused.dims();
        let mean = fused.clone().mean_dim(1).reshape([batch, width]);
        let image = self.clip_mlp[level].forward(mean);
        output
            .similarities
            .push(similarities(image.clone(), self.text_features.val()));
        output.information.push(information.features);
        output.information_attention.extend(information.weights);
        output.fused.push(fused);
        output.image_features.push(image);
    }
}
