//! Filters against noise, which take detail with them.

use super::convolve::mean;
use super::light::frame;
use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// The median along rows and then along columns, channel by channel; between two window lengths a
/// mix of both.
pub(super) fn median_filter(picture: &Picture, strength: f32) -> Picture {
    let radius = parameter(strength, [0.0, 0.7, 1.4, 2.2, 3.4, 5.0]);
    let less = median(picture, radius as usize);
    let part = radius.fract();
    if part == 0.0 {
        return less;
    }
    let more = median(picture, radius as usize + 1);
    let (mut mixed, more) = (Raster::values(&less), Raster::values(&more));
    for (value, more) in mixed.samples.iter_mut().zip(more.samples) {
        *value += (more - *value) * part;
    }
    mixed.to_picture(picture)
}

fn median(picture: &Picture, radius: usize) -> Picture {
    let (length, rows) = (picture.width as usize * 3, picture.height as usize);
    let mut across = Vec::with_capacity(picture.rgb.len());
    for row in picture.rgb.chunks_exact(length) {
        let (first, last) = (&row[..3], &row[length - 3..]);
        let padded = [first.repeat(radius), row.to_vec(), last.repeat(radius)].concat();
        let neighbours = (0..=2 * radius).map(|offset| &padded[offset * 3..offset * 3 + length]);
        across.extend(middle(neighbours));
    }
    let mut rgb = Vec::with_capacity(across.len());
    for y in 0..rows {
        let neighbours = (0..=2 * radius).map(|offset| {
            let start = (y + offset).saturating_sub(radius).min(rows - 1) * length;
            &across[start..start + length]
        });
        rgb.extend(middle(neighbours));
    }
    Picture {
        rgb,
        ..frame(picture)
    }
}

/// The medians of an odd number of rows, place by place. Whole rows are sorted against each other,
/// by exchanges of neighbours, because that is quick: many places at once.
fn middle<'a>(rows: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut rows: Vec<Vec<u8>> = rows.map(<[u8]>::to_vec).collect();
    let count = rows.len();
    for round in 0..count {
        for pair in rows[round % 2..].chunks_exact_mut(2) {
            if let [low, high] = pair {
                for (low, high) in low.iter_mut().zip(high) {
                    (*low, *high) = ((*low).min(*high), (*low).max(*high));
                }
            }
        }
    }
    rows.swap_remove(count / 2)
}

/// Noise, and a guided filter (He, Sun and Tang, 2013) that is its own guide, strong enough to
/// remove it: edges stay, texture goes.
pub(super) fn denoising(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let noise = parameter(strength, [0.0, 4.0, 8.0, 14.0, 22.0, 34.0]);
    let mut raster = Raster::values(picture);
    for value in &mut raster.samples {
        *value += noise * random.normal();
    }
    let tolerance = 2.5 * noise * noise;
    let radius = 2.0 + noise / 6.0;
    let mean = |samples: Vec<f32>| mean(&raster.like(samples), radius).samples;

    let means = mean(raster.samples.clone());
    let squares = mean(raster.samples.iter().map(|value| value * value).collect());
    let gains = means.iter().zip(squares).map(|(mean, square)| {
        let variance = (square - mean * mean).max(0.0);
        variance / (variance + tolerance)
    });
    let gains: Vec<f32> = gains.collect();
    let offsets = means
        .iter()
        .zip(&gains)
        .map(|(mean, gain)| mean * (1.0 - gain));
    let offsets = mean(offsets.collect());
    let gains = mean(gains);
    let filtered = raster.samples.iter().zip(gains).zip(offsets);
    let filtered = filtered.map(|((value, gain), offset)| value * gain + offset);
    raster.like(filtered.collect()).to_picture(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_median() {
        let rows: Vec<Vec<u8>> = (0..7u8)
            .map(|y| {
                (0..40u8)
                    .map(|x| x.wrapping_mul(91) ^ y.wrapping_mul(57))
                    .collect()
            })
            .collect();
        let medians = middle(rows.iter().map(Vec::as_slice));
        for (x, median) in medians.into_iter().enumerate() {
            let mut column: Vec<u8> = rows.iter().map(|row| row[x]).collect();
            column.sort_unstable();
            assert_eq!(median, column[3]);
        }
    }
}
