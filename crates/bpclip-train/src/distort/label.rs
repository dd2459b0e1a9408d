//! How different two pictures look, measured: the label of a synthetic pair.

use bpclip_core::image::Picture;
use bpclip_core::metric::{Metric, MetricError, measure};

/// [`Metric::Ssimulacra2`] of a distorted picture.
///
/// # Errors
/// As [`measure`].
pub fn ssimulacra2(reference: &Picture, distorted: &Picture) -> Result<f64, MetricError> {
    measure(Metric::Ssimulacra2, distorted, reference)
}

/// The label, from 0 to 1, that a network is trained towards: a hundredth of SSIMULACRA2 above 30,
/// and below it `0.3 exp((ssimulacra2 - 30) / 30)`, which keeps the order however low it falls.
pub fn label(ssimulacra2: f64) -> f64 {
    if ssimulacra2 > 30.0 {
        (ssimulacra2 / 100.0).min(1.0)
    } else {
        0.3 * ((ssimulacra2 - 30.0) / 30.0).exp()
    }
}
