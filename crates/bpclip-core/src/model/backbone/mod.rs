//! The convolutional backbones: a picture to features at five scales.

mod cost;
mod efficientnet_lite;
mod norm;
mod resnet;

use super::{BackboneKind, Config};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use cost::Cost;
use efficientnet_lite::EfficientNetLite;
use resnet::ResNet50;

/// Levels of features, `n` of the paper.
pub const LEVELS: usize = 5;

/// Either backbone; a checkpoint's metadata says which.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)] // one a network: never in a collection
pub enum Backbone {
    /// The paper's.
    ResNet50(ResNet50),
    /// The light one.
    EfficientNetLite(EfficientNetLite),
}

impl Backbone {
    /// The backbone of a configuration with random weights.
    pub fn new(config: &Config, device: &Device) -> Self {
        match config.backbone {
            BackboneKind::ResNet50 => Self::ResNet50(ResNet50::new(config.stride_in_1x1, device)),
            BackboneKind::EfficientNetLite(variant) => {
                Self::EfficientNetLite(EfficientNetLite::new(variant, device))
            }
        }
    }

    /// Normalised pictures `[B, 3, H, W]` to `F1..F5`, `[B, C_i, H_i, W_i]`.
    pub fn forward(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        match self {
            Self::ResNet50(net) => net.forward(x).into(),
            Self::EfficientNetLite(net) => net.forward(x),
        }
    }

    /// Folds the frozen batch norms into the convolutions: the same numbers, faster.
    pub fn fold(&mut self) {
        match self {
            Self::ResNet50(net) => net.fold(),
            Self::EfficientNetLite(net) => net.fold(),
        }
    }

    /// What a picture of `[h, w]` pixels costs, and the sizes of the five levels.
    pub fn cost(&self, size: [usize; 2]) -> (Cost, Vec<[usize; 2]>) {
        match self {
            Self::ResNet50(net) => net.cost(size),
            Self::EfficientNetLite(net) => net.cost(size),
        }
    }

    /// Channels `C_1..C_5` of a backbone's levels.
    pub fn channels(kind: BackboneKind) -> [usize; LEVELS] {
        match kind {
            BackboneKind::ResNet50 => resnet::CHANNELS,
            BackboneKind::EfficientNetLite(variant) => efficientnet_lite::level_channels(variant),
        }
    }
}
