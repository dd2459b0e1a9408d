//! How well predictions agree with ratings, as the field measures it: PLCC, SRCC, KRCC and RMSE
//! ([`correlation`]), PLCC and RMSE after the logistic fit ([`logistic`]), each with a bootstrap
//! interval ([`bootstrap`]), together in an [`Agreement`].
//!
//! Nothing here gives NaN: what cannot be measured is a [`StatisticsError`].

mod agreement;
pub mod bootstrap;
pub mod correlation;
mod error;
pub mod logistic;
mod roc;

pub use agreement::{Agreement, Intervals};
pub use bootstrap::{Bootstrap, Interval};
pub use correlation::{krcc, plcc, rmse, srcc};
pub use error::{Side, StatisticsError};
pub use logistic::Logistic;
pub use roc::area_under_roc;
