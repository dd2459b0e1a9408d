//! Pixels in wrong places, in coarse cells, or missing.

use super::light::frame;
use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// The mean colour over square cells; their sides need not be whole pixels.
pub(super) fn pixelation(picture: &Picture, strength: f32) -> Picture {
    let side = parameter(strength, [1.0, 2.0, 3.0, 4.5, 7.0, 12.0]);
    let cell = |place: usize| (place as f32 / side) as usize;
    let (width, height) = (picture.width as usize, picture.height as usize);
    let columns = cell(width - 1) + 1;
    let mut sums = vec![[0u64; 4]; columns * (cell(height - 1) + 1)];
    let cells = (0..height).flat_map(|y| (0..width).map(move |x| cell(y) * columns + cell(x)));
    let cells: Vec<usize> = cells.collect();
    for (&cell, pixel) in cells.iter().zip(picture.rgb.chunks_exact(3)) {
        let sum = &mut sums[cell];
        (0..3).for_each(|channel| sum[channel] += u64::from(pixel[channel]));
        sum[3] += 1;
    }
    let colours: Vec<[u8; 3]> = sums
        .into_iter()
        .map(|[r, g, b, count]| {
            let count = count.max(1);
            [r, g, b].map(|sum| ((sum + count / 2) / count) as u8)
        })
        .collect();
    Picture {
        rgb: cells.into_iter().flat_map(|cell| colours[cell]).collect(),
        ..frame(picture)
    }
}

/// Every pixel from a random place nearby.
pub(super) fn jitter(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let reach = parameter(strength, [0.0, 0.4, 0.8, 1.4, 2.4, 4.0]);
    let raster = Raster::values(picture);
    let mut samples = Vec::with_capacity(raster.samples.len());
    for y in 0..raster.height {
        for x in 0..raster.width {
            let (x, y) = (
                x as f32 + random.between(-reach, reach),
                y as f32 + random.between(-reach, reach),
            );
            samples.extend((0..3).map(|channel| raster.sample(x, y, channel)));
        }
    }
    raster.like(samples).to_picture(picture)
}

/// Side of the squares that are displaced or coloured, in pixels.
const SQUARE: usize = 16;

/// Squares taken from a place nearby, ever more of them.
pub(super) fn block_displacement(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let share = parameter(strength, [0.0, 0.005, 0.02, 0.07, 0.22, 0.6]);
    let mut shown = picture.clone();
    let (width, height) = (picture.width as usize, picture.height as usize);
    for (left, top) in squares(picture, share, random) {
        let (cosine, sine) = random.direction();
        let distance = random.between(6.0, 20.0);
        let near = |start: usize, moved: f32, end: usize| {
            (start as f32 + moved).clamp(0.0, (end - 1) as f32) as usize
        };
        let (from_x, from_y) = (
            near(left, distance * cosine, width),
            near(top, distance * sine, height),
        );
        for y in top..(top + SQUARE).min(height) {
            for x in left..(left + SQUARE).min(width) {
                let from = ((from_y + y - top).min(height - 1) * width
                    + (from_x + x - left).min(width - 1))
                    * 3;
                let to = (y * width + x) * 3;
                shown.rgb[to..to + 3].copy_from_slice(&picture.rgb[from..from + 3]);
            }
        }
    }
    shown
}

/// Squares of a random colour, ever more of them.
pub(super) fn colour_blocks(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let share = parameter(strength, [0.0, 0.0025, 0.008, 0.025, 0.07, 0.18]);
    let mut shown = picture.clone();
    let (width, height) = (picture.width as usize, picture.height as usize);
    for (left, top) in squares(picture, share, random) {
        let colour: [u8; 3] = std::array::from_fn(|_| random.below(256) as u8);
        for y in top..(top + SQUARE).min(height) {
            for x in left..(left + SQUARE).min(width) {
                let to = (y * width + x) * 3;
                shown.rgb[to..to + 3].copy_from_slice(&colour);
            }
        }
    }
    shown
}

/// The left upper corners of a share of the squares that tile a picture, at least one; those of a
/// smaller share come first in those of a larger one.
fn squares(picture: &Picture, share: f32, random: &mut Random) -> Vec<(usize, usize)> {
    let rows = (0..picture.height as usize).step_by(SQUARE);
    let columns = (0..picture.width as usize).step_by(SQUARE);
    let mut corners: Vec<_> = rows
        .flat_map(|y| columns.clone().map(move |x| (x, y)))
        .collect();
    random.shuffle(&mut corners);
    let count = (corners.len() as f32 * share).ceil() as usize;
    corners.truncate(count);
    corners
}

/// Every other row moved to the right.
pub(super) fn interlacing(picture: &Picture, strength: f32) -> Picture {
    let distance = parameter(strength, [0.0, 0.4, 0.9, 1.8, 3.6, 8.0]);
    let mut raster = Raster::values(picture);
    let source = raster.clone();
    let length = raster.width * 3;
    for (y, row) in raster
        .samples
        .chunks_exact_mut(length)
        .enumerate()
        .skip(1)
        .step_by(2)
    {
        for (i, value) in row.iter_mut().enumerate() {
            *value = source.sample((i / 3) as f32 - distance, y as f32, i % 3);
        }
    }
    raster.to_picture(picture)
}
