//! What can stop a training.

use crate::dataset::{DatasetError, SplitError};
use crate::evaluate::EvaluateError;
use bpclip_core::checkpoint::CheckpointError;
use bpclip_core::device::DeviceError;
use bpclip_core::text::TextError;
use std::path::PathBuf;
use thiserror::Error;

/// Why a training did not start, or stopped. What it had saved is still there.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(String),
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
    /// A file of the run folder cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was wrong.
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
