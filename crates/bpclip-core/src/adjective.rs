//! The quality adjectives that a picture is compared with.

use serde::{Deserialize, Serialize};

/// One adjective, as a checkpoint's metadata lists it ([`Metadata`](crate::checkpoint::Metadata)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjective {
    /// The word.
    pub word: String,
    /// What it speaks of, such as `sharpness`: words of one dimension are summed up by
    /// [`dimension_value`].
    pub dimension: String,
    /// Whether more of it means better: true of `sharp`, false of `blurry`.
    pub higher: bool,
}

/// The 40 adjectives of the design, in order: dimension, better words, worse words.
const STANDARD: [(&str, &[&str], &[&str]); 6] = [
    (
        "sharpness",
        &["sharp", "crisp", "detailed", "focused"],
        &["blurry", "soft", "unfocused", "smeared"],
    ),
    (
        "brightness",
        &["bright", "well-lit"],
        &["dark", "underexposed", "overexposed", "glaring"],
    ),
    (
        "contrast",
        &["contrasty", "punchy"],
        &["flat", "hazy", "washed-out"],
    ),
    (
        "colour",
        &["vivid", "colorful", "natural"],
        &["dull", "faded", "oversaturated", "discolored"],
    ),
    (
        "noise",
        &["clean", "smooth", "noiseless"],
        &["noisy", "grainy", "speckled"],
    ),
    (
        "fidelity",
        &["pristine", "excellent", "good"],
        &["blocky", "pixelated", "compressed", "distorted", "bad"],
    ),
];

/// The 40 adjectives that our own checkpoints are trained with.
pub fn standard() -> Vec<Adjective> {
    let mut adjectives = Vec::new();
    for (dimension, better, worse) in STANDARD {
        for (words, higher) in [(better, true), (worse, false)] {
            adjectives.extend(words.iter().map(|word| Adjective {
                word: (*word).to_owned(),
                dimension: dimension.to_owned(),
                higher,
            }));
        }
    }
    adjectives
}

/// The dimensions that adjectives speak of, each once, in order of appearance.
pub fn dimensions(adjectives: &[Adjective]) -> Vec<&str> {
    let mut dimensions: Vec<&str> = Vec::new();
    for adjective in adjectives {
        if !dimensions.contains(&adjective.dimension.as_str()) {
            dimensions.push(&adjective.dimension);
        }
    }
    dimensions
}

/// How good a picture is in a dimension: the mean similarity of its better words less that of
/// its worse ones, -2 to 2, higher is better. `similarities` runs parallel to `adjectives`, as
/// [`mean_similarities`](crate::inspect::Prediction::mean_similarities) of the same checkpoint do.
/// A dimension with words on one side alone is measured by that side; one that no adjective speaks
/// of is 0.
pub fn dimension_value(adjectives: &[Adjective], similarities: &[f32], dimension: &str) -> f32 {
    let mean = |higher: bool| {
        let (sum, count) = adjectives
            .iter()
            .zip(similarities)
            .filter(|(adjective, _)| adjective.dimension == dimension && adjective.higher == higher)
            .fold((0.0, 0.0), |(sum, count), (_, value)| {
                (sum + value, count + 1.0)
            });
        if count > 0.0 { sum / count } else { 0.0 }
    };
    mean(true) - mean(false)
}

/// The `count` adjectives most like a picture, or all where there are fewer, best first.
/// `similarities` runs parallel to `adjectives`.
pub fn fitting<'a>(
    adjectives: &'a [Adjective],
    similarities: &[f32],
    count: usize,
) -> Vec<&'a str> {
    let words = adjectives.iter().map(|adjective| adjective.word.as_str());
    let mut words: Vec<(f32, &str)> = similarities.iter().copied().zip(words).collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0));
    words
        .into_iter()
        .take(count)
        .map(|(_, word)| word)
        .collect()
}

/// A word is told of a picture where it fits better than to this share of photographs.
const TELLING: f32 = 80.0;
/// Words told of one dimension at most.
const A_DIMENSION: usize = 2;
/// Words that praise or blame as a whole: they must agree with the score.
const GENERAL: [&str; 4] = ["pristine", "excellent", "good", "bad"];
/// Words of lower quality that cannot both be true of a picture as a whole.
const OPPOSITES: [[&[&str]; 2]; 2] = [
    [
        &["dark", "underexposed"],
        &["overexposed", "glaring", "bright", "well-lit"],
    ],
    [&["dull", "faded"], &["oversaturated"]],
];

