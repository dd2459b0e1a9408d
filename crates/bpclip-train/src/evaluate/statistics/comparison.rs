//! Which of two predictions of the same ratings agrees better, and whether that is more than chance.

use super::{Bootstrap, Interval, Logistic, StatisticsError, krcc, plcc, rmse, srcc};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, FisherSnedecor, Normal};

/// Parameters of the logistic curve, which residuals after it have fewer degrees of freedom by.
const FITTED: f64 = 5.0;

/// A first prediction against a second of the same pictures. Every difference is the first's figure
/// less the second's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How many pictures.
    pub n: usize,
    /// Of Spearman's rank correlation.
    pub srcc: Difference,
    /// Of Pearson's linear correlation after a logistic fit of each; `None` where none can be made.
    pub plcc_fitted: Option<Difference>,
    /// Of Kendall's rank correlation.
    pub krcc: Difference,
    /// Of the root mean squared difference after the fits: below 0 where the first is better.
    pub rmse_fitted: Option<Difference>,
    /// Whether the rank correlations differ ([`meng`]).
    pub srcc_test: Option<Test>,
    /// Whether the linear correlations after the fits differ ([`meng`]).
    pub plcc_test: Option<Test>,
    /// Whether the residuals after the fits are of one variance ([`variances`]).
    pub residual_test: Option<Test>,
}

/// How much two figures differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The first less the second.
    pub value: f64,
    /// Where that lies for other pictures of the kind, from resamples of the pictures, each with both
    /// predictions; the curves are fitted anew to every one. Where 0 is not in it the two differ.
    pub interval: Option<Interval>,
}

/// A test of two figures for being the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Test {
    /// The statistic: Z, or F.
    pub statistic: f64,
    /// The probability, on both sides, of one so far out where they are the same.
    pub p: f64,
}

/// The figures of both predictions of some pictures, in the order of [`Comparison`]: the first's less
/// the second's.
type Differences = [Option<f64>; 4];

impl Comparison {
    /// Compares; `first[i]`, `second[i]` and `ratings[i]` belong to one picture. The predictions may
    /// be of different units, but must both rise with the rating.
    ///
    /// # Errors
    /// Fewer than 3 pictures, lists of different lengths, a value that is not finite, a constant list.
    pub fn of(
        first: &[f64],
        second: &[f64],
        ratings: &[f64],
        bootstrap: &Bootstrap,
    ) -> Result<Self, StatisticsError> {
        let curves = [first, second].map(|x| Logistic::fit(x, ratings).ok());
        let fitted = |x: &[f64], curve: Option<Logistic>| -> Option<Vec<f64>> {
            let curve = curve?;
            Some(x.iter().map(|x| curve.at(*x)).collect())
        };
        let figures = |x: &[f64], y: &[f64], curve: Option<Logistic>| {
            let fitted = fitted(x, curve);
            let after = |figure: fn(&[f64], &[f64]) -> Result<f64, StatisticsError>| {
                figure(fitted.as_deref()?, y).ok()
            };
            [srcc(x, y).ok(), after(plcc), krcc(x, y).ok(), after(rmse)]
        };
        let less = |a: Differences, b: Differences| -> Differences {
            std::array::from_fn(|figure| Some(a[figure]? - b[figure]?))
        };
        let [a, b] = curves;
        let [srcc_value, plcc_value, krcc_value, rmse_value] =
            less(figures(first, ratings, a), figures(second, ratings, b));
        // What cannot be measured says why.
        let (r_first, r_second) = (srcc(first, ratings)?, srcc(second, ratings)?);
        let between = srcc(first, second)?;

        let rows: Vec<[f64; 3]> = first
            .iter()
            .zip(second)
            .zip(ratings)
            .map(|((a, b), y)| [*a, *b, *y])
            .collect();
        let [srcc, plcc_fitted, krcc, rmse_fitted] = bootstrap.of_rows(&rows, |rows| {
            let of = |column: usize| -> Vec<f64> { rows.iter().map(|row| row[column]).collect() };
            let y = of(2);
            let figures = |x: Vec<f64>, curve: Option<Logistic>| {
                let refit = curve.and_then(|curve| curve.refit(&x, &y).ok());
                figures(&x, &y, refit)
            };
            less(figures(of(0), a), figures(of(1), b))
        });
        let difference = |value: Option<f64>, interval| {
            Some(Difference {
                value: value?,
                interval,
            })
        };
        let n = ratings.len();
        let after = fitted(first, a).zip(fitted(second, b));
        let plcc_test = after.as_ref().and_then(|(first, second)| {
            let linear = |x: &[f64], y: &[f64]| plcc(x, y).ok();
            let (a, b) = (linear(first, ratings)?, linear(second, ratings)?);
            meng(a, b, linear(first, second)?, n)
        });
        let residual_test = after.as_ref().and_then(|(first, second)| {
            let squares = |x: &[f64]| rmse(x, ratings).ok().map(|rmse| rmse.powi(2));
            variances(squares(first)?, squares(second)?, n as f64 - FITTED)
        });
        let needed = StatisticsError::TooFew {
            found: n,
            needed: 3,
        };
        Ok(Self {
            n,
            srcc: difference(srcc_value, srcc).ok_or(needed)?,
            plcc_fitted: difference(plcc_value, plcc_fitted),
            krcc: difference(krcc_value, krcc).ok_or(needed)?,
            rmse_fitted: difference(rmse_value, rmse_fitted),
            srcc_test: meng(r_first, r_second, between, n),
            plcc_test,
            residual_test,
        })
    }
}

