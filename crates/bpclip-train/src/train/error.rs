//! What can stop a training.

use super::{SettingError, StateError};
use crate::dataset::{DatasetError, SplitError};
use crate::evaluate::EvaluateError;
use bpclip_core::checkpoint::CheckpointError;
use bpclip_core::device::DeviceError;
use bpclip_core::model::BackboneKind;
use bpclip_core::text::TextError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a training did not start, or stopped. What it had saved is still there.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A setting that cannot be.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A dataset cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A dataset cannot be divided.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// A table of results cannot be written.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A checkpoint cannot be read or written.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Adjectives cannot be read or placed.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The device cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// There is nothing to train on.
    #[error("{}: no pictures to train on", .0.display())]
    Empty(PathBuf),
    /// A full-reference training met a dataset without references.
    #[error("{}: its pictures have no references, which a full-reference training needs", .0.display())]
    NoReferences(PathBuf),
    /// The run folder is in use already.
    #[error("{} holds a run already; resume it, or choose another folder", .0.display())]
    RunExists(PathBuf),
    /// Another program trains in the folder.
    #[error("{} is in use: another training runs in it", .0.display())]
    Busy(PathBuf),
    /// The run folder holds none.
    #[error("{} holds no run: there is no settings.json", .0.display())]
    NoRun(PathBuf),
    /// A file or a folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What a file says in JSON cannot be read, or what it is to say cannot be written.
    #[error("{}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A saved state is not of this run.
    #[error("{}: {source}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: StateError,
    },
    /// A file of ImageNet weights is of another backbone.
    #[error("{}: it holds no {backbone}: `{missing}` is missing or of another shape", path.display())]
    OtherBackbone {
        /// The file.
        path: PathBuf,
        /// The backbone that the settings ask for.
        backbone: BackboneKind,
        /// The first tensor that it lacks.
        missing: String,
    },
    /// Nothing can be measured on the test part of a split.
    #[error("{dataset}: nothing can be measured on the test part: {reason}")]
    Unmeasured {
        /// The dataset's name.
        dataset: String,
        /// Why.
        reason: String,
    },
    /// The loss is no number any more.
    #[error(
        "the loss is not a number after step {step} of epoch {epoch}: lower the learning rates; the last saved state is kept"
    )]
    Diverged {
        /// Epochs done.
        epoch: u32,
        /// Steps done within the epoch.
        step: u32,
    },
    /// The device or its driver failed.
    #[error("the device failed: {0}; if it ran out of memory, lower `batch`, `ladders` or `crop`")]
    Failed(String),
}

impl TrainError {
    /// For a file or a folder that cannot be read or written.
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
