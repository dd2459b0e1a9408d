//! Why an agreement cannot be measured.

use std::fmt;
use thiserror::Error;

/// Why an agreement cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatisticsError {
    /// Fewer pairs than the figure needs.
    #[error("{found} pictures are too few: {needed} or more are needed")]
    TooFew {
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Predictions and ratings do not belong together.
    #[error("there are {predictions} predictions but {ratings} ratings")]
    LengthsDiffer {
        /// How many predictions.
        predictions: usize,
        /// How many ratings.
        ratings: usize,
    },
    /// A value is NaN or infinite, or so large that the figure would be.
    #[error("one of the {0} is not a finite number, or far too large")]
    NotFinite(Side),
    /// All values are one, so that nothing can correlate with them.
    #[error("all {0} are the same: nothing correlates with them")]
    Constant(Side),
    /// The logistic curve could not be fitted.
    #[error("the logistic curve does not fit these values")]
    NoFit,
}

/// Which of the two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What a network says.
    Predictions,
    /// What people say.
    Ratings,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Predictions => "predictions",
            Self::Ratings => "ratings",
        })
    }
}
