//! Brightness, contrast and the number of values: one curve for all pixels.

use super::light::{to_light, to_value, tone};
use super::strength::parameter;
use bpclip_core::image::Picture;

/// Less light, by stops.
pub(super) fn darkening(picture: &Picture, strength: f32) -> Picture {
    expose(
        picture,
        -parameter(strength, [0.0, 0.3, 0.8, 1.7, 3.0, 4.8]),
    )
}

/// More light, by stops, cut off at white.
pub(super) fn overexposure(picture: &Picture, strength: f32) -> Picture {
    expose(picture, parameter(strength, [0.0, 0.2, 0.5, 1.0, 1.8, 3.0]))
}

fn expose(picture: &Picture, stops: f32) -> Picture {
    let gain = f64::from(stops).exp2();
    tone(picture, |value| to_value((to_light(value) * gain).min(1.0)))
}

/// A power below 1 of the encoded values.
pub(super) fn brightening(picture: &Picture, strength: f32) -> Picture {
    let power = parameter(strength, [1.0, 0.9, 0.78, 0.62, 0.44, 0.28]);
    tone(picture, |value| value.powf(power.into()))
}

/// A constant taken off the encoded values.
pub(super) fn mean_shift(picture: &Picture, strength: f32) -> Picture {
    let shift = parameter(strength, [0.0, 0.04, 0.09, 0.17, 0.28, 0.42]);
    tone(picture, |value| value - f64::from(shift))
}

/// A line through mid-grey, steeper than before.
pub(super) fn contrast_boost(picture: &Picture, strength: f32) -> Picture {
    let slope = parameter(strength, [1.0, 1.1, 1.25, 1.6, 2.5, 5.0]);
    tone(picture, |value| 0.5 + (value - 0.5) * f64::from(slope))
}

/// A line through mid-grey, flatter than before.
pub(super) fn flattening(picture: &Picture, strength: f32) -> Picture {
    let slope = parameter(strength, [1.0, 0.92, 0.8, 0.6, 0.38, 0.2]);
    tone(picture, |value| 0.5 + (value - 0.5) * f64::from(slope))
}

/// Values rounded to multiples of a step.
pub(super) fn banding(picture: &Picture, strength: f32) -> Picture {
    let step = f64::from(parameter(strength, [1.0, 9.0, 16.0, 28.0, 46.0, 80.0])) / 255.0;
    tone(picture, |value| (value / step).round() * step)
}
