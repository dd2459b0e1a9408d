//! Maps, their colours, and maps over pictures.

use super::files::pattern;
use bpclip_core::image::{ColourMap, Map, colourise, overlay};
use proptest::prelude::*;

fn map(width: usize, height: usize, values: &[f32]) -> Map {
    Map {
        width,
        height,
        values: values.to_vec(),
    }
}

#[test]
fn the_range_is_that_of_the_numbers() {
    assert_eq!(map(3, 1, &[2.0, -1.0, 0.5]).range(), (-1.0, 2.0));
    assert_eq!(
        map(4, 1, &[f32::NAN, 3.0, f32::INFINITY, f32::NEG_INFINITY]).range(),
        (3.0, 3.0)
    );
    assert_eq!(map(0, 0, &[]).range(), (0.0, 0.0));
}

#[test]
fn resampling_is_bilinear_at_centres() {
    let twice = map(2, 1, &[0.0, 4.0]).resampled(4, 1);
    assert_eq!(twice.values, [0.0, 1.0, 3.0, 4.0]);
    let half = map(4, 2, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]).resampled(2, 1);
    assert_eq!(half.values, [2.5, 4.5]);
    assert_eq!(map(0, 0, &[]).resampled(2, 1).values, [0.0, 0.0]);
    assert!(map(2, 1, &[0.0, 1.0]).resampled(0, 3).values.is_empty());
}

#[test]
fn colours_run_from_the_first_to_the_last() {
    for colours in ColourMap::ALL {
        let table = colours.table();
        let picture = colourise(
            &map(5, 1, &[-1.0, 0.0, 1.0, 2.0, f32::NAN]),
            (0.0, 1.0),
            colours,
        );
        let expected = [table[0], table[0], table[255], table[255], table[0]];
        assert_eq!(picture.rgb, expected.as_flattened(), "{}", colours.label());
        assert_eq!(serde_json::to_value(colours).unwrap(), colours.key());
        // Ever lighter, so that it reads without colour.
        let lightness = table
            .map(|[r, g, b]| 0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b));
        assert!(
            lightness.windows(2).all(|pair| pair[1] >= pair[0] - 1.0)
                && lightness[255] - lightness[0] > 150.0
        );
    }
}

#[test]
fn odd_maps_are_survived() {
    let picture = pattern(7, 5);
    for values in [
        [1.0; 4],
        [f32::NAN; 4],
        [f32::INFINITY; 4],
        [f32::MAX, f32::MIN, 0.0, 1.0],
    ] {
        let map = map(2, 2, &values);
        for range in [
            map.range(),
            (0.0, 0.0),
            (1.0, 0.0),
            (f32::NAN, f32::NAN),
            (f32::MIN, f32::MAX),
        ] {
            assert_eq!(colourise(&map, range, ColourMap::Viridis).rgb.len(), 12);
            assert_eq!(
                overlay(&picture, &map, range, ColourMap::Magma, f32::NAN),
                picture
            );
        }
    }
}

proptest! {
    #[test]
    fn resampling_stays_in_range(
        values in prop::collection::vec(-1e6f32..1e6, 12),
        width in 1usize..20,
        height in 1usize..20,
    ) {
        let map = map(4, 3, &values);
        prop_assert_eq!(&map.resampled(4, 3), &map);
        let resampled = map.resampled(width, height);
        prop_assert_eq!(resampled.values.len(), width * height);
        let ((low, high), slack) = (map.range(), 0.25);
        prop_assert!(resampled.values.iter().all(|v| (low - slack..=high + slack).contains(v)));
        let flat = Map { values: vec![values[0]; 12], ..map };
        prop_assert!(flat.resampled(width, height).values.iter().all(|v| *v == values[0]));
    }

    #[test]
    fn overlays_blend(values in prop::collection::vec(0f32..1.0, 6), opacity in 0f32..=1.0) {
        let (picture, map) = (pattern(9, 8), map(3, 2, &values));
        let over = |opacity| overlay(&picture, &map, (0.0, 1.0), ColourMap::Cividis, opacity);
        let heat = colourise(&map.resampled(9, 8), (0.0, 1.0), ColourMap::Cividis);
        prop_assert_eq!(&over(0.0), &picture);
        prop_assert_eq!(over(1.0).rgb, heat.rgb.clone());
        for ((found, below), above) in over(opacity).rgb.iter().zip(&picture.rgb).zip(&heat.rgb) {
            let (below, above, share) = (f64::from(*below), f64::from(*above), f64::from(opacity));
            let exact = below + (above - below) * share;
            prop_assert!((f64::from(*found) - exact).abs() < 0.51);
        }
    }
}
