//! What is known of each kind.

use bpclip_core::text;
use bpclip_train::distort::{Distortion, Family};
use clap::ValueEnum;
use std::collections::HashSet;

#[test]
fn keys_are_unique_and_the_same_everywhere() {
    assert!(Distortion::ALL.len() >= 25);
    assert_eq!(Distortion::ALL, Distortion::value_variants());
    let keys: HashSet<&str> = Distortion::ALL.into_iter().map(Distortion::key).collect();
    let labels: HashSet<&str> = Distortion::ALL.into_iter().map(Distortion::label).collect();
    assert_eq!(keys.len(), Distortion::ALL.len());
    assert_eq!(labels.len(), Distortion::ALL.len());
    for kind in Distortion::ALL {
        let json = serde_json::to_value(kind).unwrap();
        assert_eq!(json, kind.key());
        assert_eq!(serde_json::from_value::<Distortion>(json).unwrap(), kind);
        assert_eq!(Distortion::from_str(kind.key(), false), Ok(kind));
        let value = kind.to_possible_value().unwrap();
        assert!(value.get_help().is_some(), "{kind:?} has no line of help");
    }
}

#[test]
fn adjectives_are_worse_words_of_a_known_dimension() {
    let adjectives = text::standard();
    let dimensions = text::dimensions(&adjectives);
    let find = |word: &str| adjectives.iter().find(|known| known.word == word);
    for kind in Distortion::ALL {
        assert!(dimensions.contains(&kind.dimension()), "{kind:?}");
        let words = kind.adjectives();
        assert!(!words.is_empty(), "{kind:?}");
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        for word in words {
            let known = find(word).unwrap_or_else(|| panic!("{word} of {kind:?} is unknown"));
            assert!(!known.higher, "{word} of {kind:?} is praise");
        }
        let own = find(words[0]).unwrap();
        assert_eq!(own.dimension, kind.dimension(), "{kind:?}");
    }
    for dimension in dimensions {
        let kinds = Distortion::ALL.into_iter();
        assert!(
            kinds.filter(|kind| kind.dimension() == dimension).count() >= 3,
            "{dimension}"
        );
    }
}

#[test]
fn every_family_has_members() {
    for family in Family::ALL {
        let members = Distortion::ALL.into_iter();
        assert!(
            members.filter(|kind| kind.family() == family).count() >= 3,
            "{family:?}"
        );
    }
}

/// The kinds that the bundled weights were trained with.
#[test]
#[rustfmt::skip]
fn the_first_sixteen_keep_their_adjectives() {
    use Distortion::*;
    let expected: [(Distortion, &str, &[&str]); 16] = [
        (GaussianBlur, "sharpness", &["blurry", "soft", "unfocused", "smeared"]),
        (MotionBlur, "sharpness", &["blurry", "smeared"]),
        (Resampling, "sharpness", &["blurry", "soft", "pixelated"]),
        (Darkening, "brightness", &["dark", "underexposed"]),
        (Overexposure, "brightness", &["overexposed", "glaring"]),
        (Flattening, "contrast", &["flat", "hazy", "washed-out"]),
        (Haze, "contrast", &["flat", "hazy", "washed-out"]),
        (Desaturation, "colour", &["dull", "faded"]),
        (Oversaturation, "colour", &["oversaturated"]),
        (ColourCast, "colour", &["discolored"]),
        (GaussianNoise, "noise", &["noisy", "grainy"]),
        (ImpulseNoise, "noise", &["speckled", "noisy"]),
        (MultiplicativeNoise, "noise", &["noisy", "grainy", "speckled"]),
        (Jpeg, "fidelity", &["blocky", "compressed", "distorted"]),
        (Webp, "fidelity", &["compressed", "smeared"]),
        (Pixelation, "fidelity", &["pixelated", "blocky"]),
    ];
    for (kind, dimension, adjectives) in expected {
        assert_eq!((kind.dimension(), kind.adjectives()), (dimension, adjectives), "{kind:?}");
    }
}
