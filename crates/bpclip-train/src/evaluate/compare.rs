//! Checkpoints and metrics against one of them, on the same pictures.

use super::statistics::{Bootstrap, Comparison};
use super::{Evaluation, Prediction};
use bpclip_core::metric::Metric;
use serde::Serialize;
use std::collections::HashMap;

/// What says something of a picture: a checkpoint by its name, or a classic metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The checkpoint of this name.
    Checkpoint(String),
    /// A metric, its sign turned where lower is better.
    Metric(Metric),
}

impl Measure {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Checkpoint(name) => name,
            Self::Metric(metric) => metric.label(),
        }
    }

    /// What it says of a picture.
    fn value(&self, prediction: &Prediction) -> Option<f64> {
        let value = match self {
            Self::Checkpoint(_) => f64::from(prediction.raw),
            Self::Metric(metric) => {
                let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
                sign * prediction.readings.value(*metric)?
            }
        };
        value.is_finite().then_some(value)
    }
}

/// One measure against another on a dataset, over the pictures of which both say something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The first.
    pub measure: String,
    /// The one that it is compared with.
    pub against: String,
    /// The dataset.
    pub dataset: String,
    /// How many pictures.
    pub pictures: usize,
    /// The figures.
    pub comparison: Option<Comparison>,
    /// Why there are none.
    pub reason: Option<String>,
}

/// Compares every checkpoint and metric that was measured with `against`, dataset by dataset.
pub fn compare(
    evaluations: &[Evaluation],
    against: &Measure,
    bootstrap: &Bootstrap,
) -> Vec<Compared> {
    let mut compared = Vec::new();
    for base in evaluations.iter().filter(|e| has(e, against)) {
        for other in evaluations.iter().filter(|e| e.dataset == base.dataset) {
            let network = Measure::Checkpoint(other.checkpoint.clone());
            let metrics = other.metrics.iter().map(|of| Measure::Metric(of.metric));
            let measures = std::iter::once(network).chain(metrics);
            for measure in measures.filter(|measure| measure != against) {
                compared.push(Compared::of(&measure, other, against, base, bootstrap));
            }
        }
    }
    compared
}

/// Whether an evaluation is of a measure.
fn has(evaluation: &Evaluation, measure: &Measure) -> bool {
    match measure {
        Measure::Checkpoint(name) => evaluation.checkpoint == *name,
        Measure::Metric(metric) => evaluation.metrics.iter().any(|of| of.metric == *metric),
    }
}

impl Compared {
    fn of(
        measure: &Measure,
        on: &Evaluation,
        against: &Measure,
        base: &Evaluation,
        bootstrap: &Bootstrap,
    ) -> Self {
        // A checkpoint may have learned from pictures that another did not, or fail where it does not.
        let values = base.predictions.iter();
        let values: HashMap<&str, f64> = values
            .filter_map(|p| Some((p.name.as_str(), against.value(p)?)))
            .collect();
        let (mut first, mut second, mut ratings) = (Vec::new(), Vec::new(), Vec::new());
        for prediction in &on.predictions {
            let value = measure.value(prediction);
            if let Some((a, b)) = value.zip(values.get(prediction.name.as_str())) {
                first.push(a);
                second.push(*b);
                ratings.push(f64::from(prediction.mos));
            }
        }
        let (comparison, reason) = match Comparison::of(&first, &second, &ratings, bootstrap) {
            Ok(comparison) => (Some(comparison), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            measure: measure.name().into(),
            against: against.name().into(),
            dataset: on.dataset.clone(),
            pictures: ratings.len(),
            comparison,
            reason,
        }
    }
}
