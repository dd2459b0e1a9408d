//! The classic metrics: how good a picture is, most of them compared with its reference, as the
//! literature has measured it for years, to be read beside the network's score.
//!
//! [`measure`] computes one [`Metric`] of a pair, [`Readings`] holds several. All see the whole
//! pictures, upright 8-bit sRGB as they come from [`crate::image::read`], never those that were
//! brought to the network's size. No checkpoint is needed. LPIPS and DISTS need weights, which the
//! user imports and [`Weights::install`] brings in; NIQE needs no reference:
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
mod kind;
mod lpips;
mod niqe;
mod perceptual;
mod psnr;
mod readings;
mod similarity;
mod weights;

pub use error::MetricError;
pub use kind::Metric;
pub use niqe::Niqe;
pub use readings::Readings;
pub use weights::Weights;

use crate::guard::guard;
use crate::image::Picture;

/// How far `picture` is from `reference`, its original, by `metric`, at full resolution; see
/// [`Metric`] for what is computed, in which unit and range, and which way is better. PSNR of a
/// picture with itself is infinite. A metric that [needs no reference](Metric::needs_reference) looks
/// at none: it can be `None`.
///
/// # Errors
/// The sizes differ, the shorter side is below [`Metric::least_side`], a reference is missing, or the
/// measure gave up.
pub fn measure<'a>(
    metric: Metric,
    picture: &Picture,
    reference: impl Into<Option<&'a Picture>>,
) -> Result<f64, MetricError> {
    let reference = reference.into().filter(|_| metric.needs_reference());
    let (width, height) = (picture.width, picture.height);
    if let Some(reference) = reference
        && (width, height) != (reference.width, reference.height)
    {
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
    let against = |compare: fn(&Picture, &Picture) -> Result<f64, String>| match reference {
        Some(reference) => compare(picture, reference),
        None => Err("it compares with a reference, and there is none".to_owned()),
    };
    computed(metric, || match metric {
        Metric::Psnr => against(|picture, reference| Ok(psnr::psnr(picture, reference))),
        Metric::Ssim => against(|picture, reference| Ok(similarity::ssim(picture, reference))),
        Metric::MsSsim => against(|picture, reference| Ok(similarity::ms_ssim(picture, reference))),
        Metric::Ssimulacra2 => against(perceptual::ssimulacra2),
        Metric::Butteraugli => against(perceptual::butteraugli),
        Metric::Lpips => against(lpips::lpips),
        Metric::Dists => against(dists::dists),
        Metric::Niqe => niqe::niqe(picture),
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
