//! How sure a score is: an interval a picture, and who of two is better, both fitted on pictures
//! that the network never learned from.

use serde::{Deserialize, Serialize};

/// What is known of a checkpoint's errors, in units of its raw score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    /// Which pictures it was fitted on.
    pub set: String,
    /// How many of them.
    pub pictures: usize,
    /// The share of the pictures whose label the interval should hold.
    pub coverage: f64,
    /// The share that it held when it was fitted on four fifths of the pictures and tried on the
    /// fifth, over all fifths.
    pub covered: f64,
    /// The expected absolute error at a raw score `p` is `spread[0] + spread[1] p`, and never below
    /// `least`.
    pub spread: [f64; 2],
    /// The least expected error.
    pub least: f64,
    /// How many expected errors the interval reaches to either side.
    pub reach: f64,
    /// `P(people prefer A) = 1 / (1 + exp(-pair_slope (p_A - p_B)))`.
    pub pair_slope: f64,
    /// Expected calibration error of that probability, tried as `covered` was.
    pub pair_error: f64,
}

/// Pictures below which nothing is fitted.
pub const LEAST_PICTURES: usize = 40;
/// Others that a picture makes pairs with at most.
const PARTNERS: usize = 100;
/// Parts that the pictures are divided into to try what was fitted.
const FOLDS: usize = 5;
/// Bins of the reliability of pairs.
pub const BINS: usize = 10;

impl Certainty {
    /// Fitted on `(raw score, label)` of pictures held out, both on the label's 0 to 1. None of
    /// fewer than [`LEAST_PICTURES`], or where the scores do not follow the labels at all.
    pub fn fit(set: &str, points: &[(f64, f64)], coverage: f64) -> Option<Self> {
        if points.len() < LEAST_PICTURES {
            return None;
        }
        let (spread, least, reach) = interval(points, coverage)?;
        let pair_slope = slope(points)?;
        let mut held = 0;
        let mut pairs = Vec::new();
        for fold in 0..FOLDS {
            let is_in = |index: usize| index % FOLDS == fold;
            let part = |inside: bool| -> Vec<(f64, f64)> {
                let points = points.iter().enumerate();
                let kept = points.filter(|(index, _)| is_in(*index) == inside);
                kept.map(|(_, point)| *point).collect()
            };
            let (rest, tried) = (part(false), part(true));
            let (spread, least, reach) = interval(&rest, coverage)?;
            let slope = slope(&rest)?;
            held += tried
                .iter()
                .filter(|(raw, label)| (label - raw).abs() <= reach * expected(spread, least, *raw))
                .count();
            pairs.extend(outcomes(&tried).map(|(gap, won)| (logistic(slope * gap), won)));
        }
        Some(Self {
            set: set.to_owned(),
            pictures: points.len(),
            coverage,
            covered: held as f64 / points.len() as f64,
            spread,
            least,
            reach,
            pair_slope,
            pair_error: calibration_error(&pairs),
        })
    }

    /// The raw scores between which the label lies, with the stated coverage.
    pub fn interval(&self, raw: f32) -> [f32; 2] {
        let raw = f64::from(raw);
        let reach = self.reach * expected(self.spread, self.least, raw);
        [(raw - reach) as f32, (raw + reach) as f32]
    }

    /// How probable it is that people prefer the picture of raw score `a` to that of `b`, 0 to 1.
    pub fn prefers(&self, a: f32, b: f32) -> f64 {
        logistic(self.pair_slope * (f64::from(a) - f64::from(b)))
    }

    /// Tries it on `(raw score, label)` of other pictures. None of fewer than two.
    pub fn check(&self, points: &[(f64, f64)]) -> Option<CertaintyCheck> {
        if points.len() < 2 {
            return None;
        }
        let held = points.iter().filter(|(raw, label)| {
            (label - raw).abs() <= self.reach * expected(self.spread, self.least, *raw)
        });
        let pairs: Vec<(f64, bool)> = outcomes(points)
            .map(|(gap, won)| (logistic(self.pair_slope * gap), won))
            .collect();
        Some(CertaintyCheck {
            pictures: points.len(),
            coverage: self.coverage,
            covered: held.count() as f64 / points.len() as f64,
            pairs: reliability(&pairs),
            pair_error: calibration_error(&pairs),
        })
    }

