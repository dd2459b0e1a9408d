//! A labelled folder through a network: from a dataset to an [`Evaluation`].

use super::evaluation::{
    EvaluateOptions, Evaluation, Failure, Measured, OfDistortion, OfMetric, Prediction,
};
use super::flaws::{Noted, of_flaws};
use super::ladder::{LadderSummary, ScoredLadder, ScoredLevel, strong};
use crate::dataset::{Dataset, Item};
use bpclip_core::image::Fingerprint;
use bpclip_core::inspect::Scorer;
use bpclip_core::inspect::pipeline::{self, Job, Reference};
use bpclip_core::metric::{Metric, Readings};
use bpclip_core::model::Task;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Scores the items of `dataset` at these indices and measures how well that agrees with their
/// labels. A picture that fails is listed and the rest goes on. `progress` is told after each
/// picture how many are done and how many there are.
///
/// Where the dataset has ladders (kinds with levels), their untouched pictures are scored too.
///
/// `None` where it was cancelled.
pub fn evaluate(
    scorer: &Scorer,
    dataset: &Dataset,
    items: &[usize],
    options: &EvaluateOptions,
    cancel: &AtomicBool,
    progress: impl FnMut(usize, usize),
) -> Option<Evaluation> {
    let items: Vec<&Item> = items.iter().filter_map(|i| dataset.items.get(*i)).collect();
    let mut jobs = Jobs {
        // The metrics compare, whatever the network does.
        compares: scorer.task() == Task::FullReference
            || options
                .metrics
                .iter()
                .any(|metric| metric.needs_reference())
            || options.beside_references,
        ..Jobs::default()
    };
    let places: Vec<usize> = items
        .iter()
        .map(|item| jobs.add(&item.distorted, item.reference.as_deref()))
        .collect();
    let untouched = untouched(&items, &mut jobs);

    let answers = answers(scorer, &jobs.list, options, cancel, progress)?;
    let seen = |place: usize| {
        let scored = answers
            .get(place)
            .and_then(|answer| answer.scored.as_ref().ok());
        scored.is_some_and(|scored| scorer.metadata.has_seen(scored.fingerprint))
    };
    let (known, fresh): (Vec<_>, Vec<_>) = items
        .into_iter()
        .zip(places)
        .partition(|(_, place)| seen(*place));
    let learned_from = known.len();
    let kept = match options.with_seen {
        true => known.into_iter().chain(fresh).collect(),
        false => fresh,
    };
    let (items, places): (Vec<&Item>, Vec<usize>) = kept.into_iter().unzip();
    let bootstrap = &options.bootstrap;
    let mut predictions = Vec::new();
    let mut failures = Vec::new();
    let (mut all, mut kinds) = (Vec::new(), Groups::default());
    for (item, place) in items.iter().zip(&places) {
        let Some(answer) = answers.get(*place) else {
            continue;
        };
        match &answer.scored {
            Ok(scored) => {
                let pair = (f64::from(scored.raw), f64::from(item.mos));
                all.push(pair);
                if let Some(kind) = &item.distortion {
                    kinds.of(kind).push(pair);
                }
                predictions.push(Prediction {
                    name: item.name.clone(),
                    label: item.label,
                    mos: item.mos,
                    raw: scored.raw,
                    distortion: item.distortion.clone(),
                    level: item.level,
                    readings: answer.readings.clone(),
                });
            }
            Err(reason) => failures.push(Failure {
                name: item.name.clone(),
                reason: reason.clone(),
            }),
        }
    }
    for (path, place) in &untouched {
        let scored = answers.get(*place).map(|answer| &answer.scored);
        if let (Some(Err(reason)), false) = (scored, places.contains(place)) {
            failures.push(Failure {
                name: path.to_string_lossy().into_owned(),
                reason: reason.clone(),
            });
        }
    }
    let of_metric = |metric: &Metric| {
        let rated = predictions.iter();
        let rated = rated.map(|p| (&p.readings, f64::from(p.mos)));
        OfMetric::of(*metric, rated, bootstrap)
    };
    let noted: Vec<Noted> = items
        .iter()
        .zip(&places)
        .filter_map(|(item, place)| {
            let scored = answers.get(*place)?.scored.as_ref().ok()?;
            Some(Noted {
                similarities: &scored.similarities,
                flaws: item.flaws.as_deref()?,
            })
        })
        .collect();
    let adjectives = &scorer.metadata.adjectives;
    let flaws = of_flaws(&noted, adjectives, &options.flaws, bootstrap);
    let ladders = ladders(&items, &places, &untouched, &answers);
    let ladders = LadderSummary::of(&ladders, &scorer.metadata.adjectives, bootstrap);
    let certainty = scorer.metadata.certainty.as_ref();
    let certainty = certainty.and_then(|certainty| certainty.check(&all));
    Some(Evaluation {
        checkpoint: scorer.name.clone(),
        dataset: dataset.name.clone(),
        all: Measured::of(&all, bootstrap),
        distortions: kinds
            .0
            .into_iter()
            .map(|(distortion, pairs)| OfDistortion {
                distortion,
                measured: Measured::of(&pairs, bootstrap),
            })
            .collect(),
        ladders: (ladders.all.ladders > 0).then_some(ladders),
        metrics: options.metrics.iter().map(of_metric).collect(),
        flaws,
        certainty,
        seen: learned_from,
        failures,
        predictions,
    })
}

