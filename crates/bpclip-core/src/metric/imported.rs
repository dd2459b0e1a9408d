//! What the metrics share that measure in a network's features: weights that the user imports, and
//! the convolutions. None of those weights are part of the program.

use super::Metric;
use crate::checkpoint::{self, CheckpointError, TensorValues, Tensors};
use crate::memory::available;
use crate::model::Task;
use crate::model::convolution::convolution;
use bpclip_kernels::{Activation, ConvShape};
use burn::tensor::{Device, Tensor, TensorData};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

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

/// The tensors of a metric, by their names in our file.
#[derive(Clone, Debug)]
pub(super) struct Imported(BTreeMap<String, TensorValues>);

impl Imported {
    /// Reads a file that [`Imported::import`] wrote.
    pub fn read(parts: Vec<Part>, path: &Path) -> Result<Self, CheckpointError> {
        let bytes = checkpoint::read_bytes(path)?;
        Self::of(parts, Tensors::parse(&bytes, path)?.all()?, path)
    }

    /// Makes such a file of what is published. Its metadata names the sources with their SHA-256.
    pub fn import(
        metric: Metric,
        parts: Vec<Part>,
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
        let tensors = Self::of(parts, found, origin)?.0;
        let program = concat!("bpclip ", env!("CARGO_PKG_VERSION"));
        let metadata = HashMap::from([
            ("metric".to_owned(), metric.key().to_owned()),
            ("source".to_owned(), origins.join(", ")),
            ("program".to_owned(), program.to_owned()),
        ]);
        checkpoint::write_tensors(&tensors, metadata, checkpoint::Precision::Fp32, target)
    }

    fn of(
        parts: Vec<Part>,
        mut found: BTreeMap<String, TensorValues>,
        origin: &Path,
    ) -> Result<Self, CheckpointError> {
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
        parts
            .into_iter()
            .map(tensor)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The numbers of a tensor.
    pub fn numbers(&self, name: &str) -> &[f32] {
        &self.0[name].numbers
    }

    /// A tensor, on the CPU.
    pub fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let TensorValues { shape, numbers } = &self.0[name];
        tensor(numbers.clone(), shape)
    }

    /// A convolution by its name, the same along both sides, with its bias, and a ReLU.
    pub fn relu_of(&self, name: &str, x: Tensor<4>, stride: usize, padding: usize) -> Tensor<4> {
        let [weight, bias] = ["weight", "bias"].map(|part| format!("{name}.{part}"));
        let weight = self.tensor(&weight);
        let shape = same_along_both(x.dims(), weight.dims(), stride, padding, 1);
        convolution(x, weight, self.tensor(&bias), shape, Activation::Relu)
    }
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
