//! A score with what follows from it.

use super::compare::Certainty;
use bpclip_core::inspect::worker::{Answer, ModelInfo, RequestId};
use bpclip_core::inspect::{Detail, Inspection};
use bpclip_core::text::{Adjective, dimension_value, dimensions};
use bpclip_shoot::Sight;
use std::sync::Arc;

/// A score with what follows from it.
#[derive(Clone, Debug)]
pub struct Rated {
    /// What the network says; its maps are kept elsewhere, for the frames looked at last.
    pub inspection: Inspection,
    /// Who says it.
    pub model: Arc<ModelInfo>,
    /// The similarities averaged over the levels.
    pub mean: Vec<f32>,
    /// The value in each dimension, from the mean.
    pub dimensions: Vec<f32>,
}

impl Rated {
    /// Works out what follows from an answer, and parts it from its maps.
    pub fn new(answer: Answer) -> (Self, Option<Detail>) {
        let Answer {
            mut inspection,
            model,
        } = answer;
        let detail = inspection.detail.take().map(|detail| *detail);
        let mean = inspection.prediction.mean_similarities();
        let adjectives = &model.metadata.adjectives;
        let dimensions = dimensions(adjectives)
            .into_iter()
            .map(|dimension| dimension_value(adjectives, &mean, dimension))
            .collect();
        let rated = Self {
            inspection,
            model,
            mean,
            dimensions,
        };
        (rated, detail)
    }

    /// What a photographer's taste goes by.
    pub fn sight(&self) -> Sight<'_> {
        let prediction = &self.inspection.prediction;
        Sight {
            score: 100.0 * prediction.raw,
            sharpness: self.inspection.sharpness.map(|sharpness| sharpness.value),
            words: &self.mean,
            look: &prediction.look.mean,
        }
    }

    /// The words, in the order of the similarities.
    pub fn adjectives(&self) -> &[Adjective] {
        &self.model.metadata.adjectives
    }
}

/// What became of the wish for a score.
#[derive(Clone, Debug, Default)]
pub enum Scored {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// It waits for its turn.
    Waiting(RequestId),
    /// It is being computed.
    Running(RequestId),
    /// Here it is.
    Done(Arc<Rated>),
    /// It failed, for this reason.
    Failed(String),
}

impl Scored {
    /// The score, if there is one.
    pub fn rated(&self) -> Option<&Arc<Rated>> {
        match self {
            Self::Done(rated) => Some(rated),
            _ => None,
        }
    }

    /// The request that has no answer yet.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::Waiting(request) | Self::Running(request) => Some(*request),
            _ => None,
        }
    }
}

/// A score with all that makes it mean something.
pub fn score_sentence(name: &str, rated: &Rated) -> String {
    let (inspection, model) = (&rated.inspection, &rated.model);
    let certainty = Certainty::of(&model.metadata);
    let certainty = match certainty.interval(inspection.prediction.raw) {
        Some(([low, high], _)) => Some(format!(" ({low:.0} to {high:.0})")),
        None => certainty.of_score().map(|_| format!(" {certainty}")),
    };
    format!(
        "{name}: {:.1}{} of 100 ({}, higher is better); {}, scored at {}x{}, {}",
        inspection.prediction.score(),
        certainty.unwrap_or_default(),
        model.task().label(),
        model.checkpoint,
        inspection.scored_width,
        inspection.scored_height,
        model.device,
    )
}