/// The words, `count` at most, that tell most of a picture among photographs: those that fit it
/// better than at least 80 % of them, the rarest first, two of a dimension at most, never a word and
/// its opposite, and no praise of a bad picture. `percentiles` runs parallel to `adjectives`, 0 to
/// 100, as `score_percentile` is; [`Ranks::looks`](crate::inspect::report::Ranks::looks) has both
/// from a checkpoint that knows them.
pub fn telling<'a>(
    adjectives: &'a [Adjective],
    percentiles: &[f32],
    score_percentile: f32,
    count: usize,
) -> Vec<&'a str> {
    let mut words: Vec<(f32, &Adjective)> = percentiles.iter().copied().zip(adjectives).collect();
    words.retain(|(percentile, _)| *percentile >= TELLING);
    words.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut told: Vec<&Adjective> = Vec::new();
    for (_, word) in words {
        let agrees =
            !GENERAL.contains(&word.word.as_str()) || word.higher == (score_percentile >= 50.0);
        let same = told
            .iter()
            .filter(|other| other.dimension == word.dimension);
        if agrees
            && same.count() < A_DIMENSION
            && told.len() < count
            && !told.iter().any(|other| are_opposites(other, word))
        {
            told.push(word);
        }
    }
    told.into_iter().map(|word| word.word.as_str()).collect()
}

/// Whether two words cannot both be true: the better and the worse of one dimension, or words that
/// name opposite flaws.
fn are_opposites(a: &Adjective, b: &Adjective) -> bool {
    let named = OPPOSITES.iter().any(|[these, those]| {
        let on = |words: &[&str], word: &Adjective| words.contains(&word.word.as_str());
        (on(these, a) && on(those, b)) || (on(those, a) && on(these, b))
    });
    named || (a.dimension == b.dimension && a.higher != b.higher)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_tell_are_rare_and_never_opposites() {
        let adjectives = standard();
        let told = |fits: &[(&str, f32)], score: f32| -> Vec<String> {
            let percentiles: Vec<f32> = adjectives
                .iter()
                .map(|a| {
                    fits.iter()
                        .find(|(word, _)| *word == a.word)
                        .map_or(50.0, |(_, p)| *p)
                })
                .collect();
            let words = telling(&adjectives, &percentiles, score, 3);
            words.into_iter().map(str::to_owned).collect()
        };
        let dark = [
            ("underexposed", 99.0),
            ("overexposed", 97.0),
            ("excellent", 98.0),
            ("dark", 90.0),
        ];
        assert_eq!(told(&dark, 30.0), ["underexposed", "dark"]);
        assert_eq!(told(&dark, 80.0), ["underexposed", "excellent", "dark"]);
        let sharp = [("sharp", 90.0), ("blurry", 95.0), ("crisp", 85.0)];
        assert_eq!(told(&sharp, 50.0), ["blurry"]);
        let three = [
            ("blurry", 99.0),
            ("soft", 98.0),
            ("smeared", 97.0),
            ("noisy", 81.0),
        ];
        assert_eq!(told(&three, 10.0), ["blurry", "soft", "noisy"]);
        assert!(told(&[("sharp", 79.0)], 50.0).is_empty());
    }

    #[test]
    fn there_are_forty_in_six_dimensions() {
        let adjectives = standard();
        assert_eq!(adjectives.len(), 40);
        assert_eq!(
            dimensions(&adjectives),
            [
                "sharpness",
                "brightness",
                "contrast",
                "colour",
                "noise",
                "fidelity"
            ]
        );
    }

    #[test]
    fn a_dimension_is_better_less_worse() {
        let adjectives = standard();
        let similarities: Vec<f32> = adjectives
            .iter()
            .map(|a| {
                if a.dimension == "noise" && a.higher {
                    0.5
                } else {
                    0.1
                }
            })
            .collect();
        assert!((dimension_value(&adjectives, &similarities, "noise") - 0.4).abs() < 1e-6);
        assert!(dimension_value(&adjectives, &similarities, "colour").abs() < 1e-6);
    }
}