    /// Whether all its numbers can be computed with.
    pub fn is_sound(&self) -> bool {
        let numbers = [self.coverage, self.covered, self.least, self.reach];
        let more = [
            self.pair_slope,
            self.pair_error,
            self.spread[0],
            self.spread[1],
        ];
        numbers.iter().chain(&more).all(|number| number.is_finite())
            && self.least > 0.0
            && self.reach > 0.0
            && self.pair_slope > 0.0
    }
}

fn expected(spread: [f64; 2], least: f64, raw: f64) -> f64 {
    (spread[0] + spread[1] * raw).max(least)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The line of the absolute errors over the raw score, its floor, and the conformal quantile of
/// the errors in units of it (Papadopoulos et al. 2002; Lei et al. 2018).
fn interval(points: &[(f64, f64)], coverage: f64) -> Option<([f64; 2], f64, f64)> {
    let count = points.len() as f64;
    let errors: Vec<(f64, f64)> = points.iter().map(|(p, y)| (*p, (y - p).abs())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| errors.iter().map(of).sum::<f64>() / count;
    let (at, error) = (mean(|e| e.0), mean(|e| e.1));
    let variance: f64 = errors.iter().map(|e| (e.0 - at).powi(2)).sum();
    let together: f64 = errors.iter().map(|e| (e.0 - at) * (e.1 - error)).sum();
    let tilt = if variance > 0.0 {
        together / variance
    } else {
        0.0
    };
    let spread = [error - tilt * at, tilt];
    // A line may fall to nothing where there are few pictures: never below half the mean.
    let least = error / 2.0;
    if least <= 0.0 {
        return None;
    }
    let mut ratios: Vec<f64> = errors
        .iter()
        .map(|(p, e)| e / expected(spread, least, *p))
        .collect();
    ratios.sort_by(f64::total_cmp);
    // One more than there are, so that a new picture is held with the stated probability.
    let rank = ((count + 1.0) * coverage).ceil() as usize;
    let reach = *ratios.get(rank.min(ratios.len()) - 1)?;
    (reach > 0.0).then_some((spread, least, reach))
}

/// The gap of the raw scores of pairs whose labels differ, each picture with those after it, and
/// whether the first has the higher label.
fn outcomes(points: &[(f64, f64)]) -> impl Iterator<Item = (f64, bool)> + '_ {
    points.iter().enumerate().flat_map(move |(index, a)| {
        let others = points.iter().skip(index + 1).take(PARTNERS);
        others
            .filter(move |b| a.1 != b.1)
            .map(move |b| (a.0 - b.0, a.1 > b.1))
    })
}

/// The slope of a logistic regression without intercept over all pairs, by Newton's method. None
/// where the scores do not follow the labels.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let pairs: Vec<(f64, bool)> = outcomes(points).collect();
    let mut slope = 1.0_f64;
    for _ in 0..100 {
        let (mut gradient, mut curvature) = (0.0, 1e-9);
        for (gap, won) in &pairs {
            let p = logistic(slope * gap);
            gradient += gap * (f64::from(u8::from(*won)) - p);
            curvature += gap * gap * p * (1.0 - p);
        }
        let step = (gradient / curvature).clamp(-5.0, 5.0);
        slope += step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    (slope.is_finite() && slope > 0.0 && slope < 1e4).then_some(slope)
}

/// The mean distance between the stated probability and the share that came true, over bins of
/// the probability of the likelier one, weighted by their pairs.
fn calibration_error(pairs: &[(f64, bool)]) -> f64 {
    let total = pairs.len().max(1) as f64;
    let bins = reliability(pairs);
    bins.iter()
        .map(|bin| bin.pairs as f64 / total * (bin.stated - bin.came_true).abs())
        .sum()
}

/// How a certainty does on pictures that it was not fitted on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CertaintyCheck {
    /// How many pictures.
    pub pictures: usize,
    /// The share of the labels that the intervals state to hold.
    pub coverage: f64,
    /// The share that they hold.
    pub covered: f64,
    /// Stated probabilities of pairs against what came true.
    pub pairs: Vec<Reliability>,
    /// Their expected calibration error.
    pub pair_error: f64,
}

