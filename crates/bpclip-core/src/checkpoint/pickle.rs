//! The tensors of a file of PyTorch's, which is a program in its own language: what it claims is
//! counted before it is believed.

use super::CheckpointError;
use super::tensors::{TensorValues, floats};
use crate::memory;
use pytorch_reader::{DType, PytorchReader, Tensor};
use safetensors::Dtype;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

/// Bytes that tell whether a file is PyTorch's.
pub const HEAD: u64 = 512;
/// How many times a file's bytes its tensors may be: some weights share theirs.
const SHARED: u64 = 4;

/// Whether the first bytes of a file are those of PyTorch's: a ZIP archive, a pickle, or in the
/// oldest a TAR archive. A safetensors file, whose first bytes may be any, begins its header with
/// the ninth.
pub fn is_pickle(head: &[u8]) -> bool {
    let tar = head.get(257..262).is_some_and(|mark| mark == b"ustar");
    let known = head.starts_with(b"PK\x03\x04") || head.starts_with(b"\x80") || tar;
    known && head.get(8) != Some(&b'{')
}

/// The float tensors of such a file of so many bytes: a state dict, or one under `state_dict` or
/// `model`.
pub fn read(source: &Path, length: u64) -> Result<BTreeMap<String, TensorValues>, CheckpointError> {
    let malformed = |reason: Box<dyn Error + Send + Sync>| CheckpointError::Pickle {
        origin: source.to_owned(),
        source: reason,
    };
    let open = |key: Option<&str>| match key {
        None => PytorchReader::new(source),
        Some(key) => PytorchReader::with_top_level_key(source, key),
    };
    let mut reader = open(None).map_err(|error| malformed(error.into()))?;
    for key in ["state_dict", "model"] {
        if !reader.is_empty() && reader.keys().iter().all(|name| !name.starts_with(key)) {
            continue;
        }
        if let Ok(inner) = open(Some(key))
            && !inner.is_empty()
        {
            reader = inner;
            break;
        }
    }
    let found: Vec<(String, Tensor, Dtype)> = reader
        .into_tensors()
        .into_iter()
        .filter_map(|(name, tensor)| {
            let float = float(tensor.dtype())?;
            Some((name, tensor, float))
        })
        .collect();
    if found.is_empty() {
        let reason = "it holds no tensors of floating-point numbers";
        return Err(malformed(reason.into()));
    }
    let sum = |bytes: fn(&Tensor) -> usize| {
        let each = found.iter().map(|(_, tensor, _)| bytes(tensor) as u64);
        each.fold(0, u64::saturating_add)
    };
    let claimed = sum(Tensor::byte_len);
    if claimed > length.saturating_mul(SHARED) {
        let reason = format!("its tensors claim {claimed} bytes, and the file has {length}");
        return Err(malformed(reason.into()));
    }
    let needed = sum(Tensor::num_elements).saturating_mul(size_of::<f32>() as u64);
    if let Some(free) = memory::available().filter(|free| needed > *free) {
        return Err(CheckpointError::TooLarge {
            origin: source.to_owned(),
            needed,
            free,
        });
    }
    let mut tensors = BTreeMap::new();
    for (name, tensor, float) in found {
        let values = |reason: String| CheckpointError::Values {
            origin: source.to_owned(),
            name: name.clone(),
            reason,
        };
        let bytes = tensor
            .read()
            .map_err(|error| values(format!("cannot be read: {error}")))?;
        let numbers = floats(float, &bytes).unwrap_or_default();
        if let Some(bad) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(values(format!("holds {bad}")));
        }
        if numbers.len() != tensor.num_elements() {
            return Err(values("is cut short".into()));
        }
        let shape = tensor.shape().to_vec();
        tensors.insert(name, TensorValues { shape, numbers });
    }
    Ok(tensors)
}

/// The same type in safetensors, if it is a float.
fn float(dtype: DType) -> Option<Dtype> {
    Some(match dtype {
        DType::F64 => Dtype::F64,
        DType::F32 => Dtype::F32,
        DType::F16 => Dtype::F16,
        DType::BF16 => Dtype::BF16,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        assert!(is_pickle(b"PK\x03\x04\x00\x00\x08\x08\x00\x00"));
        assert!(is_pickle(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j"));
        // The header of a safetensors file may have 0x0280 bytes.
        assert!(!is_pickle(b"\x80\x02\0\0\0\0\0\0{\"a\":"));
        assert!(!is_pickle(b""));
    }
}
