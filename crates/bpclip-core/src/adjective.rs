//! The quality adjectives that a picture is compared with.

use serde::{Deserialize, Serialize};

/// One adjective, as a checkpoint's metadata lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjective {
    /// The word.
    pub word: String,
    /// What it speaks of, such as `sharpness`.
    pub dimension: String,
    /// Whether more of it means better.
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
/// its worse ones, -2 to 2. `similarities` runs parallel to `adjectives`. A dimension with
/// words on one side alone is measured by that side.
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

/// The `count` adjectives most like a picture, best first. `similarities` runs parallel to
/// `adjectives`.
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

#[cfg(test)]
mod tests {
    use super::*;

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
