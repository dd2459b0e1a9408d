//! Exposure brackets: one scene several times, each time with more or less light, to be merged.

use std::ops::Range;

/// Frames of a bracket.
const FRAMES: std::ops::RangeInclusive<usize> = 3..=9;
/// Exposures that differ by less than this, in stops, are the same: cameras round to thirds.
const SAME: f64 = 0.2;
/// The smallest step of a bracket that the camera noted as such, in stops: a third.
const LEAST_NOTED: f64 = 0.25;
/// The smallest step that is told by the exposures alone: a camera that measures the light anew for
/// each frame steps by less.
const LEAST_SEEN: f64 = 0.65;

/// The exposure of a frame, as the camera noted it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exposure {
    /// The light that it recorded, in stops.
    pub light: Option<f64>,
    /// How much more than the camera measured, in stops.
    pub bias: Option<f64>,
}

/// The brackets among frames that were taken one right after the other.
pub fn brackets(frames: &[Exposure]) -> Vec<Range<usize>> {
    let all = |value: fn(&Exposure) -> Option<f64>| -> Option<Vec<f64>> {
        frames.iter().map(value).collect()
    };
    let noted = all(|frame| frame.bias);
    let noted = noted.map_or_else(Vec::new, |bias| stepped(&bias, LEAST_NOTED));
    if !noted.is_empty() {
        return noted;
    }
    let light = all(|frame| frame.light);
    light.map_or_else(Vec::new, |light| stepped(&light, LEAST_SEEN))
}

/// The parts in which no value comes twice and all stand equally far apart, at least `least`.
fn stepped(values: &[f64], least: f64) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let rest = &values[start..];
        let repeated = |at: &usize| rest[..*at].iter().any(|v| (v - rest[*at]).abs() < SAME);
        let end = (1..rest.len()).find(repeated).unwrap_or(rest.len());
        if FRAMES.contains(&end) && is_even(&rest[..end], least) {
            found.push(start..start + end);
            start += end;
        } else {
            // A frame before the bracket may have the exposure of its first.
            start += 1;
        }
    }
    found
}

fn is_even(values: &[f64], least: f64) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let steps: Vec<f64> = sorted.windows(2).map(|two| two[1] - two[0]).collect();
    let mean = steps.iter().sum::<f64>() / steps.len().max(1) as f64;
    mean >= least && steps.iter().all(|step| (step - mean).abs() < SAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(bias: &[f64]) -> Vec<Range<usize>> {
        let frame = |bias: &f64| Exposure {
            light: None,
            bias: Some(*bias),
        };
        brackets(&bias.iter().map(frame).collect::<Vec<_>>())
    }

    fn seen(light: &[f64]) -> Vec<Range<usize>> {
        let frame = |light: &f64| Exposure {
            light: Some(*light),
            bias: Some(0.0),
        };
        brackets(&light.iter().map(frame).collect::<Vec<_>>())
    }

    fn one(range: Range<usize>) -> Vec<Range<usize>> {
        vec![range]
    }

    #[test]
    fn exposures_that_step_evenly_are_a_bracket() {
        assert_eq!(noted(&[0.0, -2.0, 2.0]), one(0..3));
        assert_eq!(noted(&[-0.33, 0.0, 0.33]), one(0..3));
        assert_eq!(noted(&[0.0, -0.7, 0.7, -1.3, 1.3]), one(0..5));
        // Three times by hand for a panorama.
        assert_eq!(noted(&[0.0, -1.0, 1.0].repeat(3)), [0..3, 3..6, 6..9]);
        // By the shutter alone.
        assert_eq!(seen(&[-8.0, -10.0, -6.0]), one(0..3));
        // After frames without.
        assert_eq!(noted(&[0.0, 0.0, 0.0, -1.0, 1.0]), one(2..5));
    }

    #[test]
    fn a_burst_whose_light_changes_is_none() {
        assert!(noted(&[0.0; 6]).is_empty());
        // The camera measures anew.
        assert!(seen(&[-8.0, -8.3, -8.7, -9.0]).is_empty());
        assert!(seen(&[-8.0, -8.3, -8.0, -8.7]).is_empty());
        // Steps of different size, and two frames.
        assert!(seen(&[-8.0, -9.0, -12.0]).is_empty());
        assert!(noted(&[0.0, -2.0]).is_empty());
        // One frame says nothing.
        let mut frames = vec![Exposure::default(); 3];
        frames[0].bias = Some(1.0);
        assert!(brackets(&frames).is_empty());
        assert!(brackets(&[]).is_empty());
    }
}
