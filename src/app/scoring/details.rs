//! The maps and the attention of the frames that were looked at last.

use crate::app::gallery::{Frame, FrameId};
use bpclip_core::inspect::Detail;
use bpclip_core::model::Task;
use std::sync::Arc;

/// Frames whose maps are kept: those of one picture of many cells fill tens of megabytes.
const KEPT: usize = 6;

/// What is kept of a frame.
#[derive(Debug)]
struct Kept {
    frame: FrameId,
    revision: u32,
    task: Task,
    detail: Arc<Detail>,
}

/// Maps and attention, the last looked at last.
#[derive(Debug, Default)]
pub struct Details(Vec<Kept>);

impl Details {
    /// The maps of a frame, if they are there.
    pub fn get(&self, frame: &Frame, task: Task) -> Option<&Arc<Detail>> {
        let is = |kept: &&Kept| {
            (kept.frame, kept.revision, kept.task) == (frame.id, frame.revision, task)
        };
        self.0.iter().find(is).map(|kept| &kept.detail)
    }

    /// Keeps maps of a revision of a frame, in the place of those that it had.
    pub fn keep(&mut self, frame: FrameId, revision: u32, task: Task, detail: Detail) {
        self.0
            .retain(|kept| (kept.frame, kept.task) != (frame, task));
        self.0.push(Kept {
            frame,
            revision,
            task,
            detail: Arc::new(detail),
        });
        if self.0.len() > KEPT {
            self.0.remove(0);
        }
    }

    /// Forgets all of a task.
    pub fn forget(&mut self, task: Task) {
        self.0.retain(|kept| kept.task != task);
    }
}
