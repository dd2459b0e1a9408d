//! What a distortion does to each adjective.

use super::Distortion;
use bpclip_core::text::Adjective;

/// What becomes of an adjective as a distortion grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It fits better.
    Rises,
    /// It fits worse.
    Falls,
    /// It fits as before: the distortion has nothing to do with it.
    Stays,
    /// Nothing is known: it depends on the picture.
    Free,
}

/// Praise of the whole, which no distorted picture deserves more than before.
const PRAISE: [&str; 3] = ["pristine", "excellent", "good"];

/// What a kind does beyond its own dimension.
struct Beyond {
    /// Words that it rules out.
    falls: &'static [&'static str],
    /// Words of which nothing is known.
    free: &'static [&'static str],
    /// Dimensions of which nothing is known.
    dimensions: &'static [&'static str],
}

impl Distortion {
    /// What it does to an adjective. Its [own](Self::adjectives) rise; the better words of its
    /// dimension, praise of the whole and what it rules out fall; what has nothing to do with it
    /// stays.
    pub fn effect(self, adjective: &Adjective) -> Effect {
        let word = adjective.word.as_str();
        let beyond = self.beyond();
        if self.adjectives().contains(&word) {
            Effect::Rises
        } else if beyond.free.contains(&word) || word == "bad" {
            Effect::Free
        } else if beyond.falls.contains(&word) || PRAISE.contains(&word) {
            Effect::Falls
        } else if adjective.dimension == self.dimension() {
            match adjective.higher {
                true => Effect::Falls,
                false => Effect::Free,
            }
        } else if beyond.dimensions.contains(&adjective.dimension.as_str()) {
            Effect::Free
        } else {
            Effect::Stays
        }
    }

    #[rustfmt::skip]
    fn beyond(self) -> Beyond {
        const NONE: &[&str] = &[];
        const DARK: &[&str] = &["dark", "underexposed"];
        const LIGHT: &[&str] = &["overexposed", "glaring"];
        let beyond = |falls, free, dimensions| Beyond { falls, free, dimensions };
        match self {
            Self::GaussianBlur | Self::LensBlur | Self::MotionBlur => beyond(NONE, NONE, &["noise"]),
            Self::Resampling => beyond(NONE, NONE, &["noise", "fidelity"]),
            Self::MedianFilter | Self::Denoising => beyond(NONE, NONE, &["noise", "fidelity"]),
            Self::Darkening | Self::MeanShift | Self::Vignette => beyond(LIGHT, NONE, &["contrast", "colour", "noise"]),
            Self::Overexposure | Self::Brightening | Self::Glare => beyond(DARK, &["bright"], &["contrast", "colour", "noise"]),
            Self::ContrastBoost => beyond(&["flat", "hazy", "washed-out"], &["bright", "well-lit", "dark"], &["contrast", "colour", "noise", "sharpness"]),
            Self::Flattening => beyond(NONE, NONE, &["brightness", "colour", "sharpness", "noise"]),
            Self::Haze | Self::PatchyHaze => beyond(DARK, NONE, &["brightness", "colour", "sharpness", "noise"]),
            Self::Desaturation => beyond(&["oversaturated"], &["natural"], &["contrast"]),
            Self::Oversaturation => beyond(&["dull", "faded"], &["vivid", "colorful"], &["contrast", "brightness"]),
            Self::ColourCast => beyond(NONE, &["vivid", "colorful"], &["contrast", "brightness"]),
            Self::ColourShift | Self::ColourDiffusion | Self::ChromaticAberration => beyond(NONE, &["vivid", "colorful"], &["sharpness", "fidelity"]),
            Self::ColourQuantisation => beyond(NONE, &["vivid", "colorful"], &["noise", "fidelity", "contrast"]),
            Self::GaussianNoise | Self::MultiplicativeNoise | Self::SensorNoise => beyond(NONE, NONE, &["fidelity"]),
            Self::ImpulseNoise | Self::ChromaNoise => beyond(NONE, NONE, &["fidelity", "colour"]),
            Self::Jpeg | Self::Webp | Self::WaveletCompression => beyond(NONE, NONE, &["sharpness", "noise"]),
            Self::Pixelation => beyond(NONE, NONE, &["sharpness", "noise"]),
            Self::Banding => beyond(NONE, NONE, &["colour", "contrast", "noise", "sharpness"]),
            Self::Jitter | Self::BlockDisplacement | Self::Interlacing => beyond(NONE, NONE, &["sharpness", "noise"]),
            Self::ColourBlocks => beyond(NONE, NONE, &["colour", "noise", "sharpness"]),
            Self::Oversharpening => beyond(&["blurry", "soft", "unfocused", "smeared"], NONE, &["sharpness", "contrast", "noise"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::text::standard;

    #[test]
    fn own_words_rise_better_ones_fall_and_opposites_are_ruled_out() {
        let adjectives = standard();
        for kind in Distortion::ALL {
            let words = |effect| {
                let words = adjectives.iter().filter(|a| kind.effect(a) == effect);
                words.map(|a| a.word.as_str()).collect::<Vec<_>>()
            };
            let mut rises = words(Effect::Rises);
            let mut own = kind.adjectives().to_vec();
            rises.sort_unstable();
            own.sort_unstable();
            assert_eq!(rises, own, "{kind:?}");
            assert!(
                PRAISE
                    .iter()
                    .all(|word| words(Effect::Falls).contains(word))
            );
            assert!(!words(Effect::Stays).is_empty(), "{kind:?}");
        }
        let effect = |kind: Distortion, word: &str| {
            kind.effect(adjectives.iter().find(|a| a.word == word).unwrap())
        };
        assert_eq!(effect(Distortion::Darkening, "overexposed"), Effect::Falls);
        assert_eq!(
            effect(Distortion::Overexposure, "underexposed"),
            Effect::Falls
        );
        assert_eq!(effect(Distortion::GaussianBlur, "dark"), Effect::Stays);
        assert_eq!(effect(Distortion::GaussianNoise, "blurry"), Effect::Stays);
        assert_eq!(effect(Distortion::Jpeg, "bad"), Effect::Free);
    }
}
