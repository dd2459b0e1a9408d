//! PLCC, SRCC, KRCC and RMSE of predictions with ratings. The arguments are lists of pairs, taken
//! apart: `predictions[i]` belongs to `ratings[i]`.

use super::{Side, StatisticsError};
use std::cmp::Ordering;

/// The fewest pairs that say anything: two always lie on a line.
const FEWEST: usize = 3;

/// Pearson's linear correlation, -1 to 1.
///
/// # Errors
/// Fewer than 3 pairs, lists of different lengths, a value that is not finite, a constant list.
pub fn plcc(predictions: &[f64], ratings: &[f64]) -> Result<f64, StatisticsError> {
    check(predictions, ratings, FEWEST)?;
    let x = standardise(predictions, Side::Predictions)?;
    let y = standardise(ratings, Side::Ratings)?;
    Ok(correlate(&x.values, &y.values))
}

/// Spearman's rank correlation, -1 to 1: Pearson's of the ranks, where equal values share the
/// mean of their ranks.
///
/// # Errors
/// As [`plcc`].
pub fn srcc(predictions: &[f64], ratings: &[f64]) -> Result<f64, StatisticsError> {
    check(predictions, ratings, FEWEST)?;
    plcc(&ranks(predictions), &ranks(ratings))
}

/// Kendall's rank correlation in its form for ties, tau-b, -1 to 1, in `O(n log n)` (W. R. Knight,
/// JASA 61, 1966).
///
/// # Errors
/// As [`plcc`].
pub fn krcc(predictions: &[f64], ratings: &[f64]) -> Result<f64, StatisticsError> {
    check(predictions, ratings, FEWEST)?;
    let mut pairs: Vec<(f64, f64)> = predictions
        .iter()
        .copied()
        .zip(ratings.iter().copied())
        .collect();
    pairs.sort_by(|a, b| compare(a.0, b.0).then(compare(a.1, b.1)));
    let tied_predictions = tied(&pairs, |a, b| a.0 == b.0);
    let tied_both = tied(&pairs, |a, b| a == b);
    let mut y: Vec<f64> = pairs.into_iter().map(|(_, y)| y).collect();
    let discordant = sort_counting_swaps(&mut y);
    let tied_ratings = tied(&y, |a, b| a == b);

    let all = pairs_of(predictions.len());
    for (tied, side) in [
        (tied_predictions, Side::Predictions),
        (tied_ratings, Side::Ratings),
    ] {
        if tied == all {
            return Err(StatisticsError::Constant(side));
        }
    }
    // What is tied on neither side is either concordant or discordant.
    let concordant = all + tied_both - tied_predictions - tied_ratings - discordant;
    let (x, y) = (all - tied_predictions, all - tied_ratings);
    let tau = (concordant as f64 - discordant as f64) / (x as f64).sqrt() / (y as f64).sqrt();
    Ok(tau.clamp(-1.0, 1.0))
}

/// The root of the mean squared difference, in the unit of the values.
///
/// # Errors
/// No pairs at all, lists of different lengths, a value that is not finite.
pub fn rmse(predictions: &[f64], ratings: &[f64]) -> Result<f64, StatisticsError> {
    check(predictions, ratings, 1)?;
    let differences = || predictions.iter().zip(ratings).map(|(x, y)| (x - y).abs());
    let largest = differences().fold(0.0, f64::max);
    if largest == 0.0 {
        return Ok(0.0);
    }
    if !largest.is_finite() {
        return Err(StatisticsError::NotFinite(Side::Predictions));
    }
    // Relative to the largest, so that no square overflows or vanishes.
    let squares: f64 = differences().map(|d| (d / largest).powi(2)).sum();
    Ok(largest * (squares / predictions.len() as f64).sqrt())
}

/// The rank of each value from 1, equal values sharing the mean of theirs.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| compare(a.0, b.0));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = before as f64 + (equal.len() as f64 + 1.0) / 2.0;
        for (_, index) in equal {
            if let Some(place) = ranks.get_mut(*index) {
                *place = rank;
            }
        }
        before += equal.len();
    }
    ranks
}

/// Whether two lists are such that a figure can be made of them.
pub(super) fn check(
    predictions: &[f64],
    ratings: &[f64],
    needed: usize,
) -> Result<(), StatisticsError> {
    if predictions.len() != ratings.len() {
        return Err(StatisticsError::LengthsDiffer {
            predictions: predictions.len(),
            ratings: ratings.len(),
        });
    }
    for (values, side) in [(predictions, Side::Predictions), (ratings, Side::Ratings)] {
        if values.iter().any(|value| !value.is_finite()) {
            return Err(StatisticsError::NotFinite(side));
        }
    }
    let found = predictions.len();
    if found < needed {
        return Err(StatisticsError::TooFew { found, needed });
    }
    Ok(())
}

/// Values less their mean, in units of their (population) standard deviation.
pub(super) struct Standardised {
    pub values: Vec<f64>,
    pub mean: f64,
    pub deviation: f64,
}

