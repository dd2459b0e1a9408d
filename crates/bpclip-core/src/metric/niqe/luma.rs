//! Luma, at half its size, and normalised by what is around each pixel.

use crate::image::Picture;
use rayon::prelude::*;
use std::iter::repeat_n;

/// The Gaussian of 7 x 7 pixels along one side, sigma 7/6.
const SIDE: usize = 7;
const SIGMA: f64 = 7.0 / 6.0;

/// What halves a side: Keys' cubic, twice as wide, as MATLAB's `imresize` and Pillow's `BICUBIC` of
/// -0.5 have it. They add up to 1 without rounding.
const HALVING: [f64; 8] = {
    const ONE: f64 = 1.0 / 256.0;
    let [a, b, c, d] = [-3.0 * ONE, -9.0 * ONE, 29.0 * ONE, 111.0 * ONE];
    [a, b, c, d, d, c, b, a]
};

/// Below this a pixel is what is around it: else rounding had a sign.
const NOTHING: f64 = 1e-6;

/// BT.601 luma, 0 to 255, not rounded, row after row.
pub struct Luma {
    pub width: usize,
    pub height: usize,
    values: Vec<f64>,
}

/// Some rows, normalised.
pub struct Normalised {
    /// `(I - mu) / (sigma + 1)` (Eq. 1 of the paper).
    pub values: Vec<f64>,
    /// `sigma`: the deviation around each pixel.
    pub deviations: Vec<f64>,
}

impl Luma {
    pub fn of(picture: &Picture) -> Self {
        let luma = |pixel: &[u8]| {
            let [r, g, b] = [0, 1, 2].map(|channel| u32::from(pixel[channel]));
            f64::from(299 * r + 587 * g + 114 * b) / 1000.0
        };
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            values: picture.rgb.par_chunks_exact(3).map(luma).collect(),
        }
    }

    /// At half its size; of an odd side the last pixel has none of its own.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let row = |y: usize| {
            let down = self.down(2 * y, &HALVING, |value| value);
            let across = across(&down, HALVING.len());
            let halved = move |x: usize| weighted(&across[2 * x..], &HALVING);
            (0..width).map(halved).collect::<Vec<f64>>()
        };
        Self {
            width,
            height,
            values: (0..height).into_par_iter().flat_map_iter(row).collect(),
        }
    }

    /// So many rows from `top` on.
    pub fn normalised(&self, top: usize, rows: usize) -> Normalised {
        let window = window();
        let mut normalised = Normalised {
            values: Vec::with_capacity(rows * self.width),
            deviations: Vec::with_capacity(rows * self.width),
        };
        for y in top..top + rows {
            let means = across(&self.down(y, &window, |value| value), SIDE);
            let squares = across(&self.down(y, &window, |value| value * value), SIDE);
            for (x, value) in self.row(y).iter().enumerate() {
                let mean = weighted(&means[x..], &window);
                let square = weighted(&squares[x..], &window);
                let deviation = (square - mean * mean).max(0.0).sqrt();
                let difference = Some(value - mean).filter(|d| d.abs() >= NOTHING);
                let normal = difference.unwrap_or(0.0) / (deviation + 1.0);
                normalised.values.push(normal);
                normalised.deviations.push(deviation);
            }
        }
        normalised
    }

    fn row(&self, y: usize) -> &[f64] {
        &self.values[y * self.width..][..self.width]
    }

    /// The weighted sums of rows around a row, of what `of` makes of the values; rows beyond the
    /// edge are as the edge.
    fn down(&self, y: usize, weights: &[f64], of: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.width];
        for (k, weight) in weights.iter().enumerate() {
            let row = (y + k).saturating_sub(before(weights.len()));
            let row = self.row(row.min(self.height - 1));
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * of(*value);
            }
        }
        sums
    }
}

/// How many of the weights stand before a pixel: a window of an even side has its middle behind it.
fn before(weights: usize) -> usize {
    (weights - 1) / 2
}

/// A row with its ends repeated, so that a window of so many pixels fits everywhere.
fn across(row: &[f64], weights: usize) -> Vec<f64> {
    let left = before(weights);
    let (first, last) = (row[0], row[row.len() - 1]);
    let row = repeat_n(first, left).chain(row.iter().copied());
    row.chain(repeat_n(last, weights - 1 - left)).collect()
}

fn weighted(values: &[f64], weights: &[f64]) -> f64 {
    values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum()
}

/// The Gaussian along one side; its sum is 1.
fn window() -> [f64; SIDE] {
    let middle = before(SIDE) as f64;
    let weights: [f64; SIDE] =
        std::array::from_fn(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}
