//! By what the best epoch is told.

use crate::evaluate::statistics::{plcc, rmse, srcc};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// By what the best epoch is told, on the pictures held out. Points are label and raw score of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The latest, unless an earlier one has smaller errors beyond chance (a paired test): some tens of
    /// pictures tell no smaller difference, and the mean of the weights is over more steps
    #[default]
    Sure,
    /// The highest SRCC; where it is equal, the lower RMSE
    Srcc,
    /// The highest PLCC; where it is equal, the lower RMSE
    Plcc,
    /// The lowest RMSE
    Rmse,
}

/// How many standard errors the mean gain in squared error must be above 0: 5 % of equal ones are.
const BEYOND_CHANCE: f64 = 1.645;

/// What figures of equal quality may differ by: they are sums in another order.
const ROUNDING: f64 = 1e-9;

impl Criterion {
    /// Whether an epoch is taken instead of the best one before it, each by its points on the same
    /// pictures, in order. By a figure, an equal one is not; without pictures held out the later always
    /// is.
    pub fn takes(self, before: &[[f32; 2]], now: &[[f32; 2]]) -> bool {
        if before.is_empty() || now.is_empty() {
            return true;
        }
        if self == Self::Sure {
            return !is_better_beyond_chance(before, now);
        }
        let pairs = self.figures(now).into_iter().zip(self.figures(before));
        let mut gains = pairs.map(|(now, before)| if now == before { 0.0 } else { now - before });
        let first = gains.find(|gain| gain.abs() > ROUNDING);
        first.is_some_and(|gain| gain > 0.0)
    }

    /// What counts, the first thing first, higher better; what cannot be told is lowest.
    fn figures(self, points: &[[f32; 2]]) -> [f64; 2] {
        let (raw, labels): (Vec<f64>, Vec<f64>) = points
            .iter()
            .map(|[label, raw]| (f64::from(*raw), f64::from(*label)))
            .unzip();
        let closeness = rmse(&raw, &labels).map_or(f64::NEG_INFINITY, |rmse| -rmse);
        let first = match self {
            Self::Srcc => srcc(&raw, &labels).unwrap_or(f64::NEG_INFINITY),
            Self::Plcc => plcc(&raw, &labels).unwrap_or(f64::NEG_INFINITY),
            Self::Sure | Self::Rmse => closeness,
        };
        [first, closeness]
    }
}

/// Whether the squared errors of `before` are smaller than those of `now` beyond chance.
fn is_better_beyond_chance(before: &[[f32; 2]], now: &[[f32; 2]]) -> bool {
    let count = now.len() as f64;
    if before.len() != now.len() || now.len() < 3 {
        return false;
    }
    let squared = |[label, raw]: &[f32; 2]| f64::from(label - raw).powi(2);
    let gains: Vec<f64> = before
        .iter()
        .zip(now)
        .map(|(b, n)| squared(n) - squared(b))
        .collect();
    let mean = gains.iter().sum::<f64>() / count;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
    mean > BEYOND_CHANCE * (variance / count).sqrt()
}
