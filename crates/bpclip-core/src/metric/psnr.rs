//! Peak signal-to-noise ratio.

use crate::image::Picture;

/// `10 log10(255^2 / MSE)` in decibels, infinite for equal pictures.
pub(super) fn psnr(distorted: &Picture, reference: &Picture) -> f64 {
    let pairs = distorted.rgb.iter().zip(&reference.rgb);
    // Whole numbers: exact, whatever the order.
    let squares: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    let mean = squares as f64 / distorted.rgb.len() as f64;
    10.0 * (255.0_f64.powi(2) / mean).log10()
}
