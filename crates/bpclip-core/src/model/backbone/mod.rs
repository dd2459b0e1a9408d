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

    /// Whether what lies within a block of three convolutions is computed again for the gradients instead
    /// of kept.
    pub fn recompute(&mut self, recompute: bool) {
        match self {
            Self::ResNet50(net) => net.recompute(recompute),
            Self::EfficientNetLite(net) => net.recompute(recompute),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Task;
    use burn::module::{ModuleVisitor, Param};
    use burn::tensor::{Distribution, Gradients};

    /// The gradients of all weights, one behind the other.
    struct Collect<'a>(&'a Gradients, Vec<f32>);

    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad(self.0) {
                self.1.extend(gradient.into_data().iter::<f32>());
            }
        }
    }

    #[test]
    fn what_is_computed_again_gives_the_same_gradients() {
        let device = Device::flex().autodiff();
        device.seed(3);
        for kind in [BackboneKind::EfficientNetLite(0), BackboneKind::ResNet50] {
            let config = Config::new(Task::NoReference, kind);
            let mut backbone = Backbone::new(&config, &device);
            let noise = Distribution::Normal(0.0, 1.0);
            let picture = Tensor::<4>::random([2, 3, 64, 96], noise, &device).require_grad();
            let mut found = [false, true].map(|recompute| {
                backbone.recompute(recompute);
                let levels = backbone.forward(picture.clone());
                let sum = levels.into_iter().map(|level| level.square().mean());
                let gradients = sum.reduce(|a, b| a + b).unwrap().backward();
                let of_picture = picture.grad(&gradients).unwrap().into_data();
                let mut all = Collect(&gradients, of_picture.iter::<f32>().collect());
                backbone.visit(&mut all);
                all.1
            });
            let [kept, again] = &mut found;
            assert!(kept.len() > 1_000_000);
            assert!(kept.iter().any(|value| value.abs() > 1e-6));
            assert_eq!(kept, again);
        }
    }
}
