//! What came out of scoring a labelled folder.

use super::ladder::LadderReport;
use super::statistics::{Agreement, Bootstrap};
use super::{EvaluateError, table};
use crate::image::Limits;
use crate::inspect::score_of_100;
use serde::Serialize;
use std::path::Path;

/// How an evaluation is made.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How intervals are made.
    pub bootstrap: Bootstrap,
    /// How large a picture may be.
    pub limits: Limits,
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
    pub ladders: Option<LadderReport>,
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
}

impl Evaluation {
    /// Writes a row a picture as CSV, `name,label,mos,raw,score,distortion,level,error`: those
    /// scored in the table's order, then the failures.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_predictions(&self, path: &Path) -> Result<(), EvaluateError> {
        table::write(path, |out| {
            let mut out = csv::Writer::from_writer(out);
            out.write_record([
                "name",
                "label",
                "mos",
                "raw",
                "score",
                "distortion",
                "level",
                "error",
            ])?;
            for p in &self.predictions {
                out.write_record([
                    p.name.clone(),
                    p.label.to_string(),
                    p.mos.to_string(),
                    p.raw.to_string(),
                    score_of_100(p.raw).to_string(),
                    p.distortion.clone().unwrap_or_default(),
                    p.level.map_or_else(String::new, |level| level.to_string()),
                    String::new(),
                ])?;
            }
            for Failure { name, reason } in &self.failures {
                out.write_record([name, "", "", "", "", "", "", reason])?;
            }
            out.flush()
        })
    }
}
