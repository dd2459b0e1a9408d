//! What can be wrong with a checkpoint.

use super::metadata::MetadataError;
use crate::model::Task;
use std::error::Error;
use std::path::PathBuf;
use thiserror::Error;

/// Why a checkpoint, or weights to import, could not be read or written. `origin` is the file.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum CheckpointError {
    /// This program was built without its checkpoints.
    #[error("no {} checkpoint is part of this program: name a file of one", .0.label())]
    NotBundled(Task),
    /// The file could not be read.
    #[error("{}: {source}", origin.display())]
    Io {
        origin: PathBuf,
        source: std::io::Error,
    },
    /// The file could not be written.
    #[error("cannot write {}: {source}", origin.display())]
    Write {
        origin: PathBuf,
        source: std::io::Error,
    },
    /// The bytes are no safetensors file.
    #[error("{}: not a readable safetensors file: {source}", origin.display())]
    Malformed {
        origin: PathBuf,
        source: Box<dyn Error + Send + Sync>,
    },
    /// The bytes are PyTorch's where safetensors are wanted.
    #[error("{}: it is a PyTorch file, not safetensors: `bpclip import` reads backbones of that kind", origin.display())]
    IsPickle { origin: PathBuf },
    /// The bytes are no PyTorch file that can be read.
    #[error("{}: not a readable PyTorch file: {source}", origin.display())]
    Pickle {
        origin: PathBuf,
        source: Box<dyn Error + Send + Sync>,
    },
    /// Its tensors would take more than there is.
    #[error("{}: its tensors need {needed} bytes of memory, and {free} are free to read", origin.display())]
    TooLarge {
        origin: PathBuf,
        needed: u64,
        free: u64,
    },
    /// It is a safetensors file, but no checkpoint of ours, or one that contradicts itself; or what
    /// was to be written cannot be.
    #[error("{}: {source}", origin.display())]
    Metadata {
        origin: PathBuf,
        source: MetadataError,
    },
    /// A tensor that the network needs is missing.
    #[error("{}: tensors are missing: {}", origin.display(), some(names))]
    Missing { origin: PathBuf, names: Vec<String> },
    /// A tensor is there that the network does not have.
    #[error("{}: tensors that this network does not have: {}", origin.display(), some(names))]
    Extra { origin: PathBuf, names: Vec<String> },
    /// A tensor has another shape than the network needs.
    #[error("{}: tensor `{name}` has shape {found:?}, the network needs {expected:?}", origin.display())]
    Misshapen {
        origin: PathBuf,
        name: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
    /// A tensor holds something that is no number, or of a type that is not read.
    #[error("{}: tensor `{name}` {reason}", origin.display())]
    Values {
        origin: PathBuf,
        name: String,
        reason: String,
    },
    /// Weights to import are of no backbone that is known.
    #[error("{}: {reason}", origin.display())]
    UnknownBackbone { origin: PathBuf, reason: String },
    /// A folded network, which is for scoring, was to be saved.
    #[error("{}: a network that was folded for scoring cannot be saved", origin.display())]
    Folded { origin: PathBuf },
}

/// The first few names, and how many more.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
