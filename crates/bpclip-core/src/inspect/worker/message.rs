//! What the worker is asked, and what it answers.

use crate::checkpoint::Metadata;
use crate::device::{DeviceChoice, Selected};
use crate::image::SizePolicy;
use crate::inspect::{Inspection, Prediction, Source, tiles};
use crate::model::Task;
use crate::text::TextSide;
use crossbeam_channel::Sender;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Names a request and its answers. The caller chooses the numbers, and uses none twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// One picture to look at.
#[derive(Clone, Debug)]
pub struct ScoreRequest {
    /// Names the answer.
    pub id: RequestId,
    /// The picture.
    pub source: Source,
    /// With one, the full-reference network looks, else the no-reference one.
    pub reference: Option<Source>,
    /// Whether maps and attention are wanted too.
    pub detailed: bool,
}

impl ScoreRequest {
    /// Which network looks.
    pub fn task(&self) -> Task {
        Task::with(&self.reference)
    }
}

/// A picture to look at tile by tile.
#[derive(Clone, Debug)]
pub struct MapRequest {
    /// Names the answers.
    pub id: RequestId,
    /// The picture.
    pub source: Source,
    /// As in [`ScoreRequest`].
    pub reference: Option<Source>,
    /// Pixels of a tile's side, mostly [`tiles::SIDE`].
    pub side: u32,
}

/// What the worker is asked to do.
#[derive(Debug)]
pub enum Request {
    /// Look at these before all others. Replaces what was asked so before and has not begun.
    First(Vec<ScoreRequest>),
    /// Look at these when there is time, in this order.
    Then(Vec<ScoreRequest>),
    /// Of those that are to be looked at when there is time, look at these before the others.
    Sooner(HashSet<RequestId>),
    /// These are not wanted any more: what has not begun is not answered.
    Withdraw(Vec<RequestId>),
    /// Nothing that waits is wanted any more, the quality map neither.
    Cancel,
    /// Make a [quality map](tiles) of this, tile by tile, after what goes first and before the
    /// rest. Replaces the one that is in the making; `None` ends it.
    Tiles(Option<MapRequest>),
    /// Score with the checkpoint in this file from now on, in the place of that of its task. One
    /// that cannot be read is told by [`Event::NoCheckpoint`], and scores go on as they were.
    Use(PathBuf),
    /// Score with the bundled checkpoint for this task.
    UseBundled(Task),
    /// Score at this size from now on; `None`: at the one that each checkpoint was made for.
    Size(Option<SizePolicy>),
}

/// What made a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// The checkpoint's name.
    pub checkpoint: String,
    /// Its file; `None` for a bundled one.
    pub file: Option<PathBuf>,
    /// [Of its bytes](crate::checkpoint::fingerprint); empty where they could not be read again.
    pub fingerprint: String,
    /// What the checkpoint says of itself.
    pub metadata: Metadata,
    /// The size that pictures are brought to.
    pub size: SizePolicy,
    /// The adjectives and where they lie.
    pub text: Arc<TextSide>,
    /// The device's name.
    pub device: String,
}

impl ModelInfo {
    /// With or without a reference.
    pub fn task(&self) -> Task {
        self.metadata.config.task
    }
}

/// An inspection with what made it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the network says.
    pub inspection: Inspection,
    /// Who says it.
    pub model: Arc<ModelInfo>,
}

/// Some tiles of a quality map.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    /// How the picture is cut.
    pub grid: tiles::Grid,
    /// The tiles that were looked at now, each with its index in the grid.
    pub done: Vec<(usize, Prediction)>,
}

/// What the worker tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// Work runs on this device from now on.
    Device {
        /// Its name.
        name: String,
        /// Its identity, as `--device` takes it.
        id: DeviceChoice,
        /// Why it and no other, where that is worth saying.
        why: Option<String>,
    },
    /// A faster device is being made ready meanwhile; `None` when that is over.
    Preparing(Option<String>),
    /// This network is the one that scores for its task from now on.
    Network(Arc<ModelInfo>),
    /// This file is no checkpoint that can score, for this reason.
    NoCheckpoint(PathBuf, String),
    /// Something failed that belongs to no picture.
    Trouble(String),
    /// Work on this request has begun.
    Begun(RequestId),
    /// The answer to a request, or why there is none, in words.
    Done(RequestId, Result<Answer, String>),
    /// Tiles of the quality map of a request, and who looked at them; or why there are no more.
    Tiles(RequestId, Result<(Tiles, Arc<ModelInfo>), String>),
}

/// Sends events and wakes whoever waits for them.
#[derive(Clone)]
pub(super) struct Events {
    pub sender: Sender<Event>,
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl Events {
    pub fn send(&self, event: Event) {
        // Nobody listens only when the window is gone, and then nobody misses it.
        if self.sender.send(event).is_ok() {
            (self.wake)();
        }
    }

    pub fn say_device(&self, selected: &Selected, why: Option<String>) {
        self.send(Event::Device {
            name: selected.name.clone(),
            id: selected.id.clone(),
            why,
        });
    }
}