/// Standardises finite values.
pub(super) fn standardise(values: &[f64], side: Side) -> Result<Standardised, StatisticsError> {
    let n = values.len() as f64;
    if values.iter().all(|value| Some(value) == values.first()) {
        return Err(StatisticsError::Constant(side));
    }
    let mean = values.iter().map(|value| value / n).sum::<f64>();
    // In units of the largest deviation, so that no square overflows or vanishes.
    let largest = values.iter().map(|v| (v - mean).abs()).fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(StatisticsError::Constant(side));
    }
    let mut scaled: Vec<f64> = values.iter().map(|v| (v - mean) / largest).collect();
    // The mean of rounded numbers is not quite theirs.
    let rest = scaled.iter().sum::<f64>() / n;
    scaled.iter_mut().for_each(|v| *v -= rest);
    let spread = (scaled.iter().map(|v| v * v).sum::<f64>() / n).sqrt();
    let standardised = Standardised {
        values: scaled.into_iter().map(|v| v / spread).collect(),
        mean: mean + rest * largest,
        deviation: spread * largest,
    };
    if standardised.values.iter().all(|v| v.is_finite()) && standardised.deviation > 0.0 {
        Ok(standardised)
    } else {
        Err(StatisticsError::NotFinite(side))
    }
}

/// The correlation of standardised values.
pub(super) fn correlate(x: &[f64], y: &[f64]) -> f64 {
    let sum: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
    (sum / x.len() as f64).clamp(-1.0, 1.0)
}

/// The order of finite numbers; other than `total_cmp` it has 0 and -0 equal.
fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

fn pairs_of(count: usize) -> u64 {
    let count = count as u64;
    count * count.saturating_sub(1) / 2
}

/// How many pairs of a sorted list are equal.
fn tied<T>(sorted: &[T], equal: impl Fn(&T, &T) -> bool) -> u64 {
    sorted
        .chunk_by(equal)
        .map(|group| pairs_of(group.len()))
        .sum()
}

/// Merge sort that counts how many pairs stood in the wrong order.
fn sort_counting_swaps(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut swaps = sort_counting_swaps(left) + sort_counting_swaps(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (l.peek(), r.peek()) {
        if **b < **a {
            swaps += l.len() as u64;
            merged.extend(r.next());
        } else {
            merged.extend(l.next());
        }
    }
    merged.extend(l.chain(r));
    values.copy_from_slice(&merged);
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_the_mean_of_their_ranks() {
        assert_eq!(
            ranks(&[3.0, 1.0, 3.0, -0.0, 0.0]),
            [4.5, 3.0, 4.5, 1.5, 1.5]
        );
        assert!(ranks(&[]).is_empty());
    }

    #[test]
    fn swaps_are_the_pairs_in_the_wrong_order() {
        let mut values = [4.0, 1.0, 3.0, 1.0, 2.0];
        let naive = (0..5)
            .flat_map(|i| (i + 1..5).map(move |j| (i, j)))
            .filter(|&(i, j)| values[j] < values[i])
            .count();
        assert_eq!(sort_counting_swaps(&mut values), naive as u64);
        assert_eq!(values, [1.0, 1.0, 2.0, 3.0, 4.0]);
    }

    type Figure = fn(&[f64], &[f64]) -> Result<f64, StatisticsError>;
    const CORRELATIONS: [Figure; 3] = [plcc, srcc, krcc];

    #[test]
    fn what_cannot_be_measured_is_said() {
        use StatisticsError::{Constant, LengthsDiffer, NotFinite, TooFew};
        for figure in CORRELATIONS {
            assert_eq!(
                figure(&[1.0, 2.0], &[1.0, 2.0]),
                Err(TooFew {
                    found: 2,
                    needed: 3
                })
            );
            assert_eq!(
                figure(&[1.0; 3], &[1.0; 4]),
                Err(LengthsDiffer {
                    predictions: 3,
                    ratings: 4
                })
            );
            let rising = [1.0, 2.0, 3.0];
            assert_eq!(
                figure(&[f64::NAN, 1.0, 2.0], &rising),
                Err(NotFinite(Side::Predictions))
            );
            assert_eq!(
                figure(&rising, &[1.0, 2.0, f64::INFINITY]),
                Err(NotFinite(Side::Ratings))
            );
            assert_eq!(figure(&[0.1; 3], &rising), Err(Constant(Side::Predictions)));
            assert_eq!(
                figure(&rising, &[0.0, -0.0, 0.0]),
                Err(Constant(Side::Ratings))
            );
        }
        assert_eq!(
            rmse(&[], &[]),
            Err(TooFew {
                found: 0,
                needed: 1
            })
        );
        assert_eq!(
            rmse(&[f64::MAX], &[f64::MIN]),
            Err(NotFinite(Side::Predictions))
        );
        assert_eq!(rmse(&[0.3], &[0.3]), Ok(0.0));
    }

    #[test]
    fn the_unit_does_not_matter() {
        let x = [0.3, 0.1, 0.9, 0.4, 0.7];
        let y = [20.0, 30.0, 80.0, 50.0, 60.0];
        for figure in CORRELATIONS {
            let expected = figure(&x, &y).unwrap();
            for unit in [1e-300, 1e-200, 1e-12, 1e12, 1e200, 1e307] {
                let scaled = x.map(|x| x * unit);
                assert!(
                    (figure(&scaled, &y).unwrap() - expected).abs() < 1e-12,
                    "{unit}"
                );
                assert!(
                    (figure(&y, &scaled).unwrap() - expected).abs() < 1e-12,
                    "{unit}"
                );
            }
        }
        let large = rmse(&x.map(|x| x * 1e200), &[0.0; 5]).unwrap();
        assert!((large / 1e200 - rmse(&x, &[0.0; 5]).unwrap()).abs() < 1e-12);
    }

    /// A step in the last bit is still a step.
    #[test]
    fn values_that_hardly_differ_are_not_constant() {
        let next = 0.1_f64.next_up();
        let x = [0.1, 0.1, next, 0.1, next];
        let y = [1.0, 1.0, 2.0, 1.0, 2.0];
        for figure in CORRELATIONS {
            assert!((figure(&x, &y).unwrap() - 1.0).abs() < 1e-9);
        }
    }
}
