//! Bootstrap percentile intervals (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap",
//! 1993, chapter 13).

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How intervals are made: pictures are drawn with replacement, each with its prediction and its
/// rating, as many as there are; the figure is taken of every such resample; the interval holds
/// the middle share of those figures. It speaks of other pictures of the same kind, not of other
/// kinds of pictures and not of another training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// How many resamples; with 0 there are no intervals.
    pub resamples: usize,
    /// The share of the figures within the interval, such as 0.95.
    pub confidence: f64,
    /// The same seed gives the same intervals, on any number of cores.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            resamples: 2000,
            confidence: 0.95,
            seed: 0,
        }
    }
}

/// From where to where a figure lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Bootstrap {
    /// Intervals of several figures from the same resamples of pairs. `figures` is given the
    /// predictions and ratings of one resample and says each figure, or `None` for what cannot be
    /// measured of it, as where all its pictures are one; such a resample is left out for that
    /// figure. A figure that most resamples cannot tell has no interval.
    pub fn intervals<const FIGURES: usize>(
        &self,
        predictions: &[f64],
        ratings: &[f64],
        figures: impl Fn(&[f64], &[f64]) -> [Option<f64>; FIGURES] + Sync,
    ) -> [Option<Interval>; FIGURES] {
        let pairs: Vec<(f64, f64)> = predictions
            .iter()
            .copied()
            .zip(ratings.iter().copied())
            .collect();
        self.of_rows(&pairs, |pairs| {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
            figures(&x, &y)
        })
    }

    /// Likewise of rows of any kind, which stay whole: as of two predictions and a rating each, whose
    /// difference is thus of the same pictures in every resample.
    pub fn of_rows<T: Copy + Sync, const FIGURES: usize>(
        &self,
        rows: &[T],
        figures: impl Fn(&[T]) -> [Option<f64>; FIGURES] + Sync,
    ) -> [Option<Interval>; FIGURES] {
        if rows.is_empty() {
            return [None; FIGURES];
        }
        let resample = |index: usize| {
            // A stream of its own for each, so that it does not matter who draws first.
            let mut random = ChaCha8Rng::seed_from_u64(self.seed);
            random.set_stream(index as u64);
            let drawn: Vec<T> = (0..rows.len())
                .filter_map(|_| rows.get(random.random_range(0..rows.len())).copied())
                .collect();
            figures(&drawn)
        };
        let measured: Vec<_> = (0..self.resamples).into_par_iter().map(resample).collect();
        std::array::from_fn(|figure| {
            let values = measured.iter().filter_map(|figures| figures[figure]);
            self.interval(values.filter(|value| value.is_finite()).collect())
        })
    }

    fn interval(&self, mut values: Vec<f64>) -> Option<Interval> {
        if values.len() < 2 || values.len() * 2 <= self.resamples {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let outside = (1.0 - self.confidence) / 2.0;
        Some(Interval {
            low: quantile(&values, outside)?,
            high: quantile(&values, 1.0 - outside)?,
        })
    }
}

/// The value below which `share` (0 to 1) of sorted values lie, linear between neighbours; `None`
/// of none.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = sorted.get(place.floor() as usize)?;
    let above = sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_neighbours() {
        // As numpy.quantile.
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), Some(1.0));
        assert_eq!(quantile(&sorted, 0.5), Some(3.0));
        assert_eq!(quantile(&sorted, 0.75), Some(5.0));
        assert_eq!(quantile(&sorted, 1.0), Some(8.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    fn mean(x: &[f64], _: &[f64]) -> [Option<f64>; 1] {
        [Some(x.iter().sum::<f64>() / x.len() as f64)]
    }

    #[test]
    fn the_seed_decides_and_pairs_stay_together() {
        let x: Vec<f64> = (0..50).map(f64::from).collect();
        let bootstrap = Bootstrap::default();
        let first = bootstrap.intervals(&x, &x, mean);
        assert_eq!(first, bootstrap.intervals(&x, &x, mean));
        let other = Bootstrap {
            seed: 1,
            ..bootstrap
        };
        assert_ne!(first, other.intervals(&x, &x, mean));
        let apart = |x: &[f64], y: &[f64]| [Some(f64::from(u8::from(x != y)))];
        let apart = bootstrap.intervals(&x, &x, apart);
        assert_eq!(
            apart,
            [Some(Interval {
                low: 0.0,
                high: 0.0
            })]
        );
    }

    /// Of a mean, theory knows the interval.
    #[test]
    fn the_interval_of_a_mean_is_that_of_theory() {
        let x: Vec<f64> = (0..200).map(f64::from).collect();
        let [interval] = Bootstrap::default().intervals(&x, &x, mean);
        let Interval { low, high } = interval.unwrap();
        let variance = x.iter().map(|x| (x - 99.5).powi(2)).sum::<f64>() / 200.0;
        let half = 1.96 * (variance / 200.0).sqrt();
        assert!((low - (99.5 - half)).abs() < 0.1 * half, "{low}");
        assert!((high - (99.5 + half)).abs() < 0.1 * half, "{high}");
    }

    #[test]
    fn what_mostly_fails_has_no_interval() {
        let x = [1.0, 2.0, 3.0];
        let none = Bootstrap::default().intervals(&x, &x, |x, _| [(x[0] == 1.0).then_some(1.0)]);
        assert_eq!(none, [None]);
        let mostly = Bootstrap::default().intervals(&x, &x, |x, _| [(x[0] > 1.0).then_some(1.0)]);
        assert!(mostly[0].is_some());
        let off = Bootstrap {
            resamples: 0,
            ..Bootstrap::default()
        };
        assert_eq!(off.intervals(&x, &x, mean), [None]);
        assert_eq!(Bootstrap::default().intervals(&[], &[], mean), [None]);
    }
}
