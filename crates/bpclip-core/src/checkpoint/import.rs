//! Published backbone weights into a backbone file: torchvision's `resnet50`, timm's
//! `tf_efficientnet_lite*`, as `.pth` or safetensors.

use super::tensors::{TensorValues, Tensors};
use super::{CheckpointError, pickle, read, read_bytes, write};
use crate::file::open_file;
use crate::model::{Backbone, BackboneKind, Config, Task};
use burn::tensor::Device;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Which backbone the weights turned out to be.
    pub backbone: BackboneKind,
    /// How many tensors were kept.
    pub tensors: usize,
    /// The names of what was left out: the classifier, training's counters.
    pub left_out: Vec<String>,
}

/// Reads weights from `source`, finds out which backbone they are, and writes a backbone file
/// (safetensors, 32 bits, torchvision's or timm's names without the classifier).
///
/// # Errors
/// The source cannot be read, is of no known backbone, or the target cannot be written.
pub fn import(source: &Path, target: &Path) -> Result<Imported, CheckpointError> {
    let mut left_out = Vec::new();
    let tensors: BTreeMap<String, TensorValues> = weights(source)?
        .into_iter()
        .filter_map(|(name, values)| {
            let name = plain_name(&name).to_owned();
            let unused = ["fc.", "classifier.", "head.fc."]
                .iter()
                .any(|head| name.starts_with(head))
                || name.ends_with("num_batches_tracked");
            if unused {
                left_out.push(name);
                None
            } else {
                Some((name, values))
            }
        })
        .collect();

    let backbone = recognise(&tensors).map_err(|reason| CheckpointError::UnknownBackbone {
        origin: source.to_owned(),
        reason,
    })?;
    let origin = source
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let metadata = HashMap::from([
        ("architecture".to_owned(), backbone.to_string()),
        ("source".to_owned(), origin),
        (
            "program".to_owned(),
            concat!("bpclip ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
    ]);
    write::write_to(&tensors, metadata, target)?;
    Ok(Imported {
        backbone,
        tensors: tensors.len(),
        left_out,
    })
}

/// The floating-point tensors of a file of weights, PyTorch's or safetensors: its content tells.
///
/// # Errors
/// The file cannot be read, is damaged, or holds something that is no number.
pub fn weights(source: &Path) -> Result<BTreeMap<String, TensorValues>, CheckpointError> {
    let failed = |error| CheckpointError::Io {
        origin: source.to_owned(),
        source: error,
    };
    let file = open_file(source).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    let read = file.take(pickle::HEAD).read_to_end(&mut head);
    read.map_err(failed)?;
    match pickle::is_pickle(&head) {
        true => pickle::read(source, length),
        false => Tensors::parse(&read_bytes(source)?, source)?.all(),
    }
}

/// The name without the prefixes that wrappers put before it.
fn plain_name(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) = ["module.", "backbone.", "model."]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
    {
        name = rest;
    }
    name
}

/// The backbone whose names and shapes these are.
fn recognise(tensors: &BTreeMap<String, TensorValues>) -> Result<BackboneKind, String> {
    let found: BTreeSet<(String, Vec<usize>)> = tensors
        .iter()
        .map(|(name, values)| (name.clone(), values.shape.clone()))
        .collect();
    let mut nearest: Option<(usize, String)> = None;
    for kind in BackboneKind::ALL {
        let config = Config::new(Task::NoReference, kind);
        let expected: BTreeSet<(String, Vec<usize>)> =
            read::expected(Backbone::new(&config, &Device::flex()))
                .into_iter()
                .collect();
        if expected == found {
            return Ok(kind);
        }
        let missing = expected.difference(&found).next();
        let extra = found.difference(&expected).next();
        let differences = expected.symmetric_difference(&found).count();
        if nearest
            .as_ref()
            .is_none_or(|(fewest, _)| differences < *fewest)
        {
            let mut reason = format!(
                "these weights are of no backbone that this program knows; nearest is {kind}"
            );
            if let Some((name, shape)) = missing {
                reason.push_str(&format!(", but it needs `{name}` {shape:?}"));
            }
            if let Some((name, shape)) = extra {
                reason.push_str(&format!(", and the file has `{name}` {shape:?}"));
            }
            nearest = Some((differences, reason));
        }
    }
    Err(nearest.map(|(_, reason)| reason).unwrap_or_default())
}
