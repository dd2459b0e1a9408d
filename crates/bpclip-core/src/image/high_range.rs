//! Pictures of high dynamic range, brought to the range of an ordinary display.
//!
//! Light follows from the values by ITU-R BT.2100; white is 203 cd/m² (ITU-R BT.2408). What is
//! brighter is rolled off by the curve of ITU-R BT.2390-10, 5.4.1, by the brightest channel of a
//! pixel, so that its hue stays.

use super::colour::{Channels, Samples};
use rayon::prelude::*;

/// Light of white, in cd/m².
const WHITE: f32 = 203.0;
/// Light of the brightest value in HLG, on the display that it is mastered for.
const HLG_PEAK: f32 = 1000.0;
/// The share of the pixels that are no brighter than what counts as a picture's brightest: some
/// hot pixels may be brighter, and are clipped.
const PEAK_SHARE: f64 = 0.999;

/// How values of high dynamic range tell light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Perceptual quantiser (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

impl Transfer {
    /// Its short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pq => "PQ",
            Self::Hlg => "HLG",
        }
    }

    /// Light of the three values of a pixel, each 0 to 1, in cd/m².
    fn light(self, values: [f32; 3]) -> [f32; 3] {
        match self {
            Self::Pq => values.map(pq_to_light),
            Self::Hlg => {
                let scene = values.map(hlg_to_scene);
                let [r, g, b] = scene;
                let luminance = 0.2627 * r + 0.6780 * g + 0.0593 * b;
                // The system's gamma of 1.2 at a peak of 1,000 cd/m².
                scene.map(|light| HLG_PEAK * luminance.powf(0.2) * light)
            }
        }
    }
}

/// The same picture with sRGB's curve and 16 bits, white and what is brighter within the range; its
/// primaries stay.
pub(super) fn to_standard_range(
    samples: Samples,
    channels: Channels,
    transfer: Transfer,
) -> Samples {
    let (values, depth): (Vec<u16>, f32) = match samples {
        Samples::Eight(samples) => (samples.into_iter().map(u16::from).collect(), 255.0),
        Samples::Sixteen(samples) => (samples, 65_535.0),
    };
    let (count, has_alpha) = match channels {
        Channels::Grey => (1, false),
        Channels::GreyAlpha => (2, true),
        Channels::Rgb => (3, false),
        Channels::Rgba => (4, true),
        // Inks have no transfer function.
        Channels::Cmyk => return Samples::Sixteen(values),
    };
    let light = |pixel: &[u16]| {
        let at = |channel: usize| f32::from(pixel.get(channel).copied().unwrap_or(0)) / depth;
        let rgb = if count < 3 {
            [at(0); 3]
        } else {
            [at(0), at(1), at(2)]
        };
        transfer.light(rgb)
    };
    let peak = match transfer {
        Transfer::Pq => brightest(&values, count, has_alpha, depth),
        Transfer::Hlg => HLG_PEAK,
    };
    let curve = Curve::new(peak);
    let mut standard = vec![0_u16; values.len()];
    standard
        .par_chunks_mut(count)
        .zip(values.par_chunks(count))
        .for_each(|(out, pixel)| {
            let light = light(pixel);
            let most = light.into_iter().fold(0.0, f32::max);
            let share = curve.apply(most) / most.max(f32::MIN_POSITIVE) / WHITE;
            for (out, light) in out.iter_mut().zip(light) {
                *out = (65_535.0 * srgb(light * share)).round() as u16;
            }
            if let (true, Some(out), Some(alpha)) = (has_alpha, out.last_mut(), pixel.last()) {
                *out = (f32::from(*alpha) / depth * 65_535.0).round() as u16;
            }
        });
    Samples::Sixteen(standard)
}

/// The light of a picture in PQ that all but a thousandth of its pixels do not exceed.
fn brightest(values: &[u16], count: usize, has_alpha: bool, depth: f32) -> f32 {
    let colours = if has_alpha { count - 1 } else { count };
    let mut counts = vec![0_u64; 65_536];
    let mut pixels = 0_u64;
    for pixel in values.chunks_exact(count) {
        let most = pixel.iter().take(colours).max().copied().unwrap_or(0);
        if let Some(count) = counts.get_mut(usize::from(most)) {
            *count += 1;
        }
        pixels += 1;
    }
    let needed = (pixels as f64 * PEAK_SHARE).ceil() as u64;
    let mut below = 0;
    let code = counts.iter().position(|count| {
        below += count;
        below >= needed
    });
    pq_to_light(code.unwrap_or(0) as f32 / depth)
}

/// The roll-off of ITU-R BT.2390-10, 5.4.1, to white, with black at 0.
struct Curve {
    /// The peak in PQ.
    peak: f32,
    /// White as a share of it.
    white: f32,
    /// Where the roll-off begins.
    knee: f32,
}

impl Curve {
    fn new(peak: f32) -> Self {
        let peak = light_to_pq(peak.max(WHITE));
        let white = light_to_pq(WHITE) / peak;
        Self {
            peak,
            white,
            knee: 1.5 * white - 0.5,
        }
    }

