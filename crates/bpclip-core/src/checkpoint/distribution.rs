//! Where scores and words lie over real photographs, so that a number can be read as a rank.

use serde::{Deserialize, Serialize};

/// Steps between the quantiles that are kept: 0 %, 1 %, .. 100 %.
const STEPS: usize = 100;

/// The distribution of the score and of every word over photographs, as a checkpoint carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Which photographs.
    pub set: String,
    /// How many of them.
    pub pictures: usize,
    /// The raw score's quantiles, evenly spaced from the least to the greatest.
    pub raw: Vec<f32>,
    /// The same of each adjective's similarity, the mean of the levels.
    pub words: Vec<Vec<f32>>,
}

impl Distribution {
    /// Over photographs, each with its raw score and an adjective's mean similarity a column. None
    /// of fewer than 20, which say nothing of ranks.
    pub fn of(set: &str, pictures: &[(f32, Vec<f32>)]) -> Option<Self> {
        let words = pictures.first()?.1.len();
        if pictures.len() < 20 {
            return None;
        }
        let column = |word: usize| {
            let values = pictures.iter().filter_map(|(_, words)| words.get(word));
            quantiles(values.copied().collect())
        };
        Some(Self {
            set: set.to_owned(),
            pictures: pictures.len(),
            raw: quantiles(pictures.iter().map(|(raw, _)| *raw).collect()),
            words: (0..words).map(column).collect(),
        })
    }

    /// The share of the photographs, 0 to 100, whose raw score is lower.
    pub fn score_percentile(&self, raw: f32) -> f32 {
        percentile(&self.raw, raw)
    }

    /// The share of the photographs, 0 to 100, which each adjective fits less; `similarities` are
    /// the means of the levels, one an adjective.
    pub fn word_percentiles(&self, similarities: &[f32]) -> Vec<f32> {
        let words = self.words.iter().zip(similarities);
        words
            .map(|(quantiles, value)| percentile(quantiles, *value))
            .collect()
    }

    /// Whether it fits this many adjectives and holds nothing but ordered numbers.
    pub fn is_sound(&self, adjectives: usize) -> bool {
        let ordered = |values: &Vec<f32>| {
            values.len() > 1
                && values.iter().all(|value| value.is_finite())
                && values.windows(2).all(|pair| pair[0] <= pair[1])
        };
        self.words.len() == adjectives && ordered(&self.raw) && self.words.iter().all(ordered)
    }
}

/// Evenly spaced quantiles, by linear interpolation between the sorted values.
fn quantiles(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let last = values.len().saturating_sub(1);
    (0..=STEPS)
        .filter_map(|step| {
            let place = step as f64 / STEPS as f64 * last as f64;
            let below = place.floor() as usize;
            let (low, high) = (values.get(below)?, values.get((below + 1).min(last))?);
            let part = (place - below as f64) as f32;
            Some(low + (high - low) * part)
        })
        .collect()
}

/// Where a value lies among quantiles, 0 to 100, in the middle of those that equal it.
fn percentile(quantiles: &[f32], value: f32) -> f32 {
    let last = quantiles.len().saturating_sub(1).max(1) as f32;
    let below = quantiles.partition_point(|quantile| *quantile < value);
    let through = quantiles.partition_point(|quantile| *quantile <= value);
    let place = if through > below {
        (below + through - 1) as f32 / 2.0
    } else {
        match (
            below.checked_sub(1).and_then(|left| quantiles.get(left)),
            quantiles.get(below),
        ) {
            (Some(left), Some(right)) => (below - 1) as f32 + (value - left) / (right - left),
            (None, _) => 0.0,
            (_, None) => last,
        }
    };
    100.0 * place / last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution() -> Distribution {
        let pictures: Vec<(f32, Vec<f32>)> = (0..=200)
            .map(|i| (i as f32 / 200.0, vec![-(i as f32), 3.0]))
            .collect();
        Distribution::of("made", &pictures).unwrap()
    }

    #[test]
    fn a_value_has_its_rank() {
        let distribution = distribution();
        assert!(distribution.is_sound(2) && !distribution.is_sound(3));
        for (raw, rank) in [
            (-1.0, 0.0),
            (0.0, 0.0),
            (0.305, 30.5),
            (0.96, 96.0),
            (2.0, 100.0),
        ] {
            let found = distribution.score_percentile(raw);
            assert!((found - rank).abs() < 1e-3, "{raw}: {found}");
        }
        let words = distribution.word_percentiles(&[-150.0, 3.0]);
        assert!((words[0] - 25.0).abs() < 1e-3 && (words[1] - 50.0).abs() < 1e-3);
    }

    #[test]
    fn few_photographs_make_none() {
        assert!(Distribution::of("made", &vec![(0.5, vec![0.1]); 19]).is_none());
        assert!(Distribution::of("made", &[]).is_none());
    }

    #[test]
    fn what_is_out_of_order_or_no_number_is_not_sound() {
        let mut wrong = distribution();
        wrong.raw.swap(3, 60);
        assert!(!wrong.is_sound(2));
        let mut wrong = distribution();
        wrong.words[0][100] = f32::NAN;
        assert!(!wrong.is_sound(2));
    }
}
