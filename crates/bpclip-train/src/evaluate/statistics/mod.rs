//! How well predictions agree with ratings, as the field measures it: PLCC, SRCC, KRCC and RMSE
//! ([`correlation`]), PLCC and RMSE after the logistic fit ([`logistic`]), each with a bootstrap
//! interval ([`bootstrap`]), together in an [`Agreement`]; and which of two predictions of the same
//! ratings agrees better, in a [`Comparison`].
//!
//! Nothing here gives NaN: what cannot be measured is a [`StatisticsError`].

mod agreement;
pub mod bootstrap;
mod comparison;
pub mod correlation;
mod error;
pub mod logistic;
mod roc;
mod share;

pub use agreement::{Agreement, Intervals};
pub use bootstrap::{Bootstrap, Interval};
pub use comparison::{Comparison, Difference, Test, meng, variances};
pub use correlation::{krcc, plcc, rmse, srcc};
pub use error::{Side, StatisticsError};
pub use logistic::Logistic;
pub use roc::area_under_roc;
pub use share::wilson;
