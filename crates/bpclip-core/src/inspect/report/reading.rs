//! What a prediction means to a person: ranks among photographs, and how sure the score is.

use crate::checkpoint::{Certainty, Distribution, Metadata};
use crate::image::Fingerprint;
use crate::inspect::{Inspection, Prediction, score_of_100};
use crate::text::{Adjective, fitting, telling};
use serde::Serialize;

/// What a checkpoint knows of photographs and of its own errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ranks<'a> {
    /// Where scores and words lie over photographs.
    pub distribution: Option<&'a Distribution>,
    /// How sure a score is.
    pub certainty: Option<&'a Certainty>,
    /// The pictures that it learned from.
    pub seen: &'a [Fingerprint],
}

impl<'a> Ranks<'a> {
    /// Those of a checkpoint.
    pub fn of(metadata: &'a Metadata) -> Self {
        Self {
            distribution: metadata.distribution.as_ref(),
            certainty: metadata.certainty.as_ref(),
            seen: &metadata.seen,
        }
    }

    /// The `count` words, or fewer, that tell most of a picture: by rank among photographs where
    /// those are known ([`telling`]), else the most similar ([`fitting`]).
    pub fn looks<'w>(
        &self,
        adjectives: &'w [Adjective],
        prediction: &Prediction,
        count: usize,
    ) -> Vec<&'w str> {
        let similarities = prediction.mean_similarities();
        match self.distribution {
            None => fitting(adjectives, &similarities, count),
            Some(distribution) => telling(
                adjectives,
                &distribution.word_percentiles(&similarities),
                distribution.score_percentile(prediction.raw),
                count,
            ),
        }
    }
}

/// Words as a sentence has them; "like most photographs" where none tells.
pub fn in_words(words: &[&str]) -> String {
    match words {
        [] => "like most photographs".to_owned(),
        words => words.join(", "),
    }
}

/// A prediction read among photographs; what the checkpoint does not know is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// The share of photographs, 0 to 100, that score lower.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_percentile: Option<f32>,
    /// The share of photographs that each adjective fits less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_percentiles: Option<Vec<f32>>,
    /// The scores, of 100, between which people's rating lies, with the stated coverage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f32; 2]>,
    /// That coverage, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Whether the checkpoint learned from this picture, so that its score is no measure of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub learned_from: bool,
}

impl Reading {
    /// Reads an inspection.
    pub fn new(inspection: &Inspection, ranks: Ranks) -> Self {
        let prediction = &inspection.prediction;
        let distribution = ranks.distribution;
        let same = |seen: &Fingerprint| seen.is_same(inspection.fingerprint);
        Self {
            score_percentile: distribution.map(|d| d.score_percentile(prediction.raw)),
            word_percentiles: distribution
                .map(|d| d.word_percentiles(&prediction.mean_similarities())),
            interval: ranks
                .certainty
                .map(|certainty| certainty.interval(prediction.raw).map(score_of_100)),
            coverage: ranks.certainty.map(|certainty| certainty.coverage),
            learned_from: ranks.seen.iter().any(same),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::Look;
    use crate::text::standard;

    #[test]
    fn ranks_choose_the_words_and_stand_beside_the_numbers() {
        let pictures: Vec<(f32, Vec<f32>)> = (0..100)
            .map(|i| (i as f32 / 100.0, vec![i as f32 / 100.0; 40]))
            .collect();
        let distribution = Distribution::of("made", &pictures).unwrap();
        let adjectives = standard();
        let mut similarities = vec![0.5; 40];
        similarities[0] = 0.95; // sharp
        similarities[12] = 0.99; // overexposed
        let prediction = Prediction {
            raw: 0.9,
            similarities: vec![similarities],
            image_features: Vec::new(),
            look: Look::default(),
        };
        let ranks = Ranks {
            distribution: Some(&distribution),
            ..Ranks::default()
        };
        assert_eq!(adjectives[12].word, "overexposed");
        assert_eq!(
            ranks.looks(&adjectives, &prediction, 3),
            ["overexposed", "sharp"]
        );
        assert_eq!(Ranks::default().looks(&adjectives, &prediction, 3).len(), 3);
        let inspection = Inspection {
            width: 4,
            height: 3,
            scored_width: 4,
            scored_height: 3,
            prediction,
            notes: Vec::new(),
            sharpness: None,
            fingerprint: Fingerprint::default(),
            detail: None,
        };
        let value = serde_json::to_value(Reading::new(&inspection, ranks)).unwrap();
        assert!((value["score_percentile"].as_f64().unwrap() - 90.9).abs() < 0.1);
        assert!(value.get("interval").is_none());
        let seen = Ranks {
            seen: &[Fingerprint::default()],
            ..Ranks::default()
        };
        assert!(Reading::new(&inspection, seen).learned_from);
        let nothing = Reading::new(&inspection, Ranks::default());
        assert_eq!(serde_json::to_string(&nothing).unwrap(), "{}");
    }
}
