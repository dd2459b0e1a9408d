//! Wrong colours: saturation, white point, chroma in the wrong place, too few values, fringes.

use super::convolve::{Tap, convolve, wide_gaussian};
use super::light::{frame, to_light, to_value, tones};
use super::random::Random;
use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// Chroma times a factor below 1.
pub(super) fn desaturation(picture: &Picture, strength: f32) -> Picture {
    saturate(
        picture,
        parameter(strength, [1.0, 0.7, 0.48, 0.3, 0.15, 0.02]),
    )
}

/// Chroma times a factor above 1, cut off at the gamut.
pub(super) fn oversaturation(picture: &Picture, strength: f32) -> Picture {
    saturate(
        picture,
        parameter(strength, [1.0, 1.3, 1.75, 2.5, 3.8, 6.5]),
    )
}

fn saturate(picture: &Picture, factor: f32) -> Picture {
    let mut raster = Raster::luma_chroma(picture);
    for pixel in raster.samples.chunks_exact_mut(3) {
        pixel[1] *= factor;
        pixel[2] *= factor;
    }
    raster.luma_chroma_to_picture(picture)
}

/// Red, green and blue light out of balance, luminance kept: along one axis from cold to warm,
/// along the other from green to magenta.
pub(super) fn colour_cast(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let amount = f64::from(parameter(strength, [0.0, 0.14, 0.28, 0.46, 0.7, 1.05]));
    let (warm, green) = random.direction();
    let (warm, green) = (amount * f64::from(warm), amount * f64::from(green));
    let gains = [warm - green / 2.0, green, -warm - green / 2.0].map(f64::exp);
    let luminance = 0.2126 * gains[0] + 0.7152 * gains[1] + 0.0722 * gains[2];
    tones(picture, |value, channel| {
        to_value((to_light(value) * gains[channel] / luminance).min(1.0))
    })
}

/// Chroma moved against luma.
pub(super) fn colour_shift(picture: &Picture, strength: f32, random: &mut Random) -> Picture {
    let distance = parameter(strength, [0.0, 1.5, 3.0, 6.0, 11.0, 20.0]);
    let (cosine, sine) = random.direction();
    let raster = Raster::luma_chroma(picture);
    let moved = convolve(&raster, &shift(distance * cosine, distance * sine));
    with_chroma(raster, &moved).luma_chroma_to_picture(picture)
}

/// Chroma blurred.
pub(super) fn colour_diffusion(picture: &Picture, strength: f32) -> Picture {
    let sigma = parameter(strength, [0.0, 2.5, 5.0, 9.0, 16.0, 28.0]);
    let raster = Raster::luma_chroma(picture);
    let blurred = wide_gaussian(&raster, sigma);
    with_chroma(raster, &blurred).luma_chroma_to_picture(picture)
}

/// Values rounded to multiples of a step, the error handed on to the neighbours (Floyd and
/// Steinberg, 1976).
pub(super) fn colour_quantisation(picture: &Picture, strength: f32) -> Picture {
    let step = parameter(strength, [1.0, 20.0, 36.0, 60.0, 90.0, 127.5]);
    let mut raster = Raster::values(picture);
    let length = raster.width * 3;
    for start in (0..raster.samples.len()).step_by(length) {
        let (row, below) = raster.samples[start..].split_at_mut(length);
        for i in 0..length {
            let nearest = ((row[i] / step + 0.5).max(0.0) as u32) as f32 * step;
            // Beyond white nothing can be shown, so nothing of it is owed to the neighbours.
            let shown = nearest.min(255.0);
            let error = (row[i] - shown) / 16.0;
            row[i] = shown;
            if let Some(right) = row.get_mut(i + 3) {
                *right += 7.0 * error;
            }
            // Empty below the last row.
            let mut owe = |place: Option<usize>, parts: f32| {
                if let Some(value) = place.filter(|&i| i < length).and_then(|i| below.get_mut(i)) {
                    *value += parts * error;
                }
            };
            owe(i.checked_sub(3), 3.0);
            owe(Some(i), 5.0);
            owe(Some(i + 3), 1.0);
        }
    }
    raster.to_picture(picture)
}

/// Red drawn larger and blue smaller, by as many pixels at the corners.
pub(super) fn chromatic_aberration(picture: &Picture, strength: f32) -> Picture {
    let pixels = parameter(strength, [0.0, 1.0, 2.0, 3.5, 6.0, 10.0]);
    let raster = Raster::values(picture);
    let (middle_x, middle_y) = (
        (raster.width - 1) as f32 / 2.0,
        (raster.height - 1) as f32 / 2.0,
    );
    let corner = (middle_x * middle_x + middle_y * middle_y).sqrt().max(1.0);
    let scale = pixels / corner;
    let mut rgb = picture.rgb.clone();
    for (i, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((i % raster.width) as f32, (i / raster.width) as f32);
        let (from_x, from_y) = ((x - middle_x) * scale, (y - middle_y) * scale);
        pixel[0] = (raster.sample(x - from_x, y - from_y, 0) + 0.5) as u8;
        pixel[2] = (raster.sample(x + from_x, y + from_y, 2) + 0.5) as u8;
    }
    Picture {
        rgb,
        ..frame(picture)
    }
}

/// The kernel that moves a picture by a part of pixels, bilinear.
fn shift(x: f32, y: f32) -> Vec<Tap> {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let corners = [
        (0, 0, (1.0 - across) * (1.0 - down)),
        (1, 0, across * (1.0 - down)),
        (0, 1, (1.0 - across) * down),
        (1, 1, across * down),
    ];
    let tap = |(right, below, weight)| Tap {
        x: left as i32 + right,
        y: top as i32 + below,
        weight,
    };
    corners.map(tap).to_vec()
}

/// The luma of one, the chroma of the other.
fn with_chroma(mut raster: Raster, chroma: &Raster) -> Raster {
    let pixels = raster.samples.chunks_exact_mut(3);
    for (pixel, chroma) in pixels.zip(chroma.samples.chunks_exact(3)) {
        pixel[1..].copy_from_slice(&chroma[1..]);
    }
    raster
}
