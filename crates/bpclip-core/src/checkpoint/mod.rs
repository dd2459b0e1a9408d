//! Checkpoints: one safetensors file with the network's tensors, in PyTorch's names and layout,
//! and everything it says of itself in its metadata. Read strictly, written whole or not at all.
//!
//! To score, read one ([`Checkpoint::read`], [`Checkpoint::parse`], [`Checkpoint::bundled`]) and
//! make a [`Scorer`](crate::Scorer) of it. The rest is for training and for tools: [`import()`]
//! turns published backbone weights into a file to start from, [`Tensors`] and [`write_tensors`]
//! are the file format itself.

pub mod certainty;
mod distribution;
mod error;
mod import;
mod metadata;
pub mod names;
mod pickle;
mod read;
mod tensors;
mod write;

pub use certainty::Certainty;
pub use distribution::Distribution;
pub use error::CheckpointError;
pub use import::{Imported, import, weights};
pub use metadata::{FORMAT, Heldout, Label, Metadata, MetadataError, TextSource};
pub use read::{Filled, fill_known, fill_part};
pub use tensors::{TensorValues, Tensors};
pub use write::Precision;
pub use write::{encode_whole as encode_tensors, write as write_tensors};

use crate::file::{FileBytes, read_file};
use crate::model::{Network, Task, TextSize};
use burn::tensor::Device;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// A network with all that is known of it.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Where it came from: a path, or `bpclip-nr (bundled)`.
    pub name: String,
    /// What it says of itself.
    pub metadata: Metadata,
    /// The network, as trained: not [folded](Network::folded). A [`Scorer`](crate::Scorer) folds
    /// its own.
    pub network: Network,
}

impl Checkpoint {
    /// Reads a checkpoint file onto a device, such as the one of [`cpu`](crate::device::cpu).
    ///
    /// # Errors
    /// Names the file, and the tensor or the metadata key at fault.
    pub fn read(path: &Path, device: &Device) -> Result<Self, CheckpointError> {
        let bytes = read_bytes(path)?;
        Self::parse(&bytes, path, device)
    }

    /// The released checkpoint for a task, which is part of the program (feature `bundled`): it is
    /// found from any working directory, and cannot be separated from the program that it was
    /// tested with.
    ///
    /// # Errors
    /// [`CheckpointError::NotBundled`]: it is not part of this program, which was built without
    /// the feature.
    pub fn bundled(task: Task, device: &Device) -> Result<Self, CheckpointError> {
        let (name, bytes) = bundled(task)?;
        Self::parse(bytes, Path::new(name), device)
    }

    /// The checkpoint in a file, whatever its task is; without a file the bundled one for `task`.
    ///
    /// # Errors
    /// As [`read`](Self::read) or [`bundled`](Self::bundled).
    pub fn open(file: Option<&Path>, task: Task, device: &Device) -> Result<Self, CheckpointError> {
        match file {
            Some(path) => Self::read(path, device),
            None => Self::bundled(task, device),
        }
    }

    /// Reads the bytes of a checkpoint, all of the file's; `origin` names them in errors and as
    /// [`name`](Self::name), and is not opened.
    ///
    /// # Errors
    /// As [`Checkpoint::read`].
    pub fn parse(bytes: &[u8], origin: &Path, device: &Device) -> Result<Self, CheckpointError> {
        let tensors = Tensors::parse(bytes, origin)?;
        let wrong = |source| CheckpointError::Metadata {
            origin: origin.to_owned(),
            source,
        };
        let metadata = Metadata::parse(tensors.metadata()).map_err(wrong)?;
        let text = text_size(&tensors, &metadata).map_err(wrong)?;
        let network = Network::new(&metadata.config, text, device);
        let network = read::fill(network, &tensors, origin)?;
        Ok(Self {
            name: origin.display().to_string(),
            metadata,
            network,
        })
    }

