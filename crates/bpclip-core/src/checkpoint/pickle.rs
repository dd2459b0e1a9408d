//! The tensors of a file of PyTorch's, which is a program in its own language: what it claims is
//! counted before it is believed.

use super::CheckpointError;
use super::tensors::{TensorValues, floats};
use crate::file::open_file;
use crate::memory::READING;
use pytorch_reader::{DType, PytorchReader, Tensor};
use safetensors::Dtype;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::path::Path;
use zip::ZipArchive;

/// Bytes that tell whether a file is PyTorch's.
pub const HEAD: u64 = 512;
/// How many times a file's bytes its tensors may be: some weights share theirs.
const SHARED: u64 = 4;
/// The most bytes of the program that describes the tensors. A thousand tensors take some 200,000; run,
/// each byte may take thirty of memory.
const MOST_PROGRAM: u64 = 8 << 20;

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
    let file = open_file(source).map_err(|error| malformed(error.into()))?;
    packed(file, length).map_err(|reason| malformed(reason.into()))?;
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
    let numbers = sum(Tensor::num_elements).saturating_mul(size_of::<f32>() as u64);
    // One after another they are also there as they are in the file.
    let largest = found.iter().map(|(_, tensor, _)| tensor.byte_len() as u64);
    let needed = numbers.saturating_add(largest.max().unwrap_or(0));
    let room = READING.take(needed);
    let _room = room.map_err(|beyond| CheckpointError::TooLarge {
        origin: source.to_owned(),
        needed,
        free: beyond.whole,
    })?;
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

/// Refuses an archive that unpacks to far more than the file has. PyTorch packs nothing.
fn packed(file: File, length: u64) -> Result<(), String> {
    // What is no archive, or none that can be read, is for others to judge.
    let Ok(mut archive) = ZipArchive::new(file) else {
        return Ok(());
    };
    let mut sum = 0_u64;
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(index) else {
            continue;
        };
        sum = sum.saturating_add(entry.size());
        if entry.name().is_ok_and(|name| name.ends_with("data.pkl")) && entry.size() > MOST_PROGRAM
        {
            return Err(format!(
                "its data.pkl has {} bytes, more than the {MOST_PROGRAM} allowed",
                entry.size()
            ));
        }
    }
    match sum > length.saturating_mul(SHARED) {
        true => Err(format!("it unpacks to {sum} bytes, and has {length}")),
        false => Ok(()),
    }
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
    use std::io::Read;

    /// An archive with these entries, packed.
    fn archive(path: &Path, entries: &[(&str, usize)]) {
        let file = File::create(path).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        for (name, zeros) in entries {
            archive.start_file(*name, options).unwrap();
            std::io::copy(&mut std::io::repeat(0).take(*zeros as u64), &mut archive).unwrap();
        }
        archive.finish().unwrap();
    }

    #[test]
    fn zeros_that_are_packed_are_refused_by_what_they_unpack_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.pth");
        for (entries, says) in [
            (
                [("a/data.pkl", 9 << 20), ("a/data/0", 8)],
                "data.pkl has 9437184 bytes",
            ),
            (
                [("a/data.pkl", 8), ("a/data/0", 64 << 20)],
                "unpacks to 67108872 bytes",
            ),
        ] {
            archive(&path, &entries);
            let length = path.metadata().unwrap().len();
            let error = read(&path, length).unwrap_err().to_string();
            assert!(
                error.contains("some.pth") && error.contains(says),
                "{error}"
            );
        }
    }

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        assert!(is_pickle(b"PK\x03\x04\x00\x00\x08\x08\x00\x00"));
        assert!(is_pickle(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j"));
        // The header of a safetensors file may have 0x0280 bytes.
        assert!(!is_pickle(b"\x80\x02\0\0\0\0\0\0{\"a\":"));
        assert!(!is_pickle(b""));
    }
}
