//! What the scoring is.

use super::details::Details;
use super::machine::Machine;
use super::rated::Scored;
use crate::app::gallery::{Frame, FrameId};
use crate::app::log::READ;
use bpclip_core::inspect::Detail;
use bpclip_core::inspect::worker::RequestId;
use bpclip_core::model::Task;
use bpclip_core::text::Adjective;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What is asked for, by whom it is answered, and what is known beside the frames' scores.
pub struct State {
    pub machine: Machine,
    /// Whose words and maps are shown: of the no-reference or the full-reference network.
    pub active_task: Task,
    /// The score of the reference against itself.
    pub self_check: Scored,
    pub progress: Progress,
    pub details: Details,
    /// What requests without an answer are for.
    pub(super) asked: HashMap<RequestId, Purpose>,
    /// The requests that were last asked to go first.
    pub(super) first: Vec<RequestId>,
    /// The request that is being worked on.
    pub(super) running: Option<RequestId>,
    /// Checkpoints that were chosen and are not read yet.
    pub(super) chosen: Vec<PathBuf>,
    /// What is looked up of what is kept.
    pub(super) lookup: Lookup,
    /// Checkpoints that cannot be used, and why: others score in their place.
    pub refused: Vec<(PathBuf, String)>,
    /// What the last work came to, until the user goes on.
    pub ended: Option<Ended>,
}

/// Scores that are looked up before they are computed.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// The scorer whose scores are looked up, once it is known.
    pub scorer: Option<String>,
    /// Versions of frames that are being looked up.
    pub asked: HashSet<(FrameId, u32)>,
    /// Those that have been.
    pub known: HashSet<(FrameId, u32)>,
}

/// What the scoring of a list came to.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// How many answers there were.
    pub done: usize,
    /// How many of them are no scores.
    pub failed: usize,
    pub seconds: f64,
    /// When it ended.
    pub at: Instant,
}

impl Default for State {
    fn default() -> Self {
        Self {
            machine: Machine::default(),
            active_task: Task::NoReference,
            self_check: Scored::Unasked,
            progress: Progress::default(),
            details: Details::default(),
            asked: HashMap::new(),
            first: Vec::new(),
            running: None,
            chosen: Vec::new(),
            lookup: Lookup::default(),
            refused: Vec::new(),
            ended: None,
        }
    }
}

impl State {
    /// The user has done something: what the last work came to is no news any more, if it was in
    /// sight for a while.
    pub fn touched(&mut self) {
        self.ended = self.ended.filter(|ended| ended.at.elapsed() < READ);
    }

    /// Whether every request has its answer.
    pub fn is_idle(&self) -> bool {
        self.asked.is_empty() && self.lookup.asked.is_empty()
    }

    /// The maps of a frame by the network that is shown, if they are there.
    pub fn detail(&self, frame: &Frame) -> Option<&Arc<Detail>> {
        self.details.get(frame, self.active_task)
    }

    /// The words of the network that is shown; none until it is known.
    pub fn adjectives(&self) -> &[Adjective] {
        self.machine.adjectives(self.active_task)
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Purpose {
    pub frame: FrameId,
    /// Which version of it.
    pub revision: u32,
    pub task: Task,
    /// With maps.
    pub detailed: bool,
    /// The reference against itself, which should be all but perfect.
    pub self_check: bool,
}

/// How far the scoring of the list is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Answers since the list was last idle.
    pub done: usize,
    /// How many of them are no scores.
    pub failed: usize,
    /// Answers that are still awaited.
    pub left: usize,
    /// When the first of them was asked.
    pub since: Option<Instant>,
}
