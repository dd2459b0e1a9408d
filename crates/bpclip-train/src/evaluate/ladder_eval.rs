//! Ladders of distortions, made of photographs and scored without a file in between.

use super::ladder::{LadderSummary, ScoredLadder, ScoredLevel, strong};
use super::{EvaluateOptions, Failure};
use crate::distort::Distortion;
use bpclip_core::guard::guard;
use bpclip_core::image::{self, Limits};
use bpclip_core::inspect::{InspectError, Prepared, Scorer, prepare_unmeasured};
use rayon::prelude::*;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A checkpoint on ladders made of photographs.
#[derive(Clone, Debug, Serialize)]
pub struct LadderEval {
    /// The checkpoint's name.
    pub checkpoint: String,
    /// How many photographs gave ladders.
    pub photographs: usize,
    /// Levels of a ladder, the untouched picture not counted.
    pub levels: u32,
    /// The figures.
    pub report: LadderSummary,
    /// The photographs that gave none, and why.
    pub failures: Vec<Failure>,
}

/// Distorts each photograph in every way there is, in `levels` evenly spaced strengths, and measures
/// what becomes of score and adjectives. A photograph is first brought to its scored size, so that a
/// level means the same whatever the size of the file; chance is seeded by its place in the list.
/// From 3/5 of the full strength on, a distortion counts as strong. `progress` is told after each
/// picture how many are done and how many there are.
///
/// `None` where it was cancelled.
pub fn evaluate_ladders(
    scorer: &Scorer,
    photographs: &[PathBuf],
    levels: u32,
    how: &EvaluateOptions,
    cancel: &AtomicBool,
    mut progress: impl FnMut(usize, usize),
) -> Option<LadderEval> {
    let each = 1 + Distortion::ALL.len() * levels as usize;
    let mut ladders = Vec::new();
    let mut failures = Vec::new();
    for (index, path) in photographs.iter().enumerate() {
        let begun = index * each;
        let mut done = begun;
        let mut step = || {
            done += 1;
            progress(done, photographs.len() * each);
            !cancel.load(Ordering::Relaxed)
        };
        // One photograph must not end the run, whatever a decoder or a distortion does.
        let found =
            guard(|| of_photograph(scorer, path, index as u64, levels, &how.limits, &mut step))
                .unwrap_or_else(|panic| Err(InspectError::Decoder(panic)));
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        progress(begun + each, photographs.len() * each);
        match found {
            Ok(found) => ladders.extend(found),
            Err(error) => failures.push(Failure {
                name: path.to_string_lossy().into_owned(),
                reason: error.to_string(),
            }),
        }
    }
    Some(LadderEval {
        checkpoint: scorer.name.clone(),
        photographs: photographs.len() - failures.len(),
        levels,
        report: LadderSummary::of(&ladders, &scorer.metadata.adjectives, &how.bootstrap),
        failures,
    })
}

/// All ladders of one photograph, or those until `step` says to stop.
fn of_photograph(
    scorer: &Scorer,
    path: &Path,
    seed: u64,
    levels: u32,
    limits: &Limits,
    step: &mut dyn FnMut() -> bool,
) -> Result<Vec<ScoredLadder>, InspectError> {
    let untouched = prepare_unmeasured(image::read(path, limits)?, scorer.size)?;
    let scored = |level, picture: &Prepared| {
        let inspection = scorer.inspect(picture, Some(&untouched), false)?;
        Ok::<_, InspectError>(ScoredLevel {
            level,
            raw: inspection.prediction.raw,
            similarities: inspection.prediction.mean_similarities(),
        })
    };
    let start = scored(0, &untouched)?;
    step();
    let mut ladders = Vec::with_capacity(Distortion::ALL.len());
    for distortion in Distortion::ALL {
        let distorted: Vec<(u32, Prepared)> = (1..=levels)
            .into_par_iter()
            .map(|level| {
                let strength = level as f32 / levels as f32;
                let picture = distortion.apply(&untouched.picture, strength, seed);
                (
                    level,
                    Prepared {
                        picture,
                        ..untouched
                    },
                )
            })
            .collect();
        let mut scored_levels = vec![start.clone()];
        for (level, picture) in &distorted {
            scored_levels.push(scored(*level, picture)?);
            if !step() {
                return Ok(ladders);
            }
        }
        ladders.push(ScoredLadder {
            distortion: distortion.key().to_owned(),
            dimension: None,
            strong: strong(levels),
            levels: scored_levels,
        });
    }
    Ok(ladders)
}
