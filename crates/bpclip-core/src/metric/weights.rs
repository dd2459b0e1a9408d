//! What the metrics share that measure in a network's features: weights that the user imports, and
//! the convolutions. None of those weights are part of the program.

use super::{Metric, dists, lpips};
use crate::checkpoint::{self, CheckpointError, TensorValues, Tensors};
use crate::memory::available;
use crate::model::Task;
use crate::model::convolution::convolution;
use bpclip_kernels::{Activation, ConvShape};
use burn::tensor::{Device, Tensor, TensorData};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A tensor that a metric needs.
pub(super) struct Part {
    /// What it is called in our file, and after that in others.
    names: Vec<String>,
    shape: Vec<usize>,
}

impl Part {
    pub fn new(names: impl IntoIterator<Item = String>, shape: &[usize]) -> Self {
        Self {
            names: names.into_iter().collect(),
            shape: shape.into(),
        }
    }

    /// Weight and bias of a convolution; the weight is `[out, in, height, width]`.
    pub fn convolution(names: &[String], shape: [usize; 4]) -> [Self; 2] {
        let of = |part: &str, shape: &[usize]| {
            Self::new(names.iter().map(|name| format!("{name}.{part}")), shape)
        };
        [of("weight", &shape), of("bias", &shape[..1])]
    }
}

/// The weights of a metric that measures in a network's features: LPIPS and DISTS.
#[derive(Clone, Debug)]
pub struct Weights {
    metric: Metric,
    /// By their names in our file.
    tensors: BTreeMap<String, TensorValues>,
}

/// Those that metrics measure with.
static INSTALLED: [OnceLock<Weights>; Metric::KNOWN.len()] =
    [const { OnceLock::new() }; Metric::KNOWN.len()];

impl Weights {
    /// Reads a file that [`Weights::import`] wrote.
    ///
    /// # Errors
    /// It cannot be read, or a tensor is missing or has another shape.
    pub fn read(metric: Metric, path: &Path) -> Result<Self, CheckpointError> {
        let bytes = checkpoint::read_bytes(path)?;
        let tensors = taken(metric, Tensors::parse(&bytes, path)?.all()?, path)?;
        Ok(Self { metric, tensors })
    }

    /// Makes such a file of what is published, as `.pth` or safetensors. Its metadata names the
    /// sources with their SHA-256.
    ///
    /// LPIPS is made of torchvision's `alexnet` and the linear layers of LPIPS
    /// (`weights/v0.1/alex.pth`), or of one file with the state of `lpips.LPIPS`; DISTS of
    /// torchvision's `vgg16` and the weights of DISTS (`weights.pt`, with `alpha` and `beta`), or of
    /// one file with the state of `DISTS_pytorch.DISTS`.
    ///
    /// # Errors
    /// A source cannot be read, a tensor is missing or has another shape, or the target cannot be
    /// written.
    pub fn import(
        metric: Metric,
        sources: &[PathBuf],
        target: &Path,
    ) -> Result<(), CheckpointError> {
        let mut found = BTreeMap::new();
        let mut origins = Vec::new();
        for source in sources {
            found.extend(checkpoint::weights(source)?);
            let name = source.file_name().unwrap_or_default().to_string_lossy();
            let hash = checkpoint::fingerprint(Some(source), Task::NoReference)?;
            origins.push(format!("{name} {hash}"));
        }
        let origin = sources.last().map_or(target, PathBuf::as_path);
        let tensors = taken(metric, found, origin)?;
        let program = concat!("bpclip ", env!("CARGO_PKG_VERSION"));
        let metadata = HashMap::from([
            ("metric".to_owned(), metric.key().to_owned()),
            ("source".to_owned(), origins.join(", ")),
            ("program".to_owned(), program.to_owned()),
        ]);
        checkpoint::write_tensors(&tensors, metadata, checkpoint::Precision::Fp32, target)
    }

    /// Makes its metric measure with these weights, in all of the program. The first call counts.
    pub fn install(self) {
        let _ = INSTALLED[self.metric as usize].set(self);
    }

    /// Whether a metric has weights to measure with.
    pub fn are_installed(metric: Metric) -> bool {
        Self::installed(metric).is_ok()
    }

    /// Those that a metric measures with.
    pub(super) fn installed(metric: Metric) -> Result<&'static Self, String> {
        let installed = INSTALLED[metric as usize].get();
        installed.ok_or_else(|| "its weights are not loaded".to_owned())
    }

    /// The numbers of a tensor.
    pub(super) fn numbers(&self, name: &str) -> &[f32] {
        &self.tensors[name].numbers
    }

    /// A tensor, on the CPU.
    pub(super) fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let TensorValues { shape, numbers } = &self.tensors[name];
        tensor(numbers.clone(), shape)
    }

    /// A convolution by its name, the same along both sides, with its bias, and a ReLU.
    pub(super) fn relu_of(
        &self,
        name: &str,
        x: Tensor<4>,
        stride: usize,
        padding: usize,
    ) -> Tensor<4> {
        let [weight, bias] = ["weight", "bias"].map(|part| format!("{name}.{part}"));
        let weight = self.tensor(&weight);
        let shape = same_along_both(x.dims(), weight.dims(), stride, padding, 1);
        convolution(x, weight, self.tensor(&bias), shape, Activation::Relu)
    }
}

/// The tensors that a metric needs, of those that were found.
fn taken(
    metric: Metric,
    mut found: BTreeMap<String, TensorValues>,
    origin: &Path,
) -> Result<BTreeMap<String, TensorValues>, CheckpointError> {
    let parts = match metric {
        Metric::Lpips => lpips::parts(),
        Metric::Dists => dists::parts(),
        _ => Vec::new(),
    };
    let tensor = |Part { mut names, shape }: Part| {
        let taken = names.iter().find_map(|name| found.remove(name));
        let name = names.swap_remove(0);
        let values = taken.ok_or_else(|| CheckpointError::Missing {
            origin: origin.to_owned(),
            names: vec![name.clone()],
        })?;
        let values = values.of_shape(&shape, &name, origin)?;
        Ok((name, values))
    };
    parts.into_iter().map(tensor).collect()
}

/// Numbers as a tensor on the CPU.
pub(super) fn tensor<const D: usize>(numbers: Vec<f32>, shape: &[usize]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers, shape), &Device::flex())
}

/// A convolution of `x` (`[B, C, H, W]`) by a weight (`[out, in, height, width]`).
pub(super) fn same_along_both(
    x: [usize; 4],
    weight: [usize; 4],
    stride: usize,
    padding: usize,
    groups: usize,
) -> ConvShape {
    ConvShape {
        batch: x[0],
        channels_in: x[1],
        height: x[2],
        width: x[3],
        channels_out: weight[0],
        kernel: [weight[2], weight[3]],
        stride: [stride; 2],
        padding: [[padding; 2]; 2],
        groups,
    }
}

/// Whether there is so much memory for each of so many pixels; else why not.
pub(super) fn has_room(width: u32, height: u32, bytes: u64) -> Result<(), String> {
    let needed = u64::from(width) * u64::from(height) * bytes;
    match available().filter(|free| needed > *free) {
        Some(free) => Err(format!(
            "it needs {needed} bytes of memory, and {free} are free"
        )),
        None => Ok(()),
    }
}