    /// Writes the checkpoint, whole or not at all; a file that is there is replaced.
    ///
    /// # Errors
    /// The file cannot be written, a weight does not fit into the precision, the metadata holds
    /// what is no number, or the network was folded for scoring.
    pub fn write(&self, path: &Path, precision: Precision) -> Result<(), CheckpointError> {
        let tensors = self.tensors();
        let text = TextSize {
            adjectives: self.metadata.adjectives.len(),
            width: tensors
                .get("clip_mlp.0.fc2.bias")
                .map_or(0, |bias| bias.numbers.len()),
            centred: tensors.contains_key("text_mean"),
        };
        let whole = Network::new(&self.metadata.config, text, &Device::flex());
        let shapes: HashMap<String, Vec<usize>> = tensors
            .iter()
            .map(|(name, values)| (name.clone(), values.shape.clone()))
            .collect();
        if read::expected(whole) != shapes {
            return Err(CheckpointError::Folded {
                origin: path.to_owned(),
            });
        }
        let metadata = self.metadata.to_map();
        let metadata = metadata.map_err(|source| CheckpointError::Metadata {
            origin: path.to_owned(),
            source,
        })?;
        write::write(&tensors, metadata, precision, path)
    }

    /// Every tensor of the network by its name in a file, PyTorch's layout.
    pub fn tensors(&self) -> std::collections::BTreeMap<String, TensorValues> {
        write::collect(&self.network)
    }
}

/// The tensors that a network has in a file: name and shape in PyTorch's layout.
pub fn expected_tensors(network: Network) -> HashMap<String, Vec<usize>> {
    read::expected(network)
}

/// The sizes that the configuration leaves to the tensors.
fn text_size(tensors: &Tensors<'_>, metadata: &Metadata) -> Result<TextSize, MetadataError> {
    let adjectives = metadata.adjectives.len();
    if adjectives == 0 {
        return Err(MetadataError::Contradiction(
            "its metadata `adjectives` lists none".into(),
        ));
    }
    let width = match tensors.shape("clip_mlp.0.fc2.bias").as_deref() {
        Some([width @ 1..=65_536]) => *width,
        Some(shape) => {
            return Err(MetadataError::Contradiction(format!(
                "its tensor `clip_mlp.0.fc2.bias` has shape {shape:?}"
            )));
        }
        None => {
            return Err(MetadataError::Contradiction(
                "its tensor `clip_mlp.0.fc2.bias` is missing".into(),
            ));
        }
    };
    if let Some([rows, _]) = tensors.shape("text_features").as_deref()
        && *rows != adjectives
    {
        return Err(MetadataError::Contradiction(format!(
            "it has {rows} rows of `text_features`, but its metadata lists {adjectives} `adjectives`"
        )));
    }
    Ok(TextSize {
        adjectives,
        width,
        centred: metadata.text.centred,
    })
}

/// SHA-256 of the checkpoint in a file, or without one of the bundled one for `task`, as 64
/// hexadecimal digits: two networks with the same one score alike.
///
/// # Errors
/// As [`Checkpoint::open`].
pub fn fingerprint(file: Option<&Path>, task: Task) -> Result<String, CheckpointError> {
    let hash = match file {
        Some(path) => Sha256::digest(&*read_bytes(path)?),
        None => Sha256::digest(bundled(task)?.1),
    };
    Ok(hex(&hash))
}

/// Bytes in hexadecimal, two digits each, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name and bytes of the released checkpoint for a task.
fn bundled(task: Task) -> Result<(&'static str, &'static [u8]), CheckpointError> {
    #[cfg(feature = "bundled")]
    {
        Ok(match task {
            Task::NoReference => ("bpclip-nr (bundled)", bpclip_weights::NO_REFERENCE),
            Task::FullReference => ("bpclip-fr (bundled)", bpclip_weights::FULL_REFERENCE),
        })
    }
    #[cfg(not(feature = "bundled"))]
    {
        Err(CheckpointError::NotBundled(task))
    }
}

/// The bytes of a file, such as a checkpoint, for [`Tensors::parse`].
///
/// # Errors
/// It cannot be read, or is no file: names it.
pub fn read_bytes(path: &Path) -> Result<FileBytes, CheckpointError> {
    read_file(path).map_err(|source| CheckpointError::Io {
        origin: path.to_owned(),
        source,
    })
}
