//! LPIPS: the distance of two pictures in the features of AlexNet, by weights that the user
//! imports. None are part of the program.

use super::Metric;
use crate::checkpoint::{self, CheckpointError, TensorValues, Tensors};
use crate::image::Picture;
use crate::image::tensor::to_tensor;
use crate::memory::available;
use crate::model::convolution::convolution;
use crate::model::{BackboneKind, Task};
use bpclip_kernels::{Activation, ConvShape};
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// LPIPS 0.1 with AlexNet (Zhang, Isola, Efros, Shechtman, Wang, "The unreasonable effectiveness of
/// deep features as a perceptual metric", 2018), as `lpips.LPIPS(net="alex")` of the PyPI package.
#[derive(Clone, Debug)]
pub struct Lpips {
    /// As many as [`LAYERS`].
    layers: Vec<Layer>,
}

/// A convolution of AlexNet, and how much each of its channels counts.
#[derive(Clone, Debug)]
struct Layer {
    weight: TensorValues,
    bias: TensorValues,
    linear: TensorValues,
}

/// What a convolution does, followed by a ReLU.
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
/// times.
const BYTES: u64 = 256;

/// The one that [`Metric::Lpips`] measures with.
static LOADED: OnceLock<Lpips> = OnceLock::new();

impl Lpips {
    /// The file's name in the user's folder of weights.
    pub const FILE: &str = "lpips.safetensors";

    /// Reads a file that [`Lpips::import`] wrote.
    ///
    /// # Errors
    /// It cannot be read, or a tensor is missing or has another shape.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let bytes = checkpoint::read_bytes(path)?;
        Self::of(Tensors::parse(&bytes, path)?.all()?, path)
    }

    /// Makes the file to measure with of what is published: torchvision's `alexnet` and the linear
    /// layers of LPIPS (`weights/v0.1/alex.pth`), or one file with the state of `lpips.LPIPS`; as
    /// `.pth` or safetensors. Its metadata names the sources with their SHA-256.
    ///
    /// # Errors
    /// A source cannot be read, a tensor is missing or has another shape, or the target cannot be
    /// written.
    pub fn import(sources: &[PathBuf], target: &Path) -> Result<(), CheckpointError> {
        let mut found = BTreeMap::new();
        let mut origins = Vec::new();
        for source in sources {
            found.extend(checkpoint::weights(source)?);
            let name = source.file_name().unwrap_or_default().to_string_lossy();
            let hash = checkpoint::fingerprint(Some(source), Task::NoReference)?;
            origins.push(format!("{name} {hash}"));
        }
        let origin = sources.last().map_or(target, PathBuf::as_path);
        let mut tensors = BTreeMap::new();
        let layers = Self::of(found, origin)?.layers;
        for (index, (layer, convolution)) in layers.into_iter().zip(LAYERS).enumerate() {
            let name = convolution.names[0];
            tensors.insert(format!("{name}.weight"), layer.weight);
            tensors.insert(format!("{name}.bias"), layer.bias);
            tensors.insert(linear_name(index), layer.linear);
        }
        let program = concat!("bpclip ", env!("CARGO_PKG_VERSION"));
        let metadata = HashMap::from([
            ("metric".to_owned(), Metric::Lpips.key().to_owned()),
            ("source".to_owned(), origins.join(", ")),
            ("program".to_owned(), program.to_owned()),
        ]);
        checkpoint::write_tensors(&tensors, metadata, checkpoint::Precision::Fp32, target)
    }

    fn of(
        mut found: BTreeMap<String, TensorValues>,
        origin: &Path,
    ) -> Result<Self, CheckpointError> {
        let mut take = |names: &[String], expected: &[usize]| {
            let taken = names.iter().find_map(|name| found.remove(name));
            let origin = origin.to_owned();
            let name = names[0].clone();
            match taken {
                None => Err(CheckpointError::Missing {
                    origin,
                    names: vec![name],
                }),
                Some(values) if values.shape != expected => Err(CheckpointError::Misshapen {
                    origin,
                    name,
                    expected: expected.into(),
                    found: values.shape,
                }),
                Some(values) => Ok(values),
            }
        };
        let layers = LAYERS.iter().enumerate().map(|(index, convolution)| {
            let names = |part: &str| convolution.names.map(|name| format!("{name}.{part}"));
            let shape = convolution.shape;
            Ok(Layer {
                weight: take(&names("weight"), &shape)?,
                bias: take(&names("bias"), &shape[..1])?,
                linear: take(&[linear_name(index)], &[1, shape[0], 1, 1])?,
            })
        });
        let layers = layers.collect::<Result<_, CheckpointError>>()?;
        Ok(Self { layers })
    }

    /// Makes [`Metric::Lpips`] measure with these weights, in all of the program. The first call
    /// counts.
    pub fn install(self) {
        let _ = LOADED.set(self);
    }

    /// The distance of two pictures of one size, or why there is none.
    fn distance(&self, distorted: &Picture, reference: &Picture) -> Result<f64, String> {
        let pixels = u64::from(reference.width) * u64::from(reference.height);
        let needed = pixels * BYTES;
        match available().filter(|free| needed > *free) {
            Some(free) => Err(format!(
                "it needs {needed} bytes of memory, and {free} are free"
            )),
            None => Ok(self.sum([distorted, reference])),
        }
    }

    /// Both pictures go from layer to layer together, so that only one layer's features are held.
    fn sum(&self, pair: [&Picture; 2]) -> f64 {
        // Their scaling layer is, for values of -1 to 1, what this is for 0 to 1.
        let (mean, std) = BackboneKind::ResNet50.normalisation();
        let mut x = to_tensor(&pair, mean, std, &Device::flex());
        let mut sum = 0.0;
        for (layer, convolution) in self.layers.iter().zip(&LAYERS) {
            x = layer.features(convolution, x);
            let [distorted, reference] = [0, 1].map(|one| unit(x.clone().narrow(0, one, 1)));
            let difference = distorted - reference;
            let squares = difference.clone() * difference;
            let counted = (squares * tensor(&layer.linear)).sum_dim(1).mean();
            sum += f64::from(counted.into_scalar::<f32>());
        }
        sum
    }
}

impl Layer {
    fn features(&self, of: &Convolution, x: Tensor<4>) -> Tensor<4> {
        let x = match of.pooled {
            true => max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([2, 2])),
            false => x,
        };
        let [batch, channels_in, height, width] = x.dims();
        let [channels_out, _, rows, columns] = of.shape;
        let shape = ConvShape {
            batch,
            channels_in,
            height,
            width,
            channels_out,
            kernel: [rows, columns],
            stride: [of.stride; 2],
            padding: [[of.padding; 2]; 2],
            groups: 1,
        };
        let (weight, bias) = (tensor(&self.weight), tensor(&self.bias));
        convolution(x, weight, bias, shape, Activation::Relu)
    }
}

/// [`Metric::Lpips`] of a pair, or why there is none.
pub(super) fn lpips(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let loaded = LOADED.get().ok_or("its weights are not loaded")?;
    loaded.distance(distorted, reference)
}

fn linear_name(index: usize) -> String {
    format!("lin{index}.model.1.weight")
}

fn tensor<const D: usize>(values: &TensorValues) -> Tensor<D> {
    let data = TensorData::new(values.numbers.clone(), values.shape.clone());
    Tensor::from_data(data, &Device::flex())
}