/// What is kept of a picture until the end.
struct Answer {
    scored: Result<Scored, String>,
    readings: Readings,
}

struct Scored {
    raw: f32,
    fingerprint: Fingerprint,
    /// The mean of the levels, one an adjective.
    similarities: Vec<f32>,
}

/// The answers to all jobs, in order; none where it was cancelled.
fn answers(
    scorer: &Scorer,
    jobs: &[Job],
    options: &EvaluateOptions,
    cancel: &AtomicBool,
    mut progress: impl FnMut(usize, usize),
) -> Option<Vec<Answer>> {
    let mut answers = Vec::with_capacity(jobs.len());
    pipeline::run(
        scorer,
        jobs,
        &options.metrics,
        &options.limits,
        cancel,
        |_, result, readings| {
            let scored = result.map(|inspection| Scored {
                raw: inspection.prediction.raw,
                fingerprint: inspection.fingerprint,
                similarities: inspection.prediction.mean_similarities(),
            });
            answers.push(Answer {
                scored: scored.map_err(|error| error.to_string()),
                readings,
            });
            progress(answers.len(), jobs.len());
        },
    );
    (!cancel.load(Ordering::Relaxed)).then_some(answers)
}

/// Pictures to score, each once.
#[derive(Default)]
struct Jobs {
    /// Whether references are wanted.
    compares: bool,
    list: Vec<Job>,
    places: HashMap<(PathBuf, Option<PathBuf>), usize>,
}

impl Jobs {
    /// The place of a picture in the list, where it is put if it is not there.
    fn add(&mut self, path: &Path, reference: Option<&Path>) -> usize {
        let reference = reference.filter(|_| self.compares).map(Path::to_owned);
        let key = (path.to_owned(), reference.clone());
        *self.places.entry(key).or_insert_with(|| {
            self.list.push(Job {
                path: path.to_owned(),
                reference: reference.map_or(Reference::None, Reference::File),
            });
            self.list.len() - 1
        })
    }
}

/// Pairs by kind, in order of appearance.
#[derive(Default)]
struct Groups(Vec<(String, Vec<(f64, f64)>)>);

impl Groups {
    fn of(&mut self, kind: &str) -> &mut Vec<(f64, f64)> {
        let place = self.0.iter().position(|(name, _)| name == kind);
        let place = place.unwrap_or_else(|| {
            self.0.push((kind.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }
}

/// The jobs of the untouched pictures of ladders, by the picture.
fn untouched<'a>(items: &[&'a Item], jobs: &mut Jobs) -> BTreeMap<&'a Path, usize> {
    items
        .iter()
        .filter(|item| item.distortion.is_some() && item.level.is_some())
        .filter_map(|item| item.reference.as_deref())
        .map(|reference| (reference, jobs.add(reference, Some(reference))))
        .collect()
}

/// The ladders of a dataset: a content with a kind, from its untouched picture down.
fn ladders(
    items: &[&Item],
    places: &[usize],
    untouched: &BTreeMap<&Path, usize>,
    answers: &[Answer],
) -> Vec<ScoredLadder> {
    let scored = |level, place: usize| {
        let scored = answers.get(place)?.scored.as_ref().ok()?;
        Some(ScoredLevel {
            level,
            raw: scored.raw,
            similarities: scored.similarities.clone(),
        })
    };
    let levels = items.iter().filter_map(|item| item.level).max();
    let mut ladders: Vec<ScoredLadder> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for (item, place) in items.iter().zip(places) {
        let (Some(distortion), Some(level)) = (&item.distortion, item.level) else {
            continue;
        };
        let index = *known.entry((&item.content, distortion)).or_insert_with(|| {
            let reference = item.reference.as_deref();
            let start = reference.and_then(|reference| scored(0, *untouched.get(reference)?));
            ladders.push(ScoredLadder {
                distortion: distortion.clone(),
                dimension: item.dimension.clone(),
                strong: strong(levels.unwrap_or(0)),
                levels: start.into_iter().collect(),
            });
            ladders.len() - 1
        });
        if let (Some(ladder), Some(picture)) = (ladders.get_mut(index), scored(level, *place))
            && ladder.levels.iter().all(|known| known.level != level)
        {
            ladder.levels.push(picture);
        }
    }
    ladders
}
