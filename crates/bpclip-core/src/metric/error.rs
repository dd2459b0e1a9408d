//! Why a pair could not be measured.

use super::Metric;

/// Why a pair could not be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricError {
    /// The sizes differ.
    #[error(
        "the picture is {}x{}, its reference {}x{}: both must be of one size",
        picture.0, picture.1, reference.0, reference.1
    )]
    UnequalSize {
        /// Width and height of the picture.
        picture: (u32, u32),
        /// Width and height of its reference.
        reference: (u32, u32),
    },
    /// Too small for the metric.
    #[error(
        "{width}x{height} pixels is too small: {metric} needs {} on both sides",
        metric.least_side()
    )]
    TooSmall {
        /// The metric.
        metric: Metric,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The measure gave up.
    #[error("{metric} could not be computed: {reason}")]
    Failed {
        /// The metric.
        metric: Metric,
        /// What it said.
        reason: String,
    },
}
