//! Detail lost to a Gaussian, a lens out of focus, motion, and scaling down.

use super::convolve::{Tap, convolve, convolve_both_ways, gaussian, normalised};
use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::{Picture, resize};

/// Of the encoded values, as a picture program does it.
pub(super) fn gaussian_blur(picture: &Picture, strength: f32) -> Picture {
    let sigma = parameter(strength, [0.0, 0.7, 1.2, 2.0, 3.2, 5.0]);
    convolve_both_ways(&Raster::values(picture), &gaussian(sigma.max(0.05))).to_picture(picture)
}

/// Of the light: a lens spreads light, so that highlights grow into bright discs.
pub(super) fn lens_blur(picture: &Picture, strength: f32) -> Picture {
    let radius = parameter(strength, [0.0, 0.9, 1.6, 2.6, 4.2, 6.5]);
    convolve(&Raster::light(picture), &disc(radius)).light_to_picture(picture)
}

/// Of the light, along a straight stroke.
pub(super) fn motion_blur(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let length = parameter(strength, [1.0, 3.0, 5.5, 9.0, 15.0, 26.0]);
    let stroke = stroke(length, random.direction());
    convolve(&Raster::light(picture), &stroke).light_to_picture(picture)
}

/// Scaled down by a factor and up to the old size.
pub(super) fn resampling(picture: &Picture, strength: f32) -> Picture {
    let factor = parameter(strength, [1.0, 1.6, 2.2, 3.2, 4.5, 7.0]);
    let smaller = |side: u32| ((f64::from(side) / f64::from(factor)).round() as u32).max(1);
    let small = resize(
        picture.clone(),
        smaller(picture.width),
        smaller(picture.height),
    );
    resize(small, picture.width, picture.height)
}

/// A disc whose rim covers pixels in part, row by row, so that it grows smoothly with `radius`.
fn disc(radius: f32) -> Vec<Tap> {
    let reach = f64::from(radius) + 0.5;
    let half = reach.ceil() as i32;
    let mut places = Vec::new();
    for y in -half..=half {
        // Half the length of the row's chord through the middle of its pixels.
        let chord = (reach * reach - f64::from(y * y)).max(0.0).sqrt();
        for x in -half..=half {
            let covered = (chord + 0.5 - f64::from(x.abs())).clamp(0.0, 1.0);
            let covered = covered.min(2.0 * chord);
            if covered > 0.0 {
                places.push((x, y, covered));
            }
        }
    }
    weighed(places)
}

/// A stroke of `length` pixels, a pixel a step along its longer axis and shared between the two
/// nearest pixels across it.
fn stroke(length: f32, (cosine, sine): (f32, f32)) -> Vec<Tap> {
    let (cosine, sine) = (f64::from(cosine), f64::from(sine));
    let longer = cosine.abs().max(sine.abs());
    let (along, slope) = (
        longer * f64::from(length) / 2.0,
        cosine.abs().min(sine.abs()) / longer,
    );
    let slope = if cosine * sine < 0.0 { -slope } else { slope };
    let half = along.ceil() as i32;
    let mut places = Vec::new();
    for step in -half..=half {
        let covered = (along + 0.5 - f64::from(step.abs())).clamp(0.0, 1.0);
        let across = f64::from(step) * slope;
        let near = across.floor();
        for (offset, part) in [(near, 1.0 - (across - near)), (near + 1.0, across - near)] {
            let offset = offset as i32;
            if covered * part > 0.0 {
                let (x, y) = if cosine.abs() >= sine.abs() {
                    (step, offset)
                } else {
                    (offset, step)
                };
                places.push((x, y, covered * part));
            }
        }
    }
    weighed(places)
}

/// Taps in proportion to the third of each, with sum 1.
fn weighed(places: Vec<(i32, i32, f64)>) -> Vec<Tap> {
    let weights = normalised(places.iter().map(|&(_, _, weight)| weight));
    let taps = places.iter().zip(weights);
    taps.map(|(&(x, y, _), weight)| Tap { x, y, weight })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(taps: &[Tap]) -> (f32, f32, f32) {
        let sum = |value: fn(&Tap) -> f32| taps.iter().map(|t| t.weight * value(t)).sum();
        (
            sum(|_| 1.0),
            sum(|t| (t.x * t.x) as f32),
            sum(|t| (t.y * t.y) as f32),
        )
    }

    /// A disc of radius r has the variance r² / 4 along each axis.
    #[test]
    fn a_disc_has_its_radius() {
        for radius in [2.0f32, 3.3, 6.5] {
            let (sum, across, down) = moments(&disc(radius));
            assert!((sum - 1.0).abs() < 1e-5);
            for variance in [across, down] {
                let expected = (radius + 0.5).powi(2) / 4.0;
                assert!(
                    (variance / expected - 1.0).abs() < 0.1,
                    "{radius}: {variance} {expected}"
                );
            }
        }
        assert_eq!(disc(0.0).len(), 1);
    }

    /// A stroke of length l has the variance l² / 12 along itself.
    #[test]
    fn a_stroke_has_its_length_and_direction() {
        for (cosine, sine) in [(1.0, 0.0), (0.6, 0.8), (0.8, -0.6), (0.0, -1.0)] {
            let taps = stroke(20.0, (cosine, sine));
            let (sum, across, down) = moments(&taps);
            assert!((sum - 1.0).abs() < 1e-5);
            assert!(
                (across + down - 400.0 / 12.0).abs() < 2.0,
                "{across} {down}"
            );
            let product: f32 = taps.iter().map(|t| t.weight * (t.x * t.y) as f32).sum();
            assert!(
                (product - cosine * sine * 400.0 / 12.0).abs() < 1.0,
                "{product}"
            );
        }
    }
}
