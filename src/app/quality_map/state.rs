//! The quality maps of the frames that were mapped last.

use super::map::QualityMap;
use crate::app::gallery::Frame;
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::model::Task;

/// The quality maps.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The last asked for last.
    pub maps: Vec<QualityMap>,
    /// What they show.
    pub aspect: Aspect,
}

impl State {
    /// The map of a frame of tiles of this side, if there is one.
    pub fn get(&self, frame: &Frame, task: Task, side: u32) -> Option<&QualityMap> {
        self.maps.iter().find(|map| {
            (map.frame, map.revision, map.task, map.side) == (frame.id, frame.revision, task, side)
        })
    }

    /// The map in the making.
    pub fn in_the_making(&self) -> Option<&QualityMap> {
        self.maps.iter().find(|map| map.request.is_some())
    }
}
