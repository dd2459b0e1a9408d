//! sRGB values and the light they stand for (IEC 61966-2-1).

use std::sync::LazyLock;

use bpclip_core::image::Picture;

/// The light, 0 to 1, of an encoded value, 0 to 1.
pub(super) fn to_light(value: f64) -> f64 {
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// The encoded value, 0 to 1, of light, 0 to 1.
pub(super) fn to_value(light: f64) -> f64 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

/// The light of every 8-bit value.
pub(super) static LIGHT: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|value| to_light(value as f64 / 255.0) as f32));

/// Enough that neighbouring entries are a twentieth of a level apart where the curve is steepest.
const STEPS: usize = 1 << 16;

static VALUE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let value = |step| to_value(step as f64 / (STEPS - 1) as f64) * 255.0;
    (0..STEPS).map(|step| value(step).round() as u8).collect()
});

/// The 8-bit value of each light.
pub(super) fn encode(light: &[f32]) -> Vec<u8> {
    let table: &[u8] = &VALUE;
    light
        .iter()
        // A cast from a float saturates, so the index stays inside.
        .map(|light| table[((light * (STEPS - 1) as f32 + 0.5) as usize).min(STEPS - 1)])
        .collect()
}

/// Puts every channel of every pixel through `curve`, from encoded value to encoded value, 0 to 1.
pub(super) fn tone(picture: &Picture, curve: impl Fn(f64) -> f64) -> Picture {
    tones(picture, |value, _| curve(value))
}

/// Like [`tone`], with a curve that also gets the number of the channel.
pub(super) fn tones(picture: &Picture, curve: impl Fn(f64, usize) -> f64) -> Picture {
    let table: [[u8; 3]; 256] = std::array::from_fn(|value| {
        std::array::from_fn(|channel| {
            (curve(value as f64 / 255.0, channel) * 255.0)
                .round()
                .clamp(0.0, 255.0) as u8
        })
    });
    let rgb = picture.rgb.chunks_exact(3).flat_map(|pixel| {
        [
            table[usize::from(pixel[0])][0],
            table[usize::from(pixel[1])][1],
            table[usize::from(pixel[2])][2],
        ]
    });
    Picture {
        rgb: rgb.collect(),
        ..frame(picture)
    }
}

/// A picture of the same size and notes, without pixels.
pub(super) fn frame(picture: &Picture) -> Picture {
    Picture {
        width: picture.width,
        height: picture.height,
        rgb: Vec::new(),
        notes: picture.notes.clone(),
    }
}
