//! What a network costs: parameters and multiply-adds a part (the paper's Fig. 5).

use super::{Backbone, Network, TEXT_LEVELS, Task};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// A part of the network and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartCost {
    /// What it is.
    pub name: &'static str,
    /// Numbers that training could change; running statistics and text features are none.
    pub parameters: u64,
    /// Multiply-adds for one picture (and its reference, for a full-reference network).
    pub multiply_adds: u64,
}

/// The parts of a network, as trained (not folded), for pictures of `[height, width]` pixels.
/// Counted as this program computes it: `W_f` of Eq. 2 runs on the pooled features.
pub fn parts(network: &Network, [height, width]: [usize; 2]) -> Vec<PartCost> {
    let config = network.config();
    let (once, sizes) = network.backbone.cost([height, width]);
    let full = config.task == Task::FullReference;
    let backbone = once.multiply_adds * if full { 2 } else { 1 };

    let d = config.width as u64;
    let mask = config.mask_width as u64;
    let area = |[h, w]: [usize; 2]| (h * w) as u64;
    let tokens = sizes.last().map_or(0, |size| area(*size));
    let mut pooling = 0;
    for (channels, size) in Backbone::channels(config.backbone).into_iter().zip(&sizes) {
        let c = channels as u64;
        pooling += (c * mask + 9 * mask * mask + 9 * mask) * area(*size);
        pooling += tokens * if full { 3 * c * d } else { c * c + c * d };
    }
    let levels = TEXT_LEVELS as u64;
    let branches = if config.weight_branch { 2 } else { 1 };
    let attention = levels * branches * (4 * d * d * tokens + 2 * d * tokens * tokens);
    let [adjectives, text_width] = network.text_features.dims().map(|dim| dim as u64);
    let fusion = levels * (branches * 2 * d * d * tokens + d * d + d * text_width);
    let regressed = levels
        * if config.text_branch {
            adjectives
        } else {
            text_width
        };
    let hidden = config.score_hidden as u64;
    let score = levels * adjectives * text_width + regressed * hidden + hidden;

    [
        ("backbone", count(&network.backbone), backbone),
        (
            "gated pooling",
            count(&network.glp) + count(&network.position),
            pooling,
        ),
        (
            "attention",
            count(&network.msca) + count(&network.sa),
            attention,
        ),
        (
            "fusion",
            count(&network.info_mlp) + count(&network.weight_mlp) + count(&network.clip_mlp),
            fusion,
        ),
        ("score", count(&network.score), score),
    ]
    .into_iter()
    .map(|(name, parameters, multiply_adds)| PartCost {
        name,
        parameters,
        multiply_adds,
    })
    .collect()
}

/// The parameters of a module that training could change.
fn count<M: Module>(module: &M) -> u64 {
    struct Count {
        name: String,
        sum: u64,
    }
    impl ModuleVisitor for Count {
        fn enter_module(&mut self, name: &str, _: &str) {
            name.clone_into(&mut self.name);
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if !self.name.starts_with("running_") {
                self.sum += param.lazy_shape().num_elements() as u64;
            }
        }
    }
    let mut counter = Count {
        name: String::new(),
        sum: 0,
    };
    module.visit(&mut counter);
    counter.sum
}

/// About how many bytes a step of training holds at its peak for each crop of `[height, width]`
/// pixels: what the convolutions made waits for the way back.
pub fn training_bytes(network: &Network, size: [usize; 2]) -> u64 {
    let (backbone, sizes) = network.backbone.cost(size);
    let mask = network.config().mask_width as u64;
    // Two layers of a mask, of every level.
    let masks: u64 = sizes.iter().map(|[h, w]| 2 * mask * (h * w) as u64).sum();
    (backbone.outputs + masks) * BYTES_AN_OUTPUT
}

/// Measured on EfficientNet-Lite2, on the CPU: by how much the peak grows with each number that the
/// convolutions make is 5.3 bytes.
const BYTES_AN_OUTPUT: u64 = 6;
