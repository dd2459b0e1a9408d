//! The five-parameter logistic through which the field passes predictions before it takes PLCC
//! and RMSE (VQEG, "Final report on the validation of objective models of video quality
//! assessment", 2003; H. R. Sheikh et al., IEEE TIP 15(11), 2006):
//!
//! `q(x) = b1 * (1/2 - 1/(1 + exp(b2 * (x - b3)))) + b4 * x + b5`

use super::correlation::{Standardised, check, correlate, standardise};
use super::{Side, StatisticsError};
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DVector, Dyn, OMatrix, Owned, U5, Vector5};
use serde::{Deserialize, Serialize};

/// The fewest pairs for a fit: five parameters go through any five points.
pub const FEWEST: usize = 6;

/// When the sum of squares, or the parameters, change relatively less than this, the fit is done.
const TOLERANCE: f64 = 1e-12;

/// The same for the many refits of a bootstrap, whose spread is far above it.
const REFIT_TOLERANCE: f64 = 1e-6;

/// Evaluations of a search for each parameter and one more: in a long flat valley it would go on
/// for ever.
const PATIENCE: usize = 100;

/// The same for a refit, which begins where it should end.
const REFIT_PATIENCE: usize = 4;

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// `b1..b5` of the formula, in the units of the values that it was fitted to.
    pub parameters: [f64; 5],
}

impl Logistic {
    /// Fits the curve to pairs by least squares (Levenberg-Marquardt).
    ///
    /// The fit can have several minima, so the start is part of the definition. It is the field's,
    /// Sheikh's: `b1` the range of the ratings, with the sign of the correlation, `b2` one over the
    /// standard deviation of the predictions, `b3` their mean, `b5` the mean rating; but `b4` is 0
    /// instead of -1, which would depend on the unit. Both sides are standardised first, so that the
    /// unit of neither matters.
    ///
    /// # Errors
    /// Fewer than [`FEWEST`] pairs, lists of different lengths, a value that is not finite, a
    /// constant list, or a search that ran astray.
    pub fn fit(predictions: &[f64], ratings: &[f64]) -> Result<Self, StatisticsError> {
        let problem = Problem::new(predictions, ratings)?;
        let (x, y) = (&problem.x.values, &problem.y.values);
        let low = y.iter().copied().fold(f64::INFINITY, f64::min);
        let high = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = (high - low).copysign(correlate(x, y));
        let search = search(TOLERANCE, PATIENCE);
        problem.solve(&search, Vector5::new(range, 1.0, 0.0, 0.0, 0.0))
    }

    /// Fits the curve to other pairs of the same kind, such as a resample, from this one as the
    /// start and less exactly: within about a millionth of the least sum of squares.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn refit(&self, predictions: &[f64], ratings: &[f64]) -> Result<Self, StatisticsError> {
        let problem = Problem::new(predictions, ratings)?;
        let [b1, b2, b3, b4, b5] = self.parameters;
        let (x, y) = (&problem.x, &problem.y);
        let start = Vector5::new(
            b1 / y.deviation,
            b2 * x.deviation,
            (b3 - x.mean) / x.deviation,
            b4 * x.deviation / y.deviation,
            (b5 + b4 * x.mean - y.mean) / y.deviation,
        );
        problem.solve(&search(REFIT_TOLERANCE, REFIT_PATIENCE), start)
    }

    /// The rating that the curve gives a prediction.
    pub fn at(&self, prediction: f64) -> f64 {
        curve(&self.parameters.into(), prediction).0
    }
}

fn search(tolerance: f64, patience: usize) -> LevenbergMarquardt<f64> {
    LevenbergMarquardt::new()
        .with_ftol(tolerance)
        .with_xtol(tolerance)
        .with_gtol(tolerance)
        .with_patience(patience)
}

/// The curve at `x` and how it changes with each parameter.
fn curve(b: &Vector5<f64>, x: f64) -> (f64, [f64; 5]) {
    // 1/2 - 1/(1 + exp(t)) = tanh(t/2) / 2, which cannot overflow.
    let tanh = (b[1] * (x - b[2]) / 2.0).tanh();
    let slope = b[0] * (1.0 - tanh * tanh) / 4.0;
    let value = b[0] * tanh / 2.0 + b[3] * x + b[4];
    (
        value,
        [tanh / 2.0, slope * (x - b[2]), -slope * b[1], x, 1.0],
    )
}

/// The least squares problem in standardised units.
struct Problem {
    x: Standardised,
    y: Standardised,
    parameters: Vector5<f64>,
}

impl Problem {
    fn new(predictions: &[f64], ratings: &[f64]) -> Result<Self, StatisticsError> {
        check(predictions, ratings, FEWEST)?;
        Ok(Self {
            x: standardise(predictions, Side::Predictions)?,
            y: standardise(ratings, Side::Ratings)?,
            parameters: Vector5::zeros(),
        })
    }

    fn solve(
        mut self,
        search: &LevenbergMarquardt<f64>,
        start: Vector5<f64>,
    ) -> Result<Logistic, StatisticsError> {
        self.parameters = start;
        // However the search ends, it ends at the best that it has seen.
        let (found, _) = search.minimize(self);
        let (b, x, y) = (found.parameters, found.x, found.y);
        let b4 = b[3] * y.deviation / x.deviation;
        let parameters = [
            b[0] * y.deviation,
            b[1] / x.deviation,
            b[2] * x.deviation + x.mean,
            b4,
            b[4] * y.deviation + y.mean - b4 * x.mean,
        ];
        if parameters.iter().all(|b| b.is_finite()) {
            Ok(Logistic { parameters })
        } else {
            Err(StatisticsError::NoFit)
        }
    }
}

impl LeastSquaresProblem<f64, Dyn, U5> for Problem {
    type ParameterStorage = Owned<f64, U5>;
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, U5>;

    fn set_params(&mut self, parameters: &Vector5<f64>) {
        self.parameters = *parameters;
    }

    fn params(&self) -> Vector5<f64> {
        self.parameters
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let b = &self.parameters;
        let pairs = self.x.values.iter().zip(&self.y.values);
        let differences: Vec<f64> = pairs.map(|(x, y)| curve(b, *x).0 - y).collect();
        Some(differences.into())
    }

    fn jacobian(&self) -> Option<OMatrix<f64, Dyn, U5>> {
        let rows = self.x.values.iter().map(|x| curve(&self.parameters, *x).1);
        let numbers: Vec<f64> = rows.flatten().collect();
        Some(OMatrix::<f64, Dyn, U5>::from_row_slice(&numbers))
    }
}
