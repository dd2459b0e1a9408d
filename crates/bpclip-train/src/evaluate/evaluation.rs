//! What came out of scoring a labelled folder.

use super::flaws::{FlawWords, OfFlaw};
use super::ladder::LadderSummary;
use super::statistics::{Agreement, Bootstrap};
use super::{EvaluateError, table};
use bpclip_core::checkpoint::certainty::CertaintyCheck;
use bpclip_core::foreign::cell;
use bpclip_core::image::Limits;
use bpclip_core::inspect::score_of_100;
use bpclip_core::metric::{Metric, Readings};
use serde::Serialize;
use std::path::Path;

/// How an evaluation is made.
#[derive(Clone, Debug, Default)]
pub struct EvaluateOptions {
    /// How intervals are made.
    pub bootstrap: Bootstrap,
    /// How large a picture may be.
    pub limits: Limits,
    /// Classic metrics to measure beside; most need references in the dataset.
    pub metrics: Vec<Metric>,
    /// Reads pictures beside their references, and so whole, also where neither the network nor a
    /// metric compares: decoded at a reduced size a large JPEG is scored on slightly other pixels.
    /// For a checkpoint that is compared with one that does.
    pub beside_references: bool,
    /// The words of the flaws that a dataset may note; [`FlawWords::usual`] for those of MMP-2K.
    pub flaws: Vec<FlawWords>,
    /// Measures also on pictures that the checkpoint learned from.
    pub with_seen: bool,
}

/// A checkpoint on a labelled folder.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The checkpoint's name.
    pub checkpoint: String,
    /// The dataset's name, with the part of it where not all was evaluated.
    pub dataset: String,
    /// The raw score with the rating, over all pictures. Ratings are brought to 0 to 1, higher
    /// better, as the score is trained towards; so RMSE is in that unit.
    pub all: Measured,
    /// The same for each kind of distortion, in order of appearance; empty where the dataset
    /// says nothing of kinds.
    pub distortions: Vec<OfDistortion>,
    /// What becomes of score and adjectives along the dataset's ladders, where it has any.
    pub ladders: Option<LadderSummary>,
    /// The agreement of each classic metric with the same ratings, where they were wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<OfMetric>,
    /// How well the words tell the flaws that people noted, where the dataset says which.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<OfFlaw>,
    /// How the checkpoint's intervals and preferences do on these pictures, where it states any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<CertaintyCheck>,
    /// Pictures that the checkpoint learned from and that are left out of every figure, or not, as
    /// the options say.
    pub seen: usize,
    /// The pictures that could not be scored.
    pub failures: Vec<Failure>,
    /// Every picture that was scored.
    #[serde(skip)]
    pub predictions: Vec<Prediction>,
}

/// An agreement, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// How many pictures were scored.
    pub pictures: usize,
    /// The figures.
    pub agreement: Option<Agreement>,
    /// Why there are none.
    pub reason: Option<String>,
}

impl Measured {
    /// Measures pairs of a prediction and a rating.
    pub fn of(pairs: &[(f64, f64)], bootstrap: &Bootstrap) -> Self {
        let (predictions, ratings): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (agreement, reason) = match Agreement::of(&predictions, &ratings, bootstrap) {
            Ok(agreement) => (Some(agreement), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            pictures: pairs.len(),
            agreement,
            reason,
        }
    }
}

/// The agreement within one kind of distortion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfDistortion {
    /// The kind, as the dataset calls it.
    pub distortion: String,
    /// The figures.
    #[serde(flatten)]
    pub measured: Measured,
}

/// The agreement of a classic metric, of the pictures where its value is finite: those that equal
/// their reference or are too small are left out. Where lower is better its sign is turned, so that
/// agreement is above 0 for all. Its RMSE as it is says nothing, as its unit is not that of the
/// ratings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfMetric {
    /// The metric.
    pub metric: Metric,
    /// The figures.
    #[serde(flatten)]
    pub measured: Measured,
}

impl OfMetric {
    /// Measures readings against ratings.
    pub(super) fn of<'a>(
        metric: Metric,
        rated: impl Iterator<Item = (&'a Readings, f64)>,
        bootstrap: &Bootstrap,
    ) -> Self {
        let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
        let pairs: Vec<(f64, f64)> = rated
            .filter_map(|(readings, rating)| Some((sign * readings.value(metric)?, rating)))
            .filter(|(value, _)| value.is_finite())
            .collect();
        Self {
            metric,
            measured: Measured::of(&pairs, bootstrap),
        }
    }
}

/// A picture that could not be scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A picture that was scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Its name in the dataset's table.
    pub name: String,
    /// The label as in the table.
    pub label: f64,
    /// The label in 0 to 1, higher better.
    pub mos: f32,
    /// The network's answer, on the scale of `mos`.
    pub raw: f32,
    /// The kind of distortion, where the dataset says.
    pub distortion: Option<String>,
    /// Its strength, where the dataset says.
    pub level: Option<u32>,
    /// What the classic metrics say of it.
    pub readings: Readings,
}

impl Evaluation {
    /// Writes a row a picture as CSV, `name,label,mos,raw,score,distortion,level,error` and the
    /// classic metrics: those scored in the table's order, then the failures.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_predictions(&self, path: &Path) -> Result<(), EvaluateError> {
        table::write(path, |out| {
            let mut out = csv::Writer::from_writer(out);
            let names = "name,label,mos,raw,score,distortion,level,error".split(',');
            let metrics = self.metrics.iter().map(|of| of.metric);
            out.write_record(names.chain(metrics.clone().map(Metric::key)))?;
            for p in &self.predictions {
                let fields = [
                    cell(&p.name).into_owned(),
                    p.label.to_string(),
                    p.mos.to_string(),
                    p.raw.to_string(),
                    score_of_100(p.raw).to_string(),
                    cell(p.distortion.as_deref().unwrap_or_default()).into_owned(),
                    p.level.map_or_else(String::new, |level| level.to_string()),
                    String::new(),
                ];
                let reading = |metric| {
                    let value = p.readings.value(metric);
                    value.map_or_else(String::new, |value| value.to_string())
                };
                out.write_record(fields.into_iter().chain(metrics.clone().map(reading)))?;
            }
            for Failure { name, reason } in &self.failures {
                let (name, reason) = (cell(name), cell(reason));
                let fields = [&*name, "", "", "", "", "", "", &*reason];
                out.write_record(fields.into_iter().chain(metrics.clone().map(|_| "")))?;
            }
            out.flush()
        })
    }
}
