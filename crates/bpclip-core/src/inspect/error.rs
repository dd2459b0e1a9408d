//! Why a picture could not be scored.

use crate::checkpoint::CheckpointError;
use crate::guard::Panic;
use crate::image::ImageError;
use crate::model::MIN_SIDE;
use std::path::PathBuf;
use thiserror::Error;

/// Why a picture could not be scored.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum InspectError {
    /// It could not be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The checkpoint could not be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint is with a reference where one without is wanted, or the other way round. Only
    /// the [worker](super::worker) says so: the file of a checkpoint was exchanged.
    #[error("the checkpoint is of another kind")]
    OtherTask,
    /// It is too small for the network, at the size that it is scored at or as a tile: a side is
    /// shorter than [`MIN_SIDE`].
    #[error("{width}x{height} pixels is too small: both sides must be {MIN_SIDE} or more")]
    TooSmall { width: u32, height: u32 },
    /// A picture and its reference differ in size, width and height, as in their files.
    #[error("the picture is {}x{}, its reference {}x{}: both must be of one size", picture.0, picture.1, reference.0, reference.1)]
    UnequalSize {
        picture: (u32, u32),
        reference: (u32, u32),
    },
    /// A full-reference checkpoint was given no reference.
    #[error("a full-reference checkpoint needs a reference for every picture")]
    NoReference,
    /// No reference in this folder belongs to the picture: what
    /// [`Reference::Unpaired`](super::pipeline::Reference::Unpaired) is answered with.
    #[error("no reference named like it in {}", .0.display())]
    Unpaired(PathBuf),
    /// Several references are named like it: what
    /// [`Reference::Ambiguous`](super::pipeline::Reference::Ambiguous) is answered with.
    #[error("several references are named like it: {}; leave one of them there", listed(.0))]
    Ambiguous(Vec<PathBuf>),
    /// The network made something that is no number.
    #[error("the network's answer is not a number; the device may have failed, try --device cpu")]
    NotANumber,
    /// A decoder failed in a way that nobody foresaw.
    #[error("the decoder failed: {0}")]
    Decoder(#[source] Panic),
    /// A thread that decodes is gone.
    #[error("the decoder failed: it ended early")]
    DecoderGone,
    /// The device or its driver failed, or its memory did not suffice.
    #[error("the device failed: {0}; try --device cpu")]
    Device(#[source] Panic),
}

fn listed(paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| path.display().to_string());
    paths.collect::<Vec<_>>().join(" and ")
}
