//! What every kind owes: the same size, the same picture from the same seed, more damage from
//! more strength.

use super::{drawn, squared_error};
use bpclip_core::image::{Note, Picture};
use bpclip_core::metric::{Metric, MetricError};
use bpclip_train::distort::{
    Distortion, Family, LEVELS, Ladder, apply_all, label, level_strength, ssimulacra2,
};
use proptest::prelude::*;

fn any_kind() -> impl Strategy<Value = Distortion> {
    prop::sample::select(Distortion::ALL.to_vec())
}

fn any_picture() -> impl Strategy<Value = Picture> {
    (1u32..40, 1u32..40).prop_flat_map(|(width, height)| {
        let bytes = (width * height * 3) as usize;
        prop::collection::vec(any::<u8>(), bytes).prop_map(move |rgb| Picture {
            width,
            height,
            rgb,
            notes: vec![Note::FirstFrame],
        })
    })
}

proptest! {
    #[test]
    fn any_size_and_strength_will_do(
        kind in any_kind(),
        picture in any_picture(),
        strength in -0.5f32..1.5,
        seed in any::<u64>(),
    ) {
        let distorted = kind.apply(&picture, strength, seed);
        prop_assert_eq!((distorted.width, distorted.height), (picture.width, picture.height));
        prop_assert_eq!(distorted.rgb.len(), picture.rgb.len());
        prop_assert_eq!(&distorted.notes, &picture.notes);
        prop_assert_eq!(&distorted, &kind.apply(&picture, strength, seed));
        if strength <= 0.0 {
            prop_assert_eq!(&distorted, &picture);
        } else if strength >= 1.0 {
            prop_assert_eq!(&distorted, &kind.apply(&picture, 1.0, seed));
        }
    }

    #[test]
    fn a_mixture_is_of_different_families_in_order(seed in any::<u64>()) {
        let ladder = Ladder::mixed(seed);
        prop_assert!((2..=3).contains(&ladder.steps.len()));
        let families: Vec<Family> = ladder.steps.iter().map(|kind| kind.family()).collect();
        prop_assert!(families.is_sorted_by(|a, b| a < b));
        prop_assert_eq!(&ladder, &Ladder::mixed(seed));
    }
}

#[test]
fn sizes_that_are_extreme() {
    for (width, height) in [(1, 1), (1, 700), (700, 1), (2, 2), (17_000, 1)] {
        let picture = drawn(width, height);
        for kind in Distortion::ALL {
            for strength in [0.01, 1.0] {
                let distorted = kind.apply(&picture, strength, 1);
                assert_eq!(distorted.rgb.len(), picture.rgb.len(), "{kind:?}");
            }
        }
    }
}

#[test]
fn no_strength_is_no_change() {
    let picture = drawn(40, 30);
    for kind in Distortion::ALL {
        for strength in [0.0, -1.0, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(kind.apply(&picture, strength, 5), picture, "{kind:?}");
        }
    }
    assert_eq!(apply_all(&picture, &[], 5), picture);
}

/// Whether SSIMULACRA2 says worse. Below 30, its low quality, the order of pictures that are bad in
/// the same way says little: there it must only stay there.
fn falls(before: f64, after: f64) -> bool {
    after < before || (before < 30.0 && after < 30.0)
}

#[test]
fn damage_grows_with_the_level() {
    let picture = drawn(200, 150);
    for kind in Distortion::ALL {
        for seed in [0, 41] {
            let (mut first, mut score) = (0.0, 100.0);
            for level in 1..=LEVELS {
                let distorted = kind.apply(&picture, level_strength(level), seed);
                let more = squared_error(&picture, &distorted);
                assert!(more > first, "{kind:?} {level}: {more} from {first}");
                if level == 1 {
                    first = 0.5 * more;
                }
                let less = ssimulacra2(&picture, &distorted).unwrap();
                assert!(falls(score, less), "{kind:?} {level}: {less} after {score}");
                score = less;
            }
            assert!(score < 60.0, "{kind:?} at its worst: {score}");
        }
    }
}

/// Strength is a continuous scale: what changes by a thousandth of it is hardly seen. Left out are
/// those that come in whole cells, squares or values, and JPEG and WebP, whose least
/// loss is one already.
#[test]
fn little_more_strength_is_little_more_damage() {
    use Distortion::{
        Banding, BlockDisplacement, ColourBlocks, ColourQuantisation, Jpeg, Pixelation, Resampling,
        Webp,
    };
    let picture = drawn(120, 90);
    let stepped = [
        Banding,
        BlockDisplacement,
        ColourBlocks,
        ColourQuantisation,
        Jpeg,
        Pixelation,
        Resampling,
        Webp,
    ];
    for kind in Distortion::ALL
        .into_iter()
        .filter(|kind| !stepped.contains(kind))
    {
        for strength in [0.0, 0.199, 0.4, 0.55, 0.73, 0.999] {
            let [less, more] = [0.0, 0.001].map(|more| kind.apply(&picture, strength + more, 3));
            let change = squared_error(&less, &more);
            assert!(change < 12.0, "{kind:?} at {strength}: {change}");
        }
    }
}

