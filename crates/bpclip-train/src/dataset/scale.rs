//! Labels of every dataset on one scale.

use super::options::Range;
use serde::{Deserialize, Serialize};

/// What a dataset's labels mean, and how they become a mos in 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelScale {
    /// The lowest label of the scale, not of the data.
    pub min: f64,
    /// The highest label of the scale.
    pub max: f64,
    /// Whether a lower label is a better picture, as with differences from the reference (DMOS).
    pub lower_better: bool,
    /// What was measured, in words.
    pub meaning: String,
}

impl LabelScale {
    /// A scale from `min` to `max`.
    pub(super) fn new(min: f64, max: f64, lower_better: bool, meaning: &str) -> Self {
        Self {
            min,
            max,
            lower_better,
            meaning: meaning.into(),
        }
    }

    /// The label in 0 to 1, higher is better: `(label - min) / (max - min)`, or 1 minus that where
    /// lower labels are better. Labels beyond the scale are held at its ends.
    pub fn to_mos(&self, label: f64) -> f32 {
        let share = ((label - self.min) / self.span()).clamp(0.0, 1.0);
        (if self.lower_better {
            1.0 - share
        } else {
            share
        }) as f32
    }

    /// The label of a mos: the inverse of [`LabelScale::to_mos`] within the scale.
    pub fn from_mos(&self, mos: f32) -> f64 {
        let share = f64::from(mos);
        let share = if self.lower_better {
            1.0 - share
        } else {
            share
        };
        self.min + share * self.span()
    }

    /// The highest less the lowest label.
    pub fn span(&self) -> f64 {
        self.max - self.min
    }

    /// Whether `label` is on the scale.
    pub(super) fn holds(&self, label: f64) -> bool {
        (self.min..=self.max).contains(&label)
    }

    /// Which way is better, in words.
    pub const fn direction(&self) -> &'static str {
        if self.lower_better {
            "lower is better"
        } else {
            "higher is better"
        }
    }

    /// The same with what a person said of it.
    pub(super) fn overridden(mut self, range: Option<Range>, lower_better: Option<bool>) -> Self {
        if let Some(range) = range {
            (self.min, self.max) = (range.min, range.max);
        }
        self.lower_better = lower_better.unwrap_or(self.lower_better);
        self
    }
}

/// The usual scales, from the narrowest.
const USUAL: [(f64, f64); 4] = [(0.0, 1.0), (1.0, 5.0), (0.0, 10.0), (0.0, 100.0)];

/// The scale that labels of unknown origin lie on: the first usual one that holds all of them, else
/// from the lowest to the highest. With a sentence that says so, since it is a guess. `None` where
/// there are no two different labels to guess from.
pub(super) fn guessed(labels: &[f64], lower_better: bool) -> Option<(LabelScale, String)> {
    let low = labels.iter().copied().fold(f64::INFINITY, f64::min);
    let high = labels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let usual = USUAL
        .into_iter()
        .find(|(min, max)| *min <= low && high <= *max);
    let (min, max) = match usual {
        Some(range) => range,
        None if low < high => (low, high),
        None => return None,
    };
    let scale = LabelScale::new(min, max, lower_better, "rating as in the table");
    let how = match usual {
        Some(_) => "the narrowest usual scale that holds them",
        None => "the lowest and the highest there is",
    };
    let note = format!(
        "Labels run from {low} to {high} and are taken as {min} to {max}, {how}, {}. --range and --lower-better say otherwise.",
        scale.direction()
    );
    Some((scale, note))
}
