//! Convolution with any small kernel, edges extended.

use super::raster::Raster;

/// One weight of a kernel: the pixel `x` to the right and `y` below counts `weight`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tap {
    pub x: i32,
    pub y: i32,
    pub weight: f32,
}

/// The sum of the neighbours, each by its weight.
pub(super) fn convolve(raster: &Raster, taps: &[Tap]) -> Raster {
    let reach = taps
        .iter()
        .map(|tap| tap.x.unsigned_abs() as usize)
        .max()
        .unwrap_or(0);
    let padded = pad_rows(raster, reach);
    let (length, stride) = (raster.width * 3, (raster.width + 2 * reach) * 3);
    let neighbours = |tap: &Tap, y: usize| {
        let row = (y as i64 + i64::from(tap.y)).clamp(0, raster.height as i64 - 1) as usize;
        let start = row * stride + ((reach as i64 + i64::from(tap.x)) * 3) as usize;
        &padded[start..start + length]
    };
    let mut samples = vec![0.0; raster.samples.len()];
    for (y, sums) in samples.chunks_exact_mut(length).enumerate() {
        let (fours, rest) = taps.as_chunks::<4>();
        for four in fours {
            let [a, b, c, d] = four.each_ref().map(|tap| neighbours(tap, y));
            let [wa, wb, wc, wd] = four.map(|tap| tap.weight);
            for i in 0..length {
                sums[i] += (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i]);
            }
        }
        for tap in rest {
            for (sum, value) in sums.iter_mut().zip(neighbours(tap, y)) {
                *sum += tap.weight * value;
            }
        }
    }
    raster.like(samples)
}

/// Convolution with `kernel`, of odd length, across and then down.
pub(super) fn convolve_both_ways(raster: &Raster, kernel: &[f32]) -> Raster {
    let half = (kernel.len() / 2) as i32;
    let taps = |across: i32, down: i32| -> Vec<Tap> {
        (-half..=half)
            .zip(kernel)
            .map(|(offset, &weight)| Tap {
                x: offset * across,
                y: offset * down,
                weight,
            })
            .collect()
    };
    convolve(&convolve(raster, &taps(1, 0)), &taps(0, 1))
}

/// A Gaussian of standard deviation `sigma` pixels, cut at three of them, with sum 1.
pub(super) fn gaussian(sigma: f32) -> Vec<f32> {
    let sigma = f64::from(sigma);
    let half = (3.0 * sigma).ceil() as i32;
    normalised((-half..=half).map(|x| (-0.5 * (f64::from(x) / sigma).powi(2)).exp()))
}

/// Weights in proportion to `weights`, with sum 1.
pub(super) fn normalised(weights: impl Iterator<Item = f64>) -> Vec<f32> {
    let weights: Vec<f64> = weights.collect();
    let sum: f64 = weights.iter().sum();
    weights
        .into_iter()
        .map(|weight| (weight / sum) as f32)
        .collect()
}

/// Every row with `reach` copies of its first and last pixel before and behind it.
fn pad_rows(raster: &Raster, reach: usize) -> Vec<f32> {
    let length = raster.width * 3;
    let mut padded = Vec::with_capacity((length + 6 * reach) * raster.height);
    for row in raster.samples.chunks_exact(length) {
        let (first, last) = (&row[..3], &row[length - 3..]);
        (0..reach).for_each(|_| padded.extend_from_slice(first));
        padded.extend_from_slice(row);
        (0..reach).for_each(|_| padded.extend_from_slice(last));
    }
    padded
}

/// A Gaussian of any width, by three means: the cost does not depend on `sigma`. Their variances
/// add up to its own, and below a tenth of a level they have its shape.
pub(super) fn wide_gaussian(raster: &Raster, sigma: f32) -> Raster {
    let radius = ((4.0 * sigma * sigma + 1.0).sqrt() - 1.0) / 2.0;
    mean(&mean(&mean(raster, radius), radius), radius)
}

/// The mean over squares of `2 * radius + 1` pixels a side, by sums that slide; a part of a pixel
/// at the rim counts by that part.
pub(super) fn mean(raster: &Raster, radius: f32) -> Raster {
    let (whole, rim) = (radius as usize, radius.fract());
    let share = 1.0 / (2.0 * radius + 1.0);
    let across = mean_across(raster, whole, rim, share);
    let (length, rows) = (raster.width * 3, raster.height);
    let row = |y: usize, below: usize, above: usize| {
        let start = (y + below).saturating_sub(above).min(rows - 1) * length;
        &across[start..start + length]
    };
    let mut sums = vec![0.0f32; length];
    for offset in 0..2 * whole {
        let entering = row(0, offset, whole);
        sums.iter_mut()
            .zip(entering)
            .for_each(|(sum, value)| *sum += value);
    }
    let mut samples = Vec::with_capacity(across.len());
    for y in 0..rows {
        let entering = row(y, whole, 0);
        sums.iter_mut()
            .zip(entering)
            .for_each(|(sum, value)| *sum += value);
        let rims = row(y, 0, whole + 1).iter().zip(row(y, whole + 1, 0));
        let rims = rims.map(|(upper, lower)| rim * (upper + lower));
        samples.extend(
            sums.iter()
                .zip(rims)
                .map(|(sum, rims)| (sum + rims) * share),
        );
        let leaving = row(y, 0, whole);
        sums.iter_mut()
            .zip(leaving)
            .for_each(|(sum, value)| *sum -= value);
    }
    raster.like(samples)
}

fn mean_across(raster: &Raster, whole: usize, rim: f32, share: f32) -> Vec<f32> {
    let reach = whole + 1;
    let padded = pad_rows(raster, reach);
    let rows = padded.chunks_exact((raster.width + 2 * reach) * 3);
    let mut across = vec![0.0; raster.samples.len()];
    for (means, row) in across.chunks_exact_mut(raster.width * 3).zip(rows) {
        let (pixels, means) = (row.as_chunks::<3>().0, means.as_chunks_mut::<3>().0);
        let mut sums = [0.0f32; 3];
        for pixel in &pixels[1..=2 * whole] {
            sums = std::array::from_fn(|channel| sums[channel] + pixel[channel]);
        }
        for (mean, window) in means.iter_mut().zip(pixels.windows(2 * reach + 1)) {
            let (left, leaving) = (window[0], window[1]);
            let (entering, right) = (window[2 * reach - 1], window[2 * reach]);
            for channel in 0..3 {
                let sum = sums[channel] + entering[channel];
                mean[channel] = (sum + rim * (left[channel] + right[channel])) * share;
                sums[channel] = sum - leaving[channel];
            }
        }
    }
    across
}
