//! Why an agreement cannot be measured.

// The messages say what the variants and their fields are.
#![allow(missing_docs)]

use std::fmt;
use thiserror::Error;

/// Why an agreement cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatisticsError {
    /// Fewer pairs than the figure needs.
    #[error("{found} pictures are too few: {needed} or more are needed")]
    TooFew { found: usize, needed: usize },
    #[error("there are {predictions} predictions but {ratings} ratings")]
    LengthsDiffer { predictions: usize, ratings: usize },
    /// A value is NaN or infinite, or so large that the figure would be.
    #[error("one of the {0} is not a finite number, or far too large")]
    NotFinite(Side),
    #[error("all {0} are the same: nothing correlates with them")]
    Constant(Side),
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
