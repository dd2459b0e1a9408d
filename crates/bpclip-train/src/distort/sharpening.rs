//! Halos from an unsharp mask that is too strong.

use super::convolve::{convolve_both_ways, gaussian};
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// An unsharp mask: what a blur takes away is added, many times over.
pub(super) fn oversharpening(picture: &Picture, strength: f32) -> Picture {
    let amount = parameter(strength, [0.0, 0.6, 1.3, 2.6, 5.0, 10.0]);
    let mut raster = Raster::values(picture);
    let blurred = convolve_both_ways(&raster, &gaussian(1.4));
    for (value, blurred) in raster.samples.iter_mut().zip(blurred.samples) {
        *value += amount * (*value - blurred);
    }
    raster.to_picture(picture)
}
