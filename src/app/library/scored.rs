//! Scores as they are kept, and as the window has them.

use crate::app::scoring::Rated;
use bpclip_core::image::{Fingerprint, Note, Sharpness, SizePolicy};
use bpclip_core::inspect::worker::{Answer, ModelInfo};
use bpclip_core::inspect::{Inspection, Look, Prediction};
use bpclip_core::model::Task;
use bpclip_library::Score;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// To be raised when the same network gives the same picture another score than before, or more is
/// found out with it: scores that were kept are not used any more then.
const REVISION: u32 = 2;

/// What else is kept of an inspection.
#[derive(Serialize, Deserialize)]
struct Facts {
    size: (u32, u32),
    scored: (u32, u32),
    notes: Vec<Note>,
    fingerprint: Fingerprint,
    sharpness: Option<Sharpness>,
}

/// The name of all that a network's scores depend on; `None` for one whose scores are not kept:
/// those against a reference depend on that too.
pub fn scorer(model: &ModelInfo) -> Option<String> {
    let SizePolicy {
        shorter_side,
        enlarge,
    } = model.size;
    let side = shorter_side.map_or("all".to_owned(), |side| side.to_string());
    let kept = model.task() == Task::NoReference && !model.fingerprint.is_empty();
    kept.then(|| {
        let network = &model.fingerprint;
        format!("{network} at {side} enlarge {enlarge} revision {REVISION}")
    })
}

/// What is kept of a score; `None` where it depends on more than its scorer.
pub fn kept_score(rated: &Rated) -> Option<Score> {
    let inspection = &rated.inspection;
    if inspection.notes.contains(&Note::ScoredSmaller) {
        return None;
    }
    let facts = Facts {
        size: (inspection.width, inspection.height),
        scored: (inspection.scored_width, inspection.scored_height),
        notes: inspection.notes.clone(),
        fingerprint: inspection.fingerprint,
        sharpness: inspection.sharpness,
    };
    let look = &inspection.prediction.look;
    Some(Score {
        device: rated.model.device.clone(),
        raw: inspection.prediction.raw,
        similarities: inspection.prediction.similarities.clone(),
        features: inspection.prediction.image_features.clone(),
        look: [&look.mean[..], &look.layout].concat(),
        facts: serde_json::to_string(&facts).ok()?,
    })
}

/// A score as the window has it; `None` where it is none of this network.
pub fn rated(score: Score, model: &Arc<ModelInfo>) -> Option<Rated> {
    let facts: Facts = serde_json::from_str(&score.facts).ok()?;
    let words = model.metadata.adjectives.len();
    let fits = score.similarities.iter().all(|level| level.len() == words);
    if !fits || score.similarities.is_empty() || !score.raw.is_finite() {
        return None;
    }
    // It says on what it was computed, which may be another device than today's.
    let model = match model.device == score.device {
        true => Arc::clone(model),
        false => Arc::new(ModelInfo {
            device: score.device,
            ..ModelInfo::clone(model)
        }),
    };
    let inspection = Inspection {
        width: facts.size.0,
        height: facts.size.1,
        scored_width: facts.scored.0,
        scored_height: facts.scored.1,
        prediction: Prediction {
            raw: score.raw,
            similarities: score.similarities,
            image_features: score.features,
            look: look(&score.look),
        },
        notes: facts.notes,
        sharpness: facts.sharpness,
        fingerprint: facts.fingerprint,
        detail: None,
    };
    Some(Rated::new(Answer { inspection, model }).0)
}

/// As it is kept: the mean, and nine times as many numbers of the layout.
fn look(kept: &[f32]) -> Look {
    let (mean, layout) = kept.split_at(kept.len() / 10);
    Look {
        mean: mean.to_vec(),
        layout: layout.to_vec(),
    }
}
