//! LPIPS: the distance of two pictures in the features of AlexNet.

use super::Metric;
use super::weights::{Part, Weights, has_room};
use crate::image::Picture;
use crate::image::tensor::to_tensor;
use crate::model::BackboneKind;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor};

/// A convolution of AlexNet, followed by a ReLU.
struct Convolution {
    /// Its name in torchvision, and in `lpips.LPIPS`.
    names: [&'static str; 2],
    /// `[out, in, height, width]`.
    shape: [usize; 4],
    stride: usize,
    padding: usize,
    /// Whether a maximum over 3 x 3, every second, comes before it.
    pooled: bool,
}

const fn convolution(
    names: [&'static str; 2],
    shape: [usize; 4],
    stride: usize,
    padding: usize,
    pooled: bool,
) -> Convolution {
    Convolution {
        names,
        shape,
        stride,
        padding,
        pooled,
    }
}

const LAYERS: [Convolution; 5] = [
    convolution(["features.0", "net.slice1.0"], [64, 3, 11, 11], 4, 2, false),
    convolution(["features.3", "net.slice2.3"], [192, 64, 5, 5], 1, 2, true),
    convolution(["features.6", "net.slice3.6"], [384, 192, 3, 3], 1, 1, true),
    convolution(
        ["features.8", "net.slice4.8"],
        [256, 384, 3, 3],
        1,
        1,
        false,
    ),
    convolution(
        ["features.10", "net.slice5.10"],
        [256, 256, 3, 3],
        1,
        1,
        false,
    ),
];

/// Bytes of memory a pixel: both pictures as numbers, and the features of the first layers several
/// times. 80 were measured at 24 megapixels.
const BYTES: u64 = 96;

/// Both pictures go from layer to layer together, so that only one layer's features are held.
fn distance(weights: &Weights, pair: [&Picture; 2]) -> f64 {
    // Their scaling layer is, for values of -1 to 1, what this is for 0 to 1.
    let (mean, std) = BackboneKind::ResNet50.normalisation();
    let mut x = to_tensor(&pair, mean, std, &Device::flex());
    let mut sum = 0.0;
    for (index, layer) in LAYERS.iter().enumerate() {
        if layer.pooled {
            x = max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([2, 2]));
        }
        x = weights.relu_of(layer.names[0], x, layer.stride, layer.padding);
        let [distorted, reference] = [0, 1].map(|one| unit(x.clone().narrow(0, one, 1)));
        let difference = distorted - reference;
        let squares = difference.clone() * difference;
        let weights = weights.tensor(&linear_name(index));
        let counted = (squares * weights).sum_dim(1).mean();
        sum += f64::from(counted.into_scalar::<f32>());
    }
    sum
}

/// [`Metric::Lpips`] of a pair, or why there is none.
pub(super) fn lpips(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let weights = Weights::installed(Metric::Lpips)?;
    has_room(reference.width, reference.height, BYTES)?;
    Ok(distance(weights, [distorted, reference]))
}

pub(super) fn parts() -> Vec<Part> {
    let part = |(index, layer): (usize, &Convolution)| {
        let [weight, bias] = Part::convolution(&layer.names.map(str::to_owned), layer.shape);
        let linear = Part::new([linear_name(index)], &[1, layer.shape[0], 1, 1]);
        [weight, bias, linear]
    };
    LAYERS.iter().enumerate().flat_map(part).collect()
}

/// How much each channel of a layer counts, in our file and in `lpips.LPIPS`.
fn linear_name(index: usize) -> String {
    format!("lin{index}.model.1.weight")
}

/// Each place's features, of length 1.
fn unit(x: Tensor<4>) -> Tensor<4> {
    let length = (x.clone() * x.clone()).sum_dim(1).sqrt();
    x / (length + 1e-10)
}
