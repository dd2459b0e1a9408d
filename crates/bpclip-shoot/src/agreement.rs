//! How well values agree with what was kept.

use super::random::Random;
use serde::{Deserialize, Serialize};

/// How often the data are drawn anew for the interval.
const DRAWS: usize = 1000;

/// How often a picture that was kept has a higher value than one that was rejected, of marks that
/// the values were not learned from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Of all pairs of a kept and a rejected picture the share, 0 to 1, in which the kept one is
    /// higher, equal ones counting half: the area under the ROC curve. By chance it is 0.5.
    pub share: f64,
    /// Where it lies with 95 % confidence; whole bursts are drawn for it, as their pictures are no
    /// independent witnesses.
    pub interval: [f64; 2],
}

impl Agreement {
    /// Whether all of the interval lies above chance.
    pub fn is_above_chance(&self) -> bool {
        self.interval[0] > 0.5
    }

    /// The share alone.
    pub(crate) fn share_of(values: impl Iterator<Item = (f32, bool)>) -> Option<f64> {
        let mut sorted: Vec<_> = values.map(|(value, kept)| (value, kept, 0)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        area(&sorted, &[1.0])
    }

    /// Of values with what was kept; those of one group are drawn together. `None` where nothing was
    /// kept, or nothing rejected.
    pub(crate) fn of(values: &[(f32, bool, usize)]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let groups = sorted.iter().map(|(_, _, group)| group + 1).max()?;
        let share = area(&sorted, &vec![1.0; groups])?;
        let mut random = Random::new(20_261_127);
        let mut areas: Vec<f64> = (0..DRAWS)
            .filter_map(|_| {
                let mut times = vec![0.0; groups];
                for _ in 0..groups {
                    times[random.below(groups)] += 1.0;
                }
                area(&sorted, &times)
            })
            .collect();
        areas.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let at = (share * areas.len().saturating_sub(1) as f64).round() as usize;
            areas.get(at).copied()
        };
        Some(Self {
            share,
            interval: [at(0.025)?, at(0.975)?],
        })
    }
}

/// The area under the ROC curve of sorted values, each group counting so many times.
fn area(sorted: &[(f32, bool, usize)], times: &[f64]) -> Option<f64> {
    let (mut kept, mut rejected, mut right) = (0.0, 0.0, 0.0);
    for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
        let count = |wanted: bool| -> f64 {
            let of = equal.iter().filter(|(_, kept, _)| *kept == wanted);
            of.map(|(_, _, group)| times[*group]).sum()
        };
        let (more, fewer) = (count(true), count(false));
        right += more * (rejected + fewer / 2.0);
        kept += more;
        rejected += fewer;
    }
    (kept > 0.0 && rejected > 0.0).then(|| right / (kept * rejected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(f32, bool)]) -> Agreement {
        let grouped = values.iter().enumerate();
        let grouped: Vec<_> = grouped.map(|(group, (v, k))| (*v, *k, group)).collect();
        Agreement::of(&grouped).unwrap()
    }

    #[test]
    fn pairs_are_counted_and_equal_ones_half() {
        let three_of_four = [(4.0, true), (3.0, false), (2.0, true), (1.0, false)];
        assert_eq!(of(&three_of_four).share, 0.75);
        assert_eq!(of(&[(1.0, true), (1.0, false)]).share, 0.5);
        assert_eq!(of(&[(1.0, true), (2.0, false)]).share, 0.0);
        assert_eq!(Agreement::of(&[(1.0, true, 0)]), None);
        assert_eq!(Agreement::of(&[]), None);
    }

    #[test]
    fn many_groups_that_agree_are_found_and_one_that_is_drawn_out_is_not() {
        let perfect: Vec<_> = (0..40_u8).map(|at| (f32::from(at), at >= 20)).collect();
        let found = of(&perfect);
        assert_eq!((found.share, found.interval), (1.0, [1.0, 1.0]));
        assert!(found.is_above_chance());
        // Half of the bursts agree and half say the contrary: as many pictures, fewer witnesses.
        let burst = |group: usize| {
            let agrees = group.is_multiple_of(2);
            [(1.0, agrees, group), (0.0, !agrees, group)]
        };
        let few: Vec<_> = (0..4).flat_map(burst).collect();
        let doubtful = Agreement::of(&few).unwrap();
        assert_eq!(doubtful.share, 0.5);
        assert!(!doubtful.is_above_chance() && doubtful.interval[1] > 0.9);
    }
}
