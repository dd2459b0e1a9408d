//! Why a picture could not be measured.

use super::Metric;

/// Why a picture could not be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum MetricError {
    /// The sizes differ.
    #[error(
        "the picture is {}x{}, its reference {}x{}: both must be of one size",
        picture.0, picture.1, reference.0, reference.1
    )]
    UnequalSize {
        picture: (u32, u32),
        reference: (u32, u32),
    },
    /// Too small for the metric.
    #[error(
        "{width}x{height} pixels is too small: {metric} needs {} on both sides",
        metric.least_side()
    )]
    TooSmall {
        metric: Metric,
        width: u32,
        height: u32,
    },
    /// The measure gave up.
    #[error("{metric} could not be computed: {reason}")]
    Failed { metric: Metric, reason: String },
}
