//! The size policy and resizing.

use super::files::{assert_close, pattern};
use bpclip_core::image::{Note, Picture, SizePolicy, resize};
use proptest::prelude::*;
use safetensors::SafeTensors;

#[test]
fn the_checkpoints_policy() {
    let policy: SizePolicy =
        serde_json::from_str(r#"{"shorter_side": 512, "enlarge": false}"#).unwrap();
    assert_eq!(
        policy,
        SizePolicy {
            shorter_side: Some(512),
            enlarge: false
        }
    );
    assert_eq!(policy.apply(6000, 4000), (768, 512));
    assert_eq!(policy.apply(4000, 6001), (512, 768));
    assert_eq!(policy.apply(500, 500), (500, 500));
    assert_eq!(policy.apply(512, 9000), (512, 9000));
    assert_eq!(
        SizePolicy {
            enlarge: true,
            ..policy
        }
        .apply(256, 300),
        (512, 600)
    );
    assert_eq!(
        SizePolicy {
            shorter_side: None,
            ..policy
        }
        .apply(6000, 4000),
        (6000, 4000)
    );
    assert!(
        serde_json::from_str::<SizePolicy>(
            r#"{"shorter_side": 512, "enlarge": false, "longer": 1}"#
        )
        .is_err()
    );
}

fn policies() -> impl Strategy<Value = SizePolicy> {
    let side = prop_oneof![1u32..2000, any::<u32>()];
    (prop::option::of(side), any::<bool>()).prop_map(|(shorter_side, enlarge)| SizePolicy {
        shorter_side,
        enlarge,
    })
}

fn sides() -> impl Strategy<Value = u32> {
    prop_oneof![1u32..10_000, any::<u32>()]
}

proptest! {
    #[test]
    fn sizes_are_sound(policy in policies(), width in sides(), height in sides()) {
        let (w, h) = policy.apply(width, height);
        prop_assert!(w >= 1 && h >= 1);
        prop_assert_eq!((h, w), policy.apply(height, width));
        let (width, height) = (width.max(1), height.max(1));
        match policy.shorter_side {
            Some(side) if policy.enlarge || side < width.min(height) => {
                prop_assert_eq!(w.min(h), side.max(1));
                let (longer, kept) = (width.max(height), width.min(height));
                let ideal = f64::from(longer) * f64::from(side.max(1)) / f64::from(kept);
                let off = (f64::from(w.max(h)) - ideal).abs();
                prop_assert!(ideal > f64::from(u32::MAX) || off <= 0.5 + 1e-6);
            }
            _ => prop_assert_eq!((w, h), (width, height)),
        }
        prop_assert!(policy.enlarge || (w <= width && h <= height));
    }

    #[test]
    fn resizing_keeps_a_flat_colour(
        colour in any::<[u8; 3]>(),
        (width, height) in (1u32..40, 1u32..40),
        (to_width, to_height) in (0u32..40, 0u32..40),
    ) {
        let flat = |width: u32, height: u32| {
            let rgb = colour.repeat((width * height) as usize);
            Picture { width, height, rgb, notes: vec![] }
        };
        let resized = resize(flat(width, height), to_width, to_height);
        prop_assert_eq!(resized, flat(to_width.max(1), to_height.max(1)));
    }
}

#[test]
fn the_same_size_is_handed_back() {
    let picture = Picture {
        notes: vec![Note::FirstFrame],
        ..pattern(30, 20)
    };
    let (copy, at) = (picture.clone(), picture.rgb.as_ptr());
    let same = resize(picture, 30, 20);
    assert_eq!(same.rgb.as_ptr(), at);
    assert_eq!(same, copy);
    assert_eq!(resize(same, 15, 10).notes, [Note::FirstFrame]);
}

#[test]
fn resizing_agrees_with_pillow() {
    let bytes = std::fs::read("tests/golden/resize.safetensors").unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for name in ["first", "second"] {
        let picture = |kind: &str| {
            let tensor = file.tensor(&format!("{name}.{kind}")).unwrap();
            let &[height, width, 3] = tensor.shape() else {
                panic!("{:?}", tensor.shape())
            };
            Picture {
                width: width as u32,
                height: height as u32,
                rgb: tensor.data().to_vec(),
                notes: vec![],
            }
        };
        let expected = picture("output");
        let found = resize(picture("input"), expected.width, expected.height);
        assert_close(&found.rgb, &expected.rgb, 1);
    }
}