    fn apply(&self, light: f32) -> f32 {
        let value = (light_to_pq(light) / self.peak).min(1.0);
        if value <= self.knee || self.knee >= 1.0 {
            return light.min(WHITE);
        }
        let t = (value - self.knee) / (1.0 - self.knee);
        let (t2, t3) = (t * t, t * t * t);
        let rolled = (2.0 * t3 - 3.0 * t2 + 1.0) * self.knee
            + (t3 - 2.0 * t2 + t) * (1.0 - self.knee)
            + (3.0 * t2 - 2.0 * t3) * self.white;
        pq_to_light(rolled * self.peak).min(WHITE)
    }
}

const M1: f32 = 2610.0 / 16_384.0;
const M2: f32 = 2523.0 / 32.0;
const C1: f32 = 3424.0 / 4096.0;
const C2: f32 = 2413.0 / 128.0;
const C3: f32 = 2392.0 / 128.0;

fn pq_to_light(value: f32) -> f32 {
    let power = value.clamp(0.0, 1.0).powf(1.0 / M2);
    10_000.0 * ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

fn light_to_pq(light: f32) -> f32 {
    let power = (light / 10_000.0).clamp(0.0, 1.0).powf(M1);
    ((C1 + C2 * power) / (1.0 + C3 * power)).powf(M2)
}

fn hlg_to_scene(value: f32) -> f32 {
    const A: f32 = 0.178_832_77;
    const B: f32 = 1.0 - 4.0 * A;
    const C: f32 = 0.559_910_7;
    let value = value.clamp(0.0, 1.0);
    if value <= 0.5 {
        value * value / 3.0
    } else {
        (((value - C) / A).exp() + B) / 12.0
    }
}

/// The value of sRGB for light of 0 to 1 (IEC 61966-2-1).
fn srgb(light: f32) -> f32 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curves_pass_through_the_points_of_the_standards() {
        // BT.2408, table 1: white of 203 cd/m² is 58 % in PQ and 75 % in HLG.
        assert!((light_to_pq(203.0) - 0.58).abs() < 0.002);
        assert!((pq_to_light(light_to_pq(700.0)) - 700.0).abs() < 0.5);
        let [white, ..] = Transfer::Hlg.light([0.75; 3]);
        assert!((white - 203.0).abs() < 1.0, "{white}");
        let [peak, ..] = Transfer::Hlg.light([1.0; 3]);
        assert!((peak - 1000.0).abs() < 1.0, "{peak}");
    }

    #[test]
    fn what_an_ordinary_display_can_show_stays_as_it_is() {
        let levels: Vec<u16> = (0..=255).map(|level| level * 257).collect();
        let light = |value: f32| match value {
            ..0.040_45 => value / 12.92,
            _ => ((value + 0.055) / 1.055).powf(2.4),
        };
        let coded = |level: &u16| {
            let nits = WHITE * light(f32::from(*level) / 65_535.0);
            [(light_to_pq(nits) * 65_535.0).round() as u16; 3]
        };
        let samples = Samples::Sixteen(levels.iter().flat_map(coded).collect());
        let Samples::Sixteen(found) = to_standard_range(samples, Channels::Rgb, Transfer::Pq)
        else {
            panic!("16 bits");
        };
        for (pixel, level) in found.chunks(3).zip(&levels) {
            assert!(pixel[0].abs_diff(*level) < 64, "{pixel:?} for {level}");
        }
    }

    #[test]
    fn brighter_light_is_rolled_off_in_order_and_keeps_its_hue() {
        let curve = Curve::new(4000.0);
        let lights: Vec<f32> = (0..=40).map(|step| 100.0 * step as f32).collect();
        let rolled: Vec<f32> = lights.iter().map(|light| curve.apply(*light)).collect();
        assert!(rolled.windows(2).all(|pair| pair[0] < pair[1] + 1e-3));
        assert!(rolled.iter().all(|light| *light <= WHITE));
        assert!((curve.apply(4000.0) - WHITE).abs() < 1.0);
        let orange = [1000.0, 500.0, 100.0].map(|nits| (light_to_pq(nits) * 65_535.0) as u16);
        let samples = Samples::Sixteen([orange, [0; 3]].concat());
        let Samples::Sixteen(found) = to_standard_range(samples, Channels::Rgb, Transfer::Pq)
        else {
            panic!("16 bits");
        };
        let linear = |value: u16| ((f32::from(value) / 65_535.0 + 0.055) / 1.055).powf(2.4);
        let [r, g, b] = [found[0], found[1], found[2]].map(linear);
        assert!(
            (r / g - 2.0).abs() < 0.02 && (r / b - 10.0).abs() < 0.3,
            "{r} {g} {b}"
        );
        assert_eq!(found[3..6], [0, 0, 0]);
    }

    #[test]
    fn transparency_is_no_light() {
        let samples = Samples::Eight(vec![148, 128, 0, 255]);
        let Samples::Sixteen(found) = to_standard_range(samples, Channels::GreyAlpha, Transfer::Pq)
        else {
            panic!("16 bits");
        };
        assert_eq!((found[1], found[3]), (128 * 257, 65_535));
    }
}
