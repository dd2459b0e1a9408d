//! Light that falls unevenly, and veils.

use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// Fall-off by the cosine to the fourth power, (1 + r²)⁻², around a point near the middle.
pub(super) fn vignette(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let steepness = parameter(strength, [0.0, 0.12, 0.35, 0.85, 1.8, 3.8]);
    let centre = (random.between(0.35, 0.65), random.between(0.35, 0.65));
    relight(picture, |pixel, x, y| {
        let fall_off = 1.0 + steepness * distance_squared((x, y), centre) * 2.0;
        let gain = 1.0 / (fall_off * fall_off);
        pixel.iter_mut().for_each(|light| *light *= gain);
    })
}

/// A lamp with its halo, and a fifth of the halo's light as a veil over all.
pub(super) fn glare(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let brightness = parameter(strength, [0.0, 0.03, 0.1, 0.35, 1.0, 2.5]);
    let lamp = (random.between(0.1, 0.9), random.between(0.0, 0.6));
    let colour = [1.0, random.between(0.9, 1.0), random.between(0.75, 1.0)];
    relight(picture, |pixel, x, y| {
        let spread = 1.0 + distance_squared((x, y), lamp) * 16.0;
        let added = brightness * (0.04 + 1.0 / (spread * spread));
        for (light, colour) in pixel.iter_mut().zip(colour) {
            *light += added * colour;
        }
    })
}

/// Light of the air instead of light of the scene (Koschmieder), the same all over.
pub(super) fn haze(picture: &Picture, strength: f32) -> Picture {
    let density = parameter(strength, HAZE);
    relight(picture, |pixel, _, _| veil(pixel, density))
}

/// [`haze`] in swathes.
pub(super) fn patchy_haze(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let density = parameter(strength, HAZE);
    let swathes: [[f32; SWATHES]; SWATHES] =
        std::array::from_fn(|_| std::array::from_fn(|_| random.uniform()));
    relight(picture, |pixel, x, y| {
        veil(pixel, density * (0.25 + 0.75 * between(&swathes, x, y)));
    })
}

const HAZE: [f32; 6] = [0.0, 0.015, 0.05, 0.15, 0.36, 0.65];

/// The light of the air, a little blue.
const AIR: [f32; 3] = [0.62, 0.65, 0.7];

fn veil(pixel: &mut [f32], density: f32) {
    for (light, air) in pixel.iter_mut().zip(AIR) {
        *light += (air - *light) * density;
    }
}

/// Random values along each side of the field that haze follows.
const SWATHES: usize = 5;

/// The field at a place, 0 to 1 along each axis, smooth between its values.
fn between(field: &[[f32; SWATHES]; SWATHES], x: f32, y: f32) -> f32 {
    let split = |place: f32| {
        let place = place * (SWATHES - 1) as f32;
        let before = (place as usize).min(SWATHES - 2);
        let part = place - before as f32;
        (before, part * part * (3.0 - 2.0 * part))
    };
    let ((column, across), (row, down)) = (split(x), split(y));
    let along = |row: &[f32; SWATHES]| row[column] + (row[column + 1] - row[column]) * across;
    let (upper, lower) = (along(&field[row]), along(&field[row + 1]));
    upper + (lower - upper) * down
}

/// Squared distance in units of the sides.
fn distance_squared((x, y): (f32, f32), (to_x, to_y): (f32, f32)) -> f32 {
    (x - to_x) * (x - to_x) + (y - to_y) * (y - to_y)
}

/// Changes the light of every pixel, given its place, 0 to 1 along each side.
fn relight(picture: &Picture, mut change: impl FnMut(&mut [f32], f32, f32)) -> Picture {
    let mut raster = Raster::light(picture);
    let (width, height) = (raster.width as f32, raster.height as f32);
    for (y, row) in raster
        .samples
        .chunks_exact_mut(raster.width * 3)
        .enumerate()
    {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            change(pixel, (x as f32 + 0.5) / width, (y as f32 + 0.5) / height);
        }
    }
    raster.light_to_picture(picture)
}
