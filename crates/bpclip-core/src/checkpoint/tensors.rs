//! The tensors of a file, as plain numbers, strictly taken one by one.

use super::{CheckpointError, pickle};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// One tensor in PyTorch's layout: row-major, the weight of a linear layer `[out, in]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorValues {
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its numbers, row-major, as many as the product of the shape.
    pub numbers: Vec<f32>,
}

impl TensorValues {
    /// Itself where it has this shape; the error names it and its file.
    pub(crate) fn of_shape(
        self,
        expected: &[usize],
        name: &str,
        origin: &Path,
    ) -> Result<Self, CheckpointError> {
        if self.shape == expected {
            return Ok(self);
        }
        Err(CheckpointError::Misshapen {
            origin: origin.to_owned(),
            name: name.to_owned(),
            expected: expected.to_owned(),
            found: self.shape,
        })
    }
}

/// A parsed safetensors file. Numbers are converted when they are taken.
pub struct Tensors<'data> {
    origin: &'data Path,
    file: SafeTensors<'data>,
    metadata: HashMap<String, String>,
}

impl<'data> Tensors<'data> {
    /// Parses the header; `origin` names the file in errors.
    ///
    /// # Errors
    /// The bytes are no safetensors file.
    pub fn parse(bytes: &'data [u8], origin: &'data Path) -> Result<Self, CheckpointError> {
        if pickle::is_pickle(bytes) {
            let origin = origin.to_owned();
            return Err(CheckpointError::IsPickle { origin });
        }
        let malformed = |error: safetensors::SafeTensorError| CheckpointError::Malformed {
            origin: origin.to_owned(),
            source: error.into(),
        };
        if let Some(length) = header_length(bytes).filter(|length| *length > MOST_HEADER) {
            return Err(CheckpointError::Malformed {
                origin: origin.to_owned(),
                source: format!(
                    "its header has {length} bytes, more than the {MOST_HEADER} allowed"
                )
                .into(),
            });
        }
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
        let file = SafeTensors::deserialize(bytes).map_err(malformed)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        Ok(Self {
            origin,
            file,
            metadata,
        })
    }

    /// The metadata, text by text.
    pub fn metadata(&self) -> &HashMap<String, String> {
        &self.metadata
    }

    /// Names, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.file.iter().map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    }

    /// The shape of a tensor, if it is there.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.file
            .tensor(name)
            .ok()
            .map(|view| view.shape().to_vec())
    }

    /// The numbers of a tensor, if it is there.
    ///
    /// # Errors
    /// It is not of a floating-point type, or holds something that is no number.
    pub fn take(&self, name: &str) -> Result<Option<TensorValues>, CheckpointError> {
        let Ok(view) = self.file.tensor(name) else {
            return Ok(None);
        };
        let values = |reason: String| CheckpointError::Values {
            origin: self.origin.to_owned(),
            name: name.to_owned(),
            reason,
        };
        let numbers = floats(view.dtype(), view.data())
            .ok_or_else(|| values(format!("is of type {:?}, not a float", view.dtype())))?;
        if let Some(bad) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(values(format!("holds {bad}")));
        }
        Ok(Some(TensorValues {
            shape: view.shape().to_vec(),
            numbers,
        }))
    }

    /// Every tensor of the file that is a float, for an import.
    ///
    /// # Errors
    /// One of them holds something that is no number.
    pub fn all(&self) -> Result<BTreeMap<String, TensorValues>, CheckpointError> {
        let mut all = BTreeMap::new();
        for name in self.names() {
            let Ok(view) = self.file.tensor(&name) else {
                continue;
            };
            if floats(view.dtype(), &[]).is_some()
                && let Some(values) = self.take(&name)?
            {
                all.insert(name, values);
            }
        }
        Ok(all)
    }
}

/// The most bytes of a header: read, each may take ten of memory. That of a checkpoint that learned from
/// a hundred thousand pictures has some four millions.
const MOST_HEADER: u64 = 32 << 20;

/// What a file says of the length of its header.
fn header_length(bytes: &[u8]) -> Option<u64> {
    bytes
        .first_chunk()
        .map(|length| u64::from_le_bytes(*length))
}

/// Little-endian bytes to numbers, if the type is a float.
pub(super) fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect(),
        Dtype::F64 => bytes
            .as_chunks()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b) as f32)
            .collect(),
        Dtype::F16 => {
            let halves: Vec<f16> = bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f16::from_le_bytes(*b))
                .collect();
            halves.to_f32_vec()
        }
        Dtype::BF16 => {
            let halves: Vec<bf16> = bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| bf16::from_le_bytes(*b))
                .collect();
            halves.to_f32_vec()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_end_is_refused_before_it_is_read() {
        let mut bytes = (80_u64 << 20).to_le_bytes().to_vec();
        bytes.extend(b"{\"a\":");
        bytes.resize(81 << 20, b' ');
        let error = Tensors::parse(&bytes, Path::new("some.safetensors"));
        let error = error.err().unwrap().to_string();
        assert!(error.contains("header has 83886080 bytes"), "{error}");
    }
}
