//! The classic metrics: how far a picture is from its reference, as the literature has measured it
//! for years, to be read beside the network's score.
//!
//! [`measure`] computes one [`Metric`] of a pair, [`Readings`] holds several. All see the whole
//! pictures, upright 8-bit sRGB as they come from [`crate::image::read`], never those that were
//! brought to the network's size. No checkpoint is needed; LPIPS and DISTS need weights, which the
//! user imports and [`Lpips::install`] and [`Dists::install`] bring in:
//!
//! ```
//! use bpclip_core::image::Picture;
//! use bpclip_core::metric::{Metric, MetricError, measure};
//!
//! # fn main() -> Result<(), MetricError> {
//! // `image::read` makes such pictures of files.
//! let grey = |level: u8| Picture {
//!     width: 2,
//!     height: 2,
//!     rgb: vec![level; 12],
//!     notes: Vec::new(),
//! };
//! let psnr = measure(Metric::Psnr, &grey(101), &grey(100))?;
//! assert_eq!(Metric::Psnr.show(psnr), "48.13");
//! assert_eq!(Metric::Psnr.unit(), "dB");
//! # Ok(())
//! # }
//! ```
//!
//! `perceptual.rs` calls the crates `fast-ssim2` and `butteraugli`; all others are ours.

mod dists;
mod error;
mod imported;
mod kind;
mod lpips;
mod perceptual;
mod psnr;
mod readings;
mod similarity;

pub use dists::Dists;
pub use error::MetricError;
pub use kind::Metric;
pub use lpips::Lpips;
pub use readings::Readings;

use crate::guard::guard;
use crate::image::Picture;

/// How far `distorted`, the picture that is judged, is from `reference`, its original, by `metric`,
/// at full resolution; see [`Metric`] for what is computed, in which unit and range, and which way
/// is better. PSNR of a picture with itself is infinite.
///
/// # Errors
/// The sizes differ, the shorter side is below [`Metric::least_side`], or the
/// measure gave up.
pub fn measure(
    metric: Metric,
    distorted: &Picture,
    reference: &Picture,
) -> Result<f64, MetricError> {
    let (width, height) = (distorted.width, distorted.height);
    if (width, height) != (reference.width, reference.height) {
        return Err(MetricError::UnequalSize {
            picture: (width, height),
            reference: (reference.width, reference.height),
        });
    }
    if width.min(height) < metric.least_side() {
        return Err(MetricError::TooSmall {
            metric,
            width,
            height,
        });
    }
    computed(metric, || match metric {
        Metric::Psnr => Ok(psnr::psnr(distorted, reference)),
        Metric::Ssim => Ok(similarity::ssim(distorted, reference)),
        Metric::MsSsim => Ok(similarity::ms_ssim(distorted, reference)),
        Metric::Ssimulacra2 => perceptual::ssimulacra2(distorted, reference),
        Metric::Butteraugli => perceptual::butteraugli(distorted, reference),
        Metric::Lpips => lpips::lpips(distorted, reference),
        Metric::Dists => dists::dists(distorted, reference),
    })
}

/// Runs a metric. A crate that gives up must not end a batch.
fn computed(
    metric: Metric,
    compute: impl FnOnce() -> Result<f64, String>,
) -> Result<f64, MetricError> {
    guard(compute)
        .unwrap_or_else(|panic| Err(format!("it gave up: {panic}")))
        .map_err(|reason| MetricError::Failed { metric, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_panics_is_an_error_in_its_words() {
        let error = computed(Metric::Butteraugli, || panic!("no such row")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Butteraugli could not be computed: it gave up: no such row"
        );
    }
}
