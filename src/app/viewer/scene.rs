//! What the viewer and the panel beside it show.

use super::state::State;
use crate::app::gallery::Frame;
use crate::app::quality_map::{self, QualityMap};
use crate::app::scoring::{Details, Rated};
use crate::app::settings::{OverlayStyle, ViewerMode};
use bpclip_core::inspect::Detail;
use bpclip_core::model::Task;
use bpclip_core::text::Adjective;
use std::sync::Arc;

/// One picture or two, and what is known of them by the network that is shown.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub viewer: &'a State,
    /// The frame that is looked at.
    pub first: Option<&'a Frame>,
    /// The one that it is compared with.
    pub second: Option<&'a Frame>,
    pub task: Task,
    /// Those of the task's network.
    pub adjectives: &'a [Adjective],
    pub details: &'a Details,
    pub maps: &'a quality_map::State,
    /// Pixels of the side of a quality map's tiles.
    pub tile: u32,
    pub style: OverlayStyle,
    /// Whether the histogram is open.
    pub histogram: bool,
    /// Whether the sharpest part is marked.
    pub mark_sharpest: bool,
}

impl<'a> Scene<'a> {
    /// The frame whose picture is shown, or the one on the left of two.
    pub fn shown(&self) -> Option<&'a Frame> {
        let look = &self.viewer.look;
        let alone = matches!(look.mode, ViewerMode::Single | ViewerMode::Flicker);
        let second = self.second.filter(|_| look.flipped && alone);
        second.or(self.first)
    }

    /// What the network says of a frame.
    pub fn rated(&self, frame: Option<&'a Frame>) -> Option<&'a Arc<Rated>> {
        frame?.scored(self.task).rated()
    }

    /// The maps of a frame.
    pub fn detail(&self, frame: &Frame) -> Option<&'a Arc<Detail>> {
        self.details.get(frame, self.task)
    }

    /// The quality map of a frame.
    pub fn quality_map(&self, frame: &Frame) -> Option<&'a QualityMap> {
        self.maps.get(frame, self.task, self.tile)
    }
}
