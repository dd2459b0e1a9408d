//! What JPEG 2000 does to pixels (ITU-T T.800): the irreversible 9/7 wavelet and a quantiser with
//! a dead zone. The lossless coding and its rate control are left out; the same step in all
//! subbands of a nearly orthonormal transform is what rate control aims at.

use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// Times that the picture is halved.
const LEVELS: usize = 5;

/// The lifting steps of the 9/7 wavelet of Cohen, Daubechies and Feauveau (table F.4 of the
/// standard).
const LIFTS: [f32; 4] = [-1.586_134_3, -0.052_980_12, 0.882_911_1, 0.443_506_85];

/// What makes it nearly orthonormal: the root of 2 over the standard's K.
const GAIN: f32 = 1.149_604_4;

/// Quantisation steps from fine to coarse.
pub(super) fn wavelet_compression(picture: &Picture, strength: f32) -> Picture {
    let step = parameter(strength, [0.5, 10.0, 22.0, 42.0, 75.0, 140.0]);
    let mut raster = Raster::luma_chroma(picture);
    for level in 0..LEVELS {
        for axis in axes(&raster, level) {
            axis.analyse(&mut raster.samples);
        }
    }
    for value in &mut raster.samples {
        // Towards zero, and back to the middle of the interval.
        let count = (value.abs() / step) as u32;
        let middle = if count == 0 {
            0.0
        } else {
            (count as f32 + 0.5) * step
        };
        *value = middle.copysign(*value);
    }
    for level in (0..LEVELS).rev() {
        for axis in axes(&raster, level).iter().rev() {
            axis.synthesise(&mut raster.samples);
        }
    }
    raster.luma_chroma_to_picture(picture)
}

/// Both axes of what is left of the picture after `level` halvings: every 2^level-th row and
/// column, where they stand.
fn axes(raster: &Raster, level: usize) -> [Axis; 2] {
    let spacing = 1 << level;
    let row = raster.width * 3;
    let down = (raster.height.div_ceil(spacing), row * spacing);
    let across = (raster.width.div_ceil(spacing), 3 * spacing);
    [
        Axis {
            along: down,
            lines: across,
        },
        Axis {
            along: across,
            lines: down,
        },
    ]
}

/// An axis to transform along, and the lines beside each other: count and distance in samples.
struct Axis {
    along: (usize, usize),
    lines: (usize, usize),
}

impl Axis {
    /// Even places become the half-size picture, odd ones the detail.
    fn analyse(&self, samples: &mut [f32]) {
        if self.along.0 < 2 {
            return;
        }
        for (number, weight) in LIFTS.into_iter().enumerate() {
            self.lift(samples, 1 - number % 2, weight);
        }
        self.scale(samples, GAIN, 1.0 / GAIN);
    }

    /// The inverse of [`analyse`](Self::analyse).
    fn synthesise(&self, samples: &mut [f32]) {
        if self.along.0 < 2 {
            return;
        }
        self.scale(samples, 1.0 / GAIN, GAIN);
        for (number, weight) in LIFTS.into_iter().enumerate().rev() {
            self.lift(samples, 1 - number % 2, -weight);
        }
    }

    /// Adds to every second place from `first` its two neighbours' sum by weight, mirrored at the
    /// ends.
    fn lift(&self, samples: &mut [f32], first: usize, weight: f32) {
        let (count, distance) = self.along;
        for place in (first..count).step_by(2) {
            let before = if place == 0 { 1 } else { place - 1 };
            let after = if place + 1 == count {
                place - 1
            } else {
                place + 1
            };
            let (to, before, after) = (place * distance, before * distance, after * distance);
            for line in 0..self.lines.0 {
                for i in line * self.lines.1..line * self.lines.1 + 3 {
                    samples[to + i] += weight * (samples[before + i] + samples[after + i]);
                }
            }
        }
    }

    fn scale(&self, samples: &mut [f32], even: f32, odd: f32) {
        for place in 0..self.along.0 {
            let gain = if place % 2 == 0 { even } else { odd };
            for line in 0..self.lines.0 {
                let start = place * self.along.1 + line * self.lines.1;
                samples[start..start + 3]
                    .iter_mut()
                    .for_each(|value| *value *= gain);
            }
        }
    }
}
