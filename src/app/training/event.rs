//! What threads tell the training panel.

use super::dataset_probe::{Found, ProbeRequest};
use crate::curves::Curves;
use bpclip_core::device::DeviceChoice;
use bpclip_train::train::{self, Outcome};
use std::path::PathBuf;

/// What was found out, or how the training goes.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few a second, and never many at once
pub enum Event {
    /// What is in the form's folders.
    Probed(ProbeRequest, Result<Found, String>),
    /// The run of a folder: how it went, and which epochs' checkpoints are there.
    Opened(PathBuf, Result<(Curves, Vec<u32>), String>),
    /// How the run of a folder went, to be compared with.
    Compared(PathBuf, Result<Curves, String>),
    /// What can be computed on: the choice and its name.
    Devices(Vec<(DeviceChoice, String)>),
    /// What the training tells.
    Happened(train::Event),
    /// The epochs whose checkpoints are there now.
    Kept(Vec<u32>),
    /// The training has ended; or why it failed.
    Ended(Result<Outcome, String>),
}
