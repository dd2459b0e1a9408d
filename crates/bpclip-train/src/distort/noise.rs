//! Random errors: of the encoded values, of single pixels, of chroma alone, of the light.

use super::convolve::convolve_both_ways;
use super::light::frame;
use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// White noise added to the encoded values, in each channel on its own or the same in all.
pub(super) fn gaussian_noise(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let sigma = parameter(strength, [0.0, 4.0, 9.0, 17.0, 30.0, 50.0]);
    let grey = random.coin();
    let mut raster = Raster::values(picture);
    for pixel in raster.samples.chunks_exact_mut(3) {
        let mut noise = sigma * random.normal();
        for value in pixel {
            *value += noise;
            if !grey {
                noise = sigma * random.normal();
            }
        }
    }
    raster.to_picture(picture)
}

/// Salt and pepper: whole pixels, or single channels of pixels.
pub(super) fn impulse_noise(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let share = parameter(strength, [0.0, 0.0002, 0.0015, 0.007, 0.03, 0.1]);
    let whole = random.coin();
    let mut rgb = picture.rgb.clone();
    for pixel in rgb.chunks_exact_mut(if whole { 3 } else { 1 }) {
        // Both are drawn for every pixel, so that those hit at one strength are hit at any greater.
        let (place, salt) = (random.uniform(), random.coin());
        if place < share {
            pixel.fill(if salt { 255 } else { 0 });
        }
    }
    Picture {
        rgb,
        ..frame(picture)
    }
}

/// Every value times a random factor around 1.
pub(super) fn multiplicative_noise(
    picture: &Picture,
    strength: f32,
    random: &mut Random,
) -> Picture {
    let sigma = parameter(strength, [0.0, 0.03, 0.065, 0.13, 0.24, 0.42]);
    let mut raster = Raster::values(picture);
    for value in &mut raster.samples {
        *value += *value * sigma * random.normal();
    }
    raster.to_picture(picture)
}

/// Noise in chroma alone, smoothed to blotches.
pub(super) fn chroma_noise(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let sigma = parameter(strength, [0.0, 5.0, 10.0, 18.0, 32.0, 55.0]);
    let mut raster = Raster::luma_chroma(picture);
    let noise = blotches(&raster, random);
    for (pixel, noise) in raster
        .samples
        .chunks_exact_mut(3)
        .zip(noise.samples.chunks_exact(3))
    {
        pixel[1] += sigma * noise[1];
        pixel[2] += sigma * noise[2];
    }
    raster.luma_chroma_to_picture(picture)
}

/// Noise of the light, with a variance that has a part in proportion to it (photons) and a
/// constant one (reading), correlated as by the interpolation of a colour filter array.
pub(super) fn sensor_noise(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let shot = parameter(strength, [0.0, 0.022, 0.045, 0.09, 0.17, 0.34]);
    let read = shot * shot * 0.02;
    let mut raster = Raster::light(picture);
    let noise = blotches(&raster, random);
    for (light, noise) in raster.samples.iter_mut().zip(noise.samples) {
        *light += (shot * shot * *light + read * read).sqrt() * noise;
    }
    raster.light_to_picture(picture)
}

/// Noise of variance 1, correlated over neighbouring pixels.
fn blotches(like: &Raster, random: &mut Random) -> Raster {
    let white = like.samples.iter().map(|_| random.normal()).collect();
    // A quarter, half and quarter across and down leave (6/16)² of the variance.
    convolve_both_ways(
        &like.like(white),
        &[0.25, 0.5, 0.25].map(|part| part * GAIN),
    )
}

/// The fourth root of (16/6)², applied across and down.
const GAIN: f32 = 1.632_993_2;
