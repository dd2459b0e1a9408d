//! All figures of one comparison.

use super::{Bootstrap, Interval, Logistic, StatisticsError, krcc, plcc, rmse, srcc};
use serde::{Deserialize, Serialize};

/// How well predictions agree with ratings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// How many pairs.
    pub n: usize,
    /// Pearson's linear correlation of the predictions as they are.
    pub plcc: f64,
    /// The same after the logistic fit; `None` where none can be made.
    pub plcc_fitted: Option<f64>,
    /// Spearman's rank correlation, which no fit changes that rises.
    pub srcc: f64,
    /// Kendall's rank correlation, tau-b.
    pub krcc: f64,
    /// Root mean squared difference of the predictions as they are, in units of the rating.
    pub rmse: f64,
    /// The same after the logistic fit.
    pub rmse_fitted: Option<f64>,
    /// The fitted curve.
    pub logistic: Option<Logistic>,
    /// From where to where each figure lies.
    pub intervals: Intervals,
}

/// A bootstrap interval for each figure; the curve is fitted anew to every resample. `None` where
/// resamples mostly cannot tell, as of very few pictures, or where no intervals are wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    /// Of [`Agreement::plcc`].
    pub plcc: Option<Interval>,
    /// Of [`Agreement::plcc_fitted`].
    pub plcc_fitted: Option<Interval>,
    /// Of [`Agreement::srcc`].
    pub srcc: Option<Interval>,
    /// Of [`Agreement::krcc`].
    pub krcc: Option<Interval>,
    /// Of [`Agreement::rmse`].
    pub rmse: Option<Interval>,
    /// Of [`Agreement::rmse_fitted`].
    pub rmse_fitted: Option<Interval>,
}

impl Agreement {
    /// Measures everything; `predictions[i]` and `ratings[i]` belong to one picture and are of one
    /// unit (RMSE compares them as they are).
    ///
    /// # Errors
    /// Fewer than 3 pairs, lists of different lengths, a value that is not finite, a constant list.
    pub fn of(
        predictions: &[f64],
        ratings: &[f64],
        bootstrap: &Bootstrap,
    ) -> Result<Self, StatisticsError> {
        let logistic = Logistic::fit(predictions, ratings).ok();
        let fit = logistic.and_then(|curve| after(&curve, predictions, ratings));
        let figures = |x: &[f64], y: &[f64]| {
            let refit = logistic.and_then(|curve| after(&curve.refit(x, y).ok()?, x, y));
            [
                plcc(x, y).ok(),
                refit.map(|(plcc, _)| plcc),
                srcc(x, y).ok(),
                krcc(x, y).ok(),
                rmse(x, y).ok(),
                refit.map(|(_, rmse)| rmse),
            ]
        };
        let mut agreement = Self {
            n: predictions.len(),
            plcc: plcc(predictions, ratings)?,
            plcc_fitted: fit.map(|(plcc, _)| plcc),
            srcc: srcc(predictions, ratings)?,
            krcc: krcc(predictions, ratings)?,
            rmse: rmse(predictions, ratings)?,
            rmse_fitted: fit.map(|(_, rmse)| rmse),
            logistic,
            intervals: Intervals::default(),
        };
        let [plcc, plcc_fitted, srcc, krcc, rmse, rmse_fitted] =
            bootstrap.intervals(predictions, ratings, figures);
        agreement.intervals = Intervals {
            plcc,
            plcc_fitted,
            srcc,
            krcc,
            rmse,
            rmse_fitted,
        };
        Ok(agreement)
    }
}

/// PLCC and RMSE of what a curve makes of the predictions.
fn after(curve: &Logistic, predictions: &[f64], ratings: &[f64]) -> Option<(f64, f64)> {
    let fitted: Vec<f64> = predictions.iter().map(|x| curve.at(*x)).collect();
    Some((plcc(&fitted, ratings).ok()?, rmse(&fitted, ratings).ok()?))
}
