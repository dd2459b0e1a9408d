//! Structural similarity, at one scale and at five.

use crate::image::Picture;
use rayon::prelude::*;

/// Side of the Gaussian window.
const SIDE: usize = 11;
const SIGMA: f64 = 1.5;
/// `(K L)^2` of the paper with a range of 255.
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);
/// The exponents of the scales, the finest first.
const EXPONENTS: [f64; 5] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/// The mean structural similarity of luma.
pub(super) fn ssim(distorted: &Picture, reference: &Picture) -> f64 {
    compare(&Plane::luma(distorted), &Plane::luma(reference)).0
}

/// Structural similarity over five scales: contrast and structure at each, luminance at the last.
pub(super) fn ms_ssim(distorted: &Picture, reference: &Picture) -> f64 {
    let (mut a, mut b) = (Plane::luma(distorted), Plane::luma(reference));
    let mut product = 1.0;
    for (scale, exponent) in EXPONENTS.into_iter().enumerate() {
        let (whole, structure) = compare(&a, &b);
        let last = scale + 1 == EXPONENTS.len();
        let mean = if last { whole } else { structure };
        product *= mean.max(0.0).powf(exponent);
        if !last {
            (a, b) = (a.halved(), b.halved());
        }
    }
    product
}

/// One channel of a picture, row after row.
struct Plane {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Plane {
    /// BT.601 luma, 0 to 255.
    fn luma(picture: &Picture) -> Self {
        let pixels = picture.rgb.chunks_exact(3);
        let luma = |pixel: &[u8]| {
            let weighted = pixel.iter().zip([0.299, 0.587, 0.114]);
            weighted
                .map(|(value, k)| f64::from(*value) * k)
                .sum::<f64>() as f32
        };
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            values: pixels.map(luma).collect(),
        }
    }

    fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    /// The means of 2 x 2 pixels; at the end of an odd side those of what there is, which is what
    /// mirroring gives.
    fn halved(&self) -> Self {
        let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len() as f32;
        let rows: Vec<usize> = (0..self.height).collect();
        let values = rows.par_chunks(2).flat_map_iter(|pair| {
            let top = self.row(pair[0]).chunks(2);
            let bottom = self.row(pair[pair.len() - 1]).chunks(2);
            top.zip(bottom).map(|(a, b)| (mean(a) + mean(b)) / 2.0)
        });
        Self {
            width: self.width.div_ceil(2),
            height: self.height.div_ceil(2),
            values: values.collect(),
        }
    }
}

/// What is averaged under the window: `a`, `b`, `a^2`, `b^2`, `a b`.
type Moments = [f64; 5];

fn add(sum: &mut Moments, weight: f64, of: Moments) {
    for (sum, value) in sum.iter_mut().zip(of) {
        *sum += weight * value;
    }
}

/// The means of similarity (Eq. 13 of the paper of 2004) and of contrast and structure alone, over
/// all places where the window fits.
fn compare(a: &Plane, b: &Plane) -> (f64, f64) {
    let window = window();
    // A sum a row, added up in order: the same number on every run.
    let rows: Vec<(f64, f64)> = (0..=a.height - SIDE)
        .into_par_iter()
        .map_init(
            || vec![Moments::default(); a.width],
            |columns, top| {
                columns.fill(Moments::default());
                for (k, weight) in window.into_iter().enumerate() {
                    let pixels = a.row(top + k).iter().zip(b.row(top + k));
                    for (sum, (a, b)) in columns.iter_mut().zip(pixels) {
                        let (a, b) = (f64::from(*a), f64::from(*b));
                        add(sum, weight, [a, b, a * a, b * b, a * b]);
                    }
                }
                let places = columns.windows(SIDE).map(|part| {
                    let mut sum = Moments::default();
                    for (moments, weight) in part.iter().zip(window) {
                        add(&mut sum, weight, *moments);
                    }
                    similarity(sum)
                });
                places.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
            },
        )
        .collect();
    let places = (rows.len() * (a.width - SIDE + 1)) as f64;
    let total = |of: fn(&(f64, f64)) -> f64| rows.iter().map(of).sum::<f64>() / places;
    (total(|row| row.0), total(|row| row.1))
}

/// Similarity at one place, and its contrast and structure alone.
fn similarity([a, b, aa, bb, ab]: Moments) -> (f64, f64) {
    let luminance = (2.0 * a * b + C1) / (a * a + b * b + C1);
    let variances = (aa - a * a) + (bb - b * b);
    let structure = (2.0 * (ab - a * b) + C2) / (variances + C2);
    (luminance * structure, structure)
}

/// The Gaussian window along one side; its sum is 1.
fn window() -> [f64; SIDE] {
    let middle = (SIDE / 2) as f64;
    let weights: [f64; SIDE] =
        std::array::from_fn(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_means_and_odd_ends_are_mirrored() {
        let plane = Plane {
            width: 3,
            height: 3,
            values: vec![1.0, 3.0, 10.0, 5.0, 7.0, 20.0, 2.0, 4.0, 40.0],
        };
        let half = plane.halved();
        assert_eq!((half.width, half.height), (2, 2));
        assert_eq!(half.values, [4.0, 15.0, 3.0, 40.0]);
    }
}