#[test]
fn the_seed_decides_where_chance_has_a_part() {
    let picture = drawn(96, 72);
    let differs = |kind: &Distortion| {
        let first = kind.apply(&picture, 0.8, 1);
        (2..6).any(|seed| kind.apply(&picture, 0.8, seed) != first)
    };
    let chance: Vec<&str> = Distortion::ALL
        .iter()
        .filter(|kind| differs(kind))
        .map(|kind| kind.key())
        .collect();
    let expected = [
        "motion-blur",
        "denoising",
        "glare",
        "vignette",
        "patchy-haze",
        "colour-cast",
        "colour-shift",
        "gaussian-noise",
        "impulse-noise",
        "multiplicative-noise",
        "chroma-noise",
        "sensor-noise",
        "jitter",
        "block-displacement",
        "colour-blocks",
    ];
    assert_eq!(chance, expected);
}

#[test]
fn steps_are_done_in_order() {
    let picture = drawn(64, 48);
    let (blur, noise) = (Distortion::GaussianBlur, Distortion::GaussianNoise);
    let both = apply_all(&picture, &[(blur, 0.5), (noise, 0.5)], 9);
    assert_eq!(both, noise.apply(&blur.apply(&picture, 0.5, 9), 0.5, 10));
    assert_ne!(both, apply_all(&picture, &[(noise, 0.5), (blur, 0.5)], 9));
    // The same noise twice would be the same noise, only stronger.
    let twice = apply_all(&picture, &[(noise, 0.4), (noise, 0.4)], u64::MAX);
    assert_eq!(
        twice,
        noise.apply(&noise.apply(&picture, 0.4, u64::MAX), 0.4, 0)
    );
}

#[test]
fn a_ladder_is_named_after_its_steps() {
    let one = Ladder::of(Distortion::Jpeg, 3);
    assert_eq!(
        (one.name().as_str(), one.dimension().as_str()),
        ("jpeg", "fidelity")
    );
    let picture = drawn(48, 40);
    assert_eq!(
        one.apply(&picture, 0.6),
        Distortion::Jpeg.apply(&picture, 0.6, 3)
    );
    let several = Ladder {
        steps: vec![Distortion::Haze, Distortion::Pixelation, Distortion::Jpeg],
        seed: 0,
    };
    assert_eq!(several.name(), "haze+pixelation+jpeg");
    assert_eq!(several.dimension(), "contrast+fidelity");
}

#[test]
fn a_mixture_falls_along_its_levels() {
    let picture = drawn(160, 120);
    for seed in 0..6 {
        let ladder = Ladder::mixed(seed);
        let scores: Vec<f64> = (0..=LEVELS)
            .map(|level| ladder.apply(&picture, level_strength(level)))
            .map(|distorted| ssimulacra2(&picture, &distorted).unwrap())
            .collect();
        assert!(
            scores.windows(2).all(|pair| falls(pair[0], pair[1])),
            "{}: {scores:?}",
            ladder.name()
        );
    }
}

#[test]
fn levels_are_evenly_spaced() {
    let strengths: Vec<f32> = (0..=LEVELS + 1).map(level_strength).collect();
    assert_eq!(strengths, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0]);
}

#[test]
fn pairs_that_cannot_be_measured() {
    let sized = |width, height| drawn(width, height);
    assert_eq!(
        ssimulacra2(&sized(16, 16), &sized(16, 17)),
        Err(MetricError::UnequalSize {
            picture: (16, 17),
            reference: (16, 16),
        })
    );
    let small = Err(MetricError::TooSmall {
        metric: Metric::Ssimulacra2,
        width: 7,
        height: 30,
    });
    assert_eq!(ssimulacra2(&sized(7, 30), &sized(7, 30)), small);
    assert!(ssimulacra2(&sized(8, 8), &sized(8, 8)).unwrap() > 99.9);
}

#[test]
fn the_label_keeps_the_order() {
    assert!((label(100.0) - 1.0).abs() < 1e-12);
    assert!((label(65.0) - 0.65).abs() < 1e-12);
    assert!((label(30.0) - 0.3).abs() < 1e-12);
    assert!((label(0.0) - 0.3 / std::f64::consts::E).abs() < 1e-12);
    let labels: Vec<f64> = (-40..=10)
        .map(|tens| label(f64::from(tens) * 10.0))
        .collect();
    assert!(labels.is_sorted_by(|a, b| a < b) && labels[0] > 0.0);
}
