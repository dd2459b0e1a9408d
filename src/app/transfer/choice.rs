//! Which pictures it is about.

use super::best;
use crate::app::gallery::ranking::{Bursts, Mark};
use crate::app::gallery::{self, Frame};
use bpclip_core::model::Task;

/// Which pictures it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Which {
    /// Those that are selected.
    #[default]
    Selected,
    /// Those that are marked to be kept, whatever the filter.
    Kept,
    /// Those that are rejected, likewise.
    Rejected,
    /// Those of the highest scores, likewise, and none that is rejected.
    Best {
        /// How many.
        count: usize,
        /// How many of each burst at most.
        per_burst: Option<usize>,
    },
}

impl Which {
    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Selected => "Selected",
            Self::Kept => "Kept",
            Self::Rejected => "Rejected",
            Self::Best { .. } => "Best",
        }
    }
}

/// These pictures of the list, as far as they are in files.
pub fn chosen(gallery: &gallery::State, which: Which, rule: Bursts) -> Vec<&Frame> {
    let marked = |mark| {
        let frames = gallery.frames.iter();
        frames
            .filter(move |frame| frame.mark == Some(mark))
            .collect()
    };
    let mut chosen: Vec<&Frame> = match which {
        Which::Selected => {
            let selected = gallery.all_selected().into_iter();
            selected.filter_map(|id| gallery.frame(id)).collect()
        }
        Which::Kept => marked(Mark::Keep),
        Which::Rejected => marked(Mark::Reject),
        Which::Best { count, per_burst } => {
            let wanted = |frame: &Frame| frame.mark != Some(Mark::Reject);
            let score = |frame: &Frame| {
                let rated = frame.scored(Task::NoReference).rated();
                let rated = rated.filter(|_| wanted(frame) && frame.path().is_some());
                rated.map(|rated| rated.inspection.prediction.raw)
            };
            let scores: Vec<Option<f32>> = gallery.frames.iter().map(score).collect();
            let bursts = per_burst.map_or_else(Vec::new, |_| gallery.bursts(rule));
            let burst = |at: usize| bursts.get(at).copied().flatten();
            let places = best(&scores, burst, count, per_burst).into_iter();
            places.filter_map(|at| gallery.frames.get(at)).collect()
        }
    };
    chosen.retain(|frame| frame.path().is_some());
    chosen
}