/// Whether two correlations with one list differ, given that of the two with each other, over `n`
/// rows: the Z test for dependent correlations of X.-L. Meng, R. Rosenthal and D. B. Rubin
/// ("Comparing correlated correlation coefficients", Psychological Bulletin 111, 1992, equation 1).
/// It is made for Pearson's, and taken for Spearman's too. Their Z is above 0 where the first is
/// larger. `None` of fewer than 4 rows, and where one correlates wholly.
pub fn meng(first: f64, second: f64, between: f64, n: usize) -> Option<Test> {
    let whole = |r: f64| !r.is_finite() || r.abs() >= 1.0;
    if n < 4 || [first, second, between].into_iter().any(whole) {
        return None;
    }
    let square = (first.powi(2) + second.powi(2)) / 2.0;
    let f = ((1.0 - between) / (2.0 * (1.0 - square))).min(1.0);
    let h = (1.0 - f * square) / (1.0 - square);
    let scale = (n as f64 - 3.0) / (2.0 * (1.0 - between) * h);
    let statistic = (first.atanh() - second.atanh()) * scale.sqrt();
    let p = 2.0 * Normal::standard().sf(statistic.abs());
    statistic.is_finite().then_some(Test { statistic, p })
}

/// Whether two mean squares of residuals, each of so many degrees of freedom, are of one variance:
/// the F test that the field uses since VQEG's reports. It takes residuals for normal, and those of
/// the two for independent: as both are of the same pictures, they rather go together, and then it
/// finds a difference too seldom. `None` where there is none to test.
pub fn variances(first: f64, second: f64, freedom: f64) -> Option<Test> {
    let statistic = first / second;
    let distribution = FisherSnedecor::new(freedom, freedom).ok()?;
    if !statistic.is_finite() || statistic <= 0.0 {
        return None;
    }
    let tail = distribution.cdf(statistic).min(distribution.sf(statistic));
    Some(Test {
        statistic,
        p: (2.0 * tail).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the paper: 15 people, correlations 0.63 and -0.03, between them -0.19.
    #[test]
    fn the_test_of_correlations_is_that_of_its_paper() {
        let Test { statistic, p } = meng(0.63, -0.03, -0.19, 15).unwrap();
        assert!((statistic - 1.68).abs() < 0.005, "{statistic}");
        assert!((p / 2.0 - 0.047).abs() < 0.0005, "{p}");
        let back = meng(-0.03, 0.63, -0.19, 15).unwrap();
        assert_eq!((back.statistic, back.p), (-statistic, p));
        assert_eq!(meng(0.5, 0.5, 0.3, 40).unwrap().p, 1.0);
        assert_eq!(meng(1.0, 0.5, 0.5, 40), None);
        assert_eq!(meng(0.5, 0.4, 0.5, 3), None);
    }

    #[test]
    fn the_test_of_variances_is_that_of_the_tables() {
        // Of 10 and 10 degrees the upper 2.5 % of F begin at 3.717.
        let test = variances(3.717, 1.0, 10.0).unwrap();
        assert!((test.p - 0.05).abs() < 1e-4, "{test:?}");
        assert!((variances(1.0, 3.717, 10.0).unwrap().p - test.p).abs() < 1e-12);
        assert_eq!(variances(1.0, 1.0, 10.0).unwrap().p, 1.0);
        assert_eq!(variances(0.0, 1.0, 10.0), None);
        assert_eq!(variances(1.0, 0.0, 10.0), None);
        assert_eq!(variances(1.0, 1.0, 0.0), None);
    }

    #[test]
    fn a_prediction_differs_in_nothing_from_itself() {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
        let y: Vec<f64> = (0..40).map(|i| f64::from((i * 7 + i % 5) % 43)).collect();
        let same = Comparison::of(&x, &x, &y, &Bootstrap::default()).unwrap();
        let nothing = Interval {
            low: 0.0,
            high: 0.0,
        };
        for difference in [same.srcc, same.krcc, same.plcc_fitted.unwrap()] {
            assert_eq!(difference.value, 0.0);
            assert_eq!(difference.interval, Some(nothing));
        }
        assert_eq!(same.srcc_test, None, "they are one");
        let short = Comparison::of(&x[..2], &x[..2], &y[..2], &Bootstrap::default());
        assert!(matches!(short, Err(StatisticsError::TooFew { .. })));
        let constant = Comparison::of(&x, &[1.0; 40], &y, &Bootstrap::default());
        assert!(matches!(constant, Err(StatisticsError::Constant(_))));
    }
}
