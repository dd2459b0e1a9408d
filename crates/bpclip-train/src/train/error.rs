//! What can stop a training.

// The messages say what the variants and their fields are.
#![allow(missing_docs)]

use super::{SettingError, StateError};
use crate::dataset::{DatasetError, SplitError};
use crate::evaluate::EvaluateError;
use bpclip_core::checkpoint::CheckpointError;
use bpclip_core::device::DeviceError;
use bpclip_core::guard::Panic;
use bpclip_core::model::BackboneKind;
use bpclip_core::text::TextError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a training did not start, or stopped. What it had saved is still there.
#[derive(Debug, Error)]
pub enum TrainError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error("{}: no pictures to train on", .0.display())]
    Empty(PathBuf),
    /// A full-reference training met a dataset without references.
    #[error("{}: its pictures have no references, which a full-reference training needs", .0.display())]
    NoReferences(PathBuf),
    #[error("{} holds a run already; resume it, or choose another folder", .0.display())]
    RunExists(PathBuf),
    /// A file of a run lies in a folder without settings.
    #[error("{} is left of another run: remove it, or choose another folder", .0.display())]
    Remains(PathBuf),
    /// An experiment met a run that was made otherwise.
    #[error("{} holds a run that was made otherwise: {}; choose another folder, or remove it", folder.display(), differences.join(", "))]
    OtherRun {
        folder: PathBuf,
        differences: Vec<String>,
    },
    /// A file in a run's folder is of another run.
    #[error("{} does not belong to the run in its folder: put back what was there, or begin a new run", .0.display())]
    Stranger(PathBuf),
    /// Another program trains in the folder.
    #[error("{} is in use: another training runs in it", .0.display())]
    Busy(PathBuf),
    #[error("{} holds no run: there is no settings.json", .0.display())]
    NoRun(PathBuf),
    /// A file or a folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// A file or a folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// What a file says in JSON cannot be read, or what it is to say cannot be written.
    #[error("{}: {source}", path.display())]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{}: {source}", path.display())]
    State { path: PathBuf, source: StateError },
    /// A file of ImageNet weights is of another backbone.
    #[error("{}: it holds no {backbone}: `{missing}` is missing or of another shape", path.display())]
    OtherBackbone {
        path: PathBuf,
        backbone: BackboneKind,
        missing: String,
    },
    #[error("{dataset}: nothing can be measured on the test part: {reason}")]
    Unmeasured { dataset: String, reason: String },
    /// The loss is no number any more; both are counted from 0.
    #[error(
        "the loss is not a number after step {} of epoch {}: lower the learning rates; the last saved state is kept",
        step + 1,
        epoch + 1
    )]
    Diverged { epoch: u32, step: u32 },
    /// The device or its driver failed.
    #[error("the device failed: {0}; if it ran out of memory, lower `batch`, `ladders` or `crop`")]
    Failed(#[source] Panic),
    /// A decoder or a distortion failed in a way that nobody foresaw.
    #[error("a batch could not be made: {0}")]
    Batch(#[source] Panic),
    /// What cannot happen did.
    #[error("the training broke: {0}")]
    Broken(&'static str),
}

impl TrainError {
    /// For a file or a folder that cannot be written.
    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }

    /// For a file or a folder that cannot be read.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }

    /// For a file whose JSON cannot be read or made.
    pub(super) fn json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Json { path, source }
    }

    /// For a saved state that is not of this run.
    pub(super) fn state(path: &Path) -> impl FnOnce(StateError) -> Self {
        let path = path.to_owned();
        |source| Self::State { path, source }
    }
}
