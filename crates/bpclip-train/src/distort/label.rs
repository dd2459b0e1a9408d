//! How different two pictures look, measured: the label of a synthetic pair.

use super::light::tone;
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

/// The distorted picture with what people hardly mind undone: its light is shifted to the mean luma
/// of the reference, and contrast that was raised is taken back around it. Contrast that was lost
/// stays lost, and so does what was cut off. Both are of the same size.
///
/// The gain is the least squares fit of the reference's luma by the distorted picture's, where the
/// latter varies more, and never above 1.
pub fn forgiven(reference: &Picture, distorted: &Picture) -> Picture {
    let (wanted, seen) = (luma(reference), luma(distorted));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (wanted_mean, seen_mean) = (mean(&wanted), mean(&seen));
    let (mut wanted_variance, mut variance, mut covariance) = (0.0, 0.0, 0.0);
    for (wanted, seen) in wanted.iter().zip(&seen) {
        let (wanted, seen) = (wanted - wanted_mean, seen - seen_mean);
        wanted_variance += wanted * wanted;
        variance += seen * seen;
        covariance += wanted * seen;
    }
    let gain = match variance > wanted_variance {
        true => (covariance / variance).clamp(0.0, 1.0),
        false => 1.0,
    };
    tone(distorted, |value| (value - seen_mean) * gain + wanted_mean)
}

/// The luma of every pixel (ITU-R BT.601), 0 to 1.
fn luma(picture: &Picture) -> Vec<f64> {
    let of = |pixel: &[u8]| match pixel {
        [r, g, b] => {
            (0.299 * f64::from(*r) + 0.587 * f64::from(*g) + 0.114 * f64::from(*b)) / 255.0
        }
        _ => 0.0,
    };
    picture.rgb.chunks_exact(3).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of mid values, so that nothing is cut off.
    fn ramp(change: impl Fn(f64) -> f64) -> Picture {
        let pixels = (0..64 * 64 * 3).map(|place| 90.0 + f64::from(place * 7 % 61));
        let rgb = pixels.map(|value| change(value).round() as u8).collect();
        Picture {
            width: 64,
            height: 64,
            rgb,
            notes: Vec::new(),
        }
    }

    fn largest_difference(a: &Picture, b: &Picture) -> u8 {
        let pairs = a.rgb.iter().zip(&b.rgb);
        pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
    }

    #[test]
    fn raised_contrast_and_shifted_light_are_undone() {
        let reference = ramp(|value| value);
        for change in [
            |value: f64| value + 30.0,
            |value| value - 40.0,
            |value| (value - 120.0) * 1.5 + 120.0,
            |value| (value - 120.0) * 1.3 + 140.0,
        ] {
            let undone = forgiven(&reference, &ramp(change));
            assert!(largest_difference(&undone, &reference) <= 1);
        }
    }

    #[test]
    fn lost_contrast_and_equal_pictures_stay() {
        let reference = ramp(|value| value);
        let flat = ramp(|value| (value - 120.0) * 0.5 + 120.0);
        assert!(largest_difference(&forgiven(&reference, &flat), &flat) <= 1);
        assert_eq!(forgiven(&reference, &reference).rgb, reference.rgb);
    }
}
