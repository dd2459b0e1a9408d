//! What can be asked of the scoring.

use crate::app::gallery::FrameId;
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::SizePolicy;
use bpclip_core::inspect::worker::RequestId;
use bpclip_core::model::Task;
use std::path::PathBuf;

/// Something for the scoring to do. The last ones are what follows from commands to others.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets the user choose a checkpoint.
    OpenCheckpoint,
    /// Scores with this checkpoint.
    Checkpoint(PathBuf),
    /// Back to the bundled checkpoints.
    UseBundled,
    /// Computes on this device.
    Device(DeviceChoice),
    /// Scores at this size, or at the one that each checkpoint was made for.
    Size(Option<SizePolicy>),
    /// Shows words and maps of this network.
    ActiveTask(Task),
    /// Scores what has no score, and what failed for a reason that may have gone.
    ScoreRest,
    /// Stops scoring; what is scored stays.
    Cancel,
    /// Asks for the score of every frame that has none and was not asked for.
    ScoreNew,
    /// Likewise for the full-reference score of every frame of the reference's size.
    ScoreAgainstReference,
    /// Asks for all about the selected frame, before everything else.
    LookAtSelected,
    /// This frame is to be scored, whatever is kept of it.
    Afresh(FrameId),
    /// What is in sight goes before the rest.
    Sooner,
    /// These are not wanted any more.
    Withdraw(Vec<RequestId>),
    /// Frames are compared with another reference, or with none.
    ReferenceChanged,
}
