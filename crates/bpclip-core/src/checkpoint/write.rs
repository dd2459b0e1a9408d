//! A module's parameters into a file, whole or not at all.

use super::CheckpointError;
use super::names::{Path, transpose};
use super::tensors::TensorValues;
use crate::file::write_whole;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use half::f16;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

/// How tensors of rank 2 and more are stored; the others are always 32 bits wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// 16 bits: half the size.
    #[default]
    Fp16,
    /// 32 bits: exactly as trained.
    Fp32,
}

/// Every parameter of a module, by name, in PyTorch's layout.
pub fn collect<M: Module>(module: &M) -> BTreeMap<String, TensorValues> {
    struct Collector {
        path: Path,
        tensors: BTreeMap<String, TensorValues>,
    }
    impl ModuleVisitor for Collector {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.path.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.exit();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let tensor = param.val();
            let shape: Vec<usize> = tensor.dims().into();
            let numbers: Vec<f32> = tensor.into_data().iter::<f32>().collect();
            let (shape, numbers) = match (self.path.transposed(), shape.as_slice()) {
                (true, [rows, columns]) => {
                    (vec![*columns, *rows], transpose(&numbers, *rows, *columns))
                }
                _ => (shape, numbers),
            };
            self.tensors
                .insert(self.path.tensor(), TensorValues { shape, numbers });
        }
    }
    let mut collector = Collector {
        path: Path::default(),
        tensors: BTreeMap::new(),
    };
    module.visit(&mut collector);
    collector.tensors
}

/// Writes tensors and metadata as one safetensors file, whole or not at all.
///
/// # Errors
/// The file cannot be written, or a number does not fit into 16 bits.
pub fn write(
    tensors: &BTreeMap<String, TensorValues>,
    metadata: HashMap<String, String>,
    precision: Precision,
    target: &std::path::Path,
) -> Result<(), CheckpointError> {
    let bytes = encode(tensors, metadata, precision, target)?;
    write_whole(target, |file| file.write_all(&bytes)).map_err(cannot_write(target))
}

/// Likewise, to a place that the user named.
pub fn write_to(
    tensors: &BTreeMap<String, TensorValues>,
    metadata: HashMap<String, String>,
    target: &std::path::Path,
) -> Result<(), CheckpointError> {
    let bytes = encode(tensors, metadata, Precision::Fp32, target)?;
    crate::file::write_to(target, |file| file.write_all(&bytes)).map_err(cannot_write(target))
}

fn cannot_write(target: &std::path::Path) -> impl FnOnce(io::Error) -> CheckpointError {
    let origin = target.to_owned();
    |source| CheckpointError::Write { origin, source }
}

/// The bytes of a safetensors file of these tensors in 32 bits; `origin` names it in errors.
///
/// # Errors
/// A shape does not fit its numbers.
pub fn encode_whole(
    tensors: &BTreeMap<String, TensorValues>,
    origin: &std::path::Path,
) -> Result<Vec<u8>, CheckpointError> {
    encode(tensors, HashMap::new(), Precision::Fp32, origin)
}

fn encode(
    tensors: &BTreeMap<String, TensorValues>,
    metadata: HashMap<String, String>,
    precision: Precision,
    target: &std::path::Path,
) -> Result<Vec<u8>, CheckpointError> {
    let mut encoded = Vec::with_capacity(tensors.len());
    for (name, values) in tensors {
        let half = precision == Precision::Fp16 && values.shape.len() >= 2;
        let bytes: Vec<u8> = if half {
            let mut bytes = Vec::with_capacity(values.numbers.len() * 2);
            for number in &values.numbers {
                let half = f16::from_f32(*number);
                if number.is_finite() && !half.is_finite() {
                    return Err(CheckpointError::Values {
                        origin: target.to_owned(),
                        name: name.clone(),
                        reason: format!("holds {number}, which does not fit into 16 bits"),
                    });
                }
                bytes.extend(half.to_le_bytes());
            }
            bytes
        } else {
            values
                .numbers
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect()
        };
        let dtype = if half { Dtype::F16 } else { Dtype::F32 };
        encoded.push((name, dtype, values.shape.clone(), bytes));
    }
    let malformed = |error: safetensors::SafeTensorError| CheckpointError::Malformed {
        origin: target.to_owned(),
        source: error.into(),
    };
    let views = encoded
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            Ok((
                *name,
                TensorView::new(*dtype, shape.clone(), bytes).map_err(malformed)?,
            ))
        })
        .collect::<Result<Vec<_>, CheckpointError>>()?;
    safetensors::serialize(views, Some(metadata)).map_err(malformed)
}