/// A bin of a reliability table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Reliability {
    /// How many pairs fall into it.
    pub pairs: usize,
    /// The mean probability that was stated for the likelier picture, 0.5 to 1.
    pub stated: f64,
    /// The share of them in which it was the better one.
    pub came_true: f64,
}

/// Stated probabilities against what came true, in [`BINS`] bins from 0.5 to 1; `pairs` are the
/// probability that the first is better, and whether it was.
pub fn reliability(pairs: &[(f64, bool)]) -> Vec<Reliability> {
    let mut bins = vec![Reliability::default(); BINS];
    for (p, won) in pairs {
        let (p, won) = if *p < 0.5 {
            (1.0 - p, !won)
        } else {
            (*p, *won)
        };
        let bin = (((p - 0.5) * 2.0 * BINS as f64) as usize).min(BINS - 1);
        if let Some(bin) = bins.get_mut(bin) {
            bin.pairs += 1;
            bin.stated += p;
            bin.came_true += f64::from(u8::from(won));
        }
    }
    for bin in &mut bins {
        let count = bin.pairs.max(1) as f64;
        bin.stated /= count;
        bin.came_true /= count;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels with an error that grows as the score falls, from a fixed stream of numbers.
    fn points(count: usize) -> Vec<(f64, f64)> {
        let mut state = 7_u64;
        let mut uniform = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        };
        (0..count)
            .map(|_| {
                let raw = uniform();
                let sum: f64 = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
                (raw, raw + sum * (0.12 - 0.08 * raw))
            })
            .collect()
    }

    #[test]
    fn intervals_hold_what_they_state() {
        let certainty = Certainty::fit("made", &points(200), 0.9).unwrap();
        let fresh = &points(2200)[200..];
        let held = fresh.iter().filter(|(raw, label)| {
            let [low, high] = certainty.interval(*raw as f32).map(f64::from);
            (low..=high).contains(label)
        });
        let share = held.count() as f64 / fresh.len() as f64;
        assert!((0.86..=0.95).contains(&share), "{share}");
        assert!((0.84..=0.96).contains(&certainty.covered));
        // Where errors are larger the interval is wider.
        let width = |raw| {
            let [low, high] = certainty.interval(raw);
            high - low
        };
        assert!(width(0.1) > 1.5 * width(0.9));
    }

    #[test]
    fn pairs_are_preferred_as_often_as_stated() {
        let certainty = Certainty::fit("made", &points(400), 0.9).unwrap();
        let fresh = points(1000);
        let pairs: Vec<(f64, bool)> = outcomes(&fresh[400..])
            .map(|(gap, won)| (logistic(certainty.pair_slope * gap), won))
            .collect();
        assert!(calibration_error(&pairs) < 0.03);
        assert!((certainty.prefers(0.5, 0.5) - 0.5).abs() < 1e-12);
        assert!(certainty.prefers(0.9, 0.1) > 0.95);
    }

    #[test]
    fn too_little_or_no_relation_is_none() {
        assert!(Certainty::fit("made", &points(39), 0.9).is_none());
        let turned: Vec<(f64, f64)> = points(100).iter().map(|(p, y)| (*p, 1.0 - y)).collect();
        assert!(Certainty::fit("made", &turned, 0.9).is_none());
        assert!(Certainty::fit("made", &[(0.5, 0.5); 50], 0.9).is_none());
    }
}
