//! How far two frames of one scene are shifted against each other.

use crate::fourier::{Fourier, Value};
use crate::raster::{Raster, luma};
use std::f64::consts::PI;

/// How far the second of two pictures is shifted against the first: what is at `(x, y)` in the first is at
/// `(x + right, y + down)` in the second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shift {
    /// Pixels to the right.
    pub right: f32,
    /// Pixels down.
    pub down: f32,
    /// How much of the pictures' detail agrees on it, 0 to 1.
    pub certainty: f32,
}

/// The side of the parts that are compared at the picture's own pixels.
const PART: usize = 512;

/// Of the waves that are compared, 1 pixel long to as long as the picture, the short ones count less: as a
/// Gaussian of their frequency, of so many waves a pixel. They hold most of the noise.
const WAVES: f64 = 0.12;

/// Another maximum as near as this, in pixels, and nearly as high is the same shift drawn twice.
const TWICE: isize = 24;

/// How high it is at least, of the highest.
const TWIN: f32 = 0.7;

/// Below this two pictures do not show the same scene: photographs of different things reached 0.06, those that
/// differ by blur, noise or compression no less than 0.39.
const CERTAIN: f32 = 0.1;

/// Measures how far `b` is shifted against `a`, each given whole and reduced, all reduced by the same factor;
/// the reduced ones may be the whole ones. `None` where they differ in size, are smaller than 32 pixels, or
/// show too little that is alike.
///
/// By phase correlation (Kuglin and Hines 1975) of the luma under a Hann window, of all of the reduced pictures
/// and then of parts of 512 pixels of the whole ones, the maximum found between pixels through the Gaussian that
/// it is. Light and contrast may differ. On pictures that differ by a shift alone it is within 0.1 pixels, up to a
/// third of the picture's sides; what is turned or scaled has no shift, and none may be found.
pub fn shift(a: [&Raster<'_>; 2], b: [&Raster<'_>; 2]) -> Option<Shift> {
    let [whole, reduced] = a;
    let same = |a: &Raster<'_>, b: &Raster<'_>| (a.width(), a.height()) == (b.width(), b.height());
    if !same(whole, b[0]) || !same(reduced, b[1]) {
        return None;
    }
    let size = (reduced.width(), reduced.height());
    let coarse = Correlator::new(size)?.shift(reduced, (0, 0), b[1], (0, 0))?;
    if same(whole, reduced) {
        return Some(coarse);
    }
    let across = whole.width() as f32 / reduced.width() as f32;
    let down = whole.height() as f32 / reduced.height() as f32;
    let rough = Shift {
        right: coarse.right * across,
        down: coarse.down * down,
        ..coarse
    };
    Some(refined(whole, b[0], rough).unwrap_or(rough))
}

/// The shift at the pictures' own pixels, near a rough one: the middle of what their parts say.
fn refined(a: &Raster<'_>, b: &Raster<'_>, rough: Shift) -> Option<Shift> {
    let (right, down) = (rough.right.round() as isize, rough.down.round() as isize);
    let size = (PART.min(a.width() / 2), PART.min(a.height() / 2));
    let correlator = Correlator::new(size)?;
    // The corners of the parts, in the middle and around it.
    let places = [(1, 1), (0, 0), (2, 0), (0, 2), (2, 2)].map(|(x, y)| {
        let along = |third: usize, side: usize, part: usize| (side - part) * (1 + third) / 4;
        (along(x, a.width(), size.0), along(y, a.height(), size.1))
    });
    let within = |from: usize, by: isize, part: usize, side: usize| {
        let at = from.checked_add_signed(by)?;
        (at + part <= side).then_some(at)
    };
    let mut found = Vec::new();
    for (x, y) in places {
        let there = within(x, right, size.0, b.width()).zip(within(y, down, size.1, b.height()));
        let near = there.and_then(|there| correlator.shift(a, (x, y), b, there));
        found.extend(near);
    }
    let middle = |of: fn(&Shift) -> f32| {
        let mut values: Vec<f32> = found.iter().map(of).collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some(Shift {
        right: right as f32 + middle(|near| near.right)?,
        down: down as f32 + middle(|near| near.down)?,
        certainty: middle(|near| near.certainty)?,
    })
}

/// Compares parts of one size.
struct Correlator {
    width: usize,
    height: usize,
    /// The powers of two that the parts are filled up to.
    filled: (usize, usize),
    fourier: Fourier,
    /// How much each wave counts, as the spectrum stands.
    weights: Vec<f32>,
}

impl Correlator {
    fn new((width, height): (usize, usize)) -> Option<Self> {
        if width.min(height) < 32 {
            return None;
        }
        let along = |side: usize| -> Vec<f64> {
            let frequency = |at: usize| at.min(side - at) as f64 / side as f64;
            let weight = |at: usize| (-(frequency(at) / WAVES).powi(2) / 2.0).exp();
            (0..side).map(weight).collect()
        };
        let filled = (width.next_power_of_two(), height.next_power_of_two());
        let (across, down) = (along(filled.0), along(filled.1));
        let weights = across
            .iter()
            .flat_map(|x| down.iter().map(move |y| (x * y) as f32));
        Some(Self {
            width,
            height,
            filled,
            fourier: Fourier::new(filled.0, filled.1),
            weights: weights.collect(),
        })
    }

    /// The shift of the part of `b` at one place against that of `a` at another; columns and rows of their
    /// upper left corners.
    fn shift(
        &self,
        a: &Raster<'_>,
        at_a: (usize, usize),
        b: &Raster<'_>,
        at_b: (usize, usize),
    ) -> Option<Shift> {
        let of_a = self.spectrum(a, at_a);
        let of_b = self.spectrum(b, at_b);
        let waves = of_a.iter().zip(&of_b).zip(&self.weights);
        // Only how far each wave is moved counts, not how high it is; where there is none, nothing does.
        let moved = waves.map(|((a, b), weight)| {
            let product = a.conj() * *b;
            let height = product.norm();
            if height > 1e-6 {
                product.times(weight / height)
            } else {
                Value::default()
            }
        });
        let peak = self.fourier.inverse(moved.collect());
        self.read(&peak)
    }

    /// The spectrum of a part's luma, faded out towards the part's borders: they are no edges of the scene.
    fn spectrum(&self, picture: &Raster<'_>, (left, top): (usize, usize)) -> Vec<Value> {
        let hann = |at: usize, side: usize| {
            let turn = 2.0 * PI * (at as f64 + 0.5) / side as f64;
            (0.5 - 0.5 * turn.cos()) as f32
        };
        let (width, height) = (self.width, self.height);
        let rows = (0..height).map(|y| {
            let row = picture.row(top + y);
            row.get(left..left + width).unwrap_or_default()
        });
        let rows: Vec<&[[u8; 3]]> = rows.collect();
        let sum: u64 = rows
            .iter()
            .flat_map(|row| row.iter())
            .map(|pixel| u64::from(luma(*pixel)))
            .sum();
        let mean = sum as f32 / (width * height) as f32;
        let across: Vec<f32> = (0..width).map(|x| hann(x, width)).collect();
        let mut values = vec![0.0; self.filled.0 * self.filled.1];
        let lines = values.chunks_exact_mut(self.filled.0);
        for ((y, row), line) in rows.iter().enumerate().zip(lines) {
            let down = hann(y, height);
            for ((value, pixel), x) in line.iter_mut().zip(*row).zip(&across) {
                *value = (f32::from(luma(*pixel)) - mean) * x * down;
            }
        }
        self.fourier.forward(&values)
    }

    /// Where the maximum is, between pixels too.
    fn read(&self, peak: &[f32]) -> Option<Shift> {
        let (width, height) = self.filled;
        let most = peak.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let (at, most) = most.map(|(at, most)| (at, *most))?;
        let (x, y) = (at % width, at / width);
        let weight: f32 = self.weights.iter().sum();
        let certainty = most / weight;
        // Small pictures have fewer waves, and chance makes more of them: the root of their number, as far as they
        // count, and some twenty times that with the window's part in it.
        let squares: f32 = self.weights.iter().map(|weight| weight * weight).sum();
        if certainty < CERTAIN.max(20.0 * squares.sqrt() / weight) {
            return None;
        }
        // A camera that was moved while it took one of the two draws every edge twice: that shift has two
        // maxima, and lies between them.
        let (mut right, mut down, mut count) = (0.0, 0.0, 0.0);
        for dy in -TWICE..=TWICE {
            for dx in -TWICE..=TWICE {
                let (x, y) = (x as isize + dx, y as isize + dy);
                if self.is_peak(peak, (x, y), TWIN * most) {
                    let value = |x: isize, y: isize| self.value(peak, x, y);
                    let here = value(x, y);
                    let across = between([value(x - 1, y), here, value(x + 1, y)]);
                    let along = between([value(x, y - 1), here, value(x, y + 1)]);
                    right += dx as f32 + across;
                    down += dy as f32 + along;
                    count += 1.0;
                }
            }
        }
        let signed = |at: usize, side: usize| {
            if at > side / 2 {
                at as f32 - side as f32
            } else {
                at as f32
            }
        };
        Some(Shift {
            right: signed(x, width) + right / count,
            down: signed(y, height) + down / count,
            certainty: certainty.min(1.0),
        })
    }

    /// Whether no neighbour is higher, and it is at least so high.
    fn is_peak(&self, peak: &[f32], (x, y): (isize, isize), least: f32) -> bool {
        let here = self.value(peak, x, y);
        let mut around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
        here >= least && around.all(|(x, y)| self.value(peak, x, y) <= here)
    }

    /// The value at a place, counted on round the ends.
    fn value(&self, peak: &[f32], x: isize, y: isize) -> f32 {
        let along = |at: isize, side: usize| at.rem_euclid(side as isize) as usize;
        let (width, height) = self.filled;
        peak[along(x, width) + along(y, height) * width]
    }
}

/// How far beside the second of three neighbours the maximum of the Gaussian through them is, -0.5 to 0.5.
fn between(values: [f32; 3]) -> f32 {
    let [before, here, after] = values.map(|value| value.max(1e-12).ln());
    let bend = before - 2.0 * here + after;
    if bend < 0.0 {
        ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is seen of a scene of many waves from a place: sharp, between pixels too.
    fn seen(width: usize, height: usize, from: (f64, f64), light: f64) -> Vec<u8> {
        scene(1, (width, height), from, light)
    }

    fn scene(seed: u32, (width, height): (usize, usize), from: (f64, f64), light: f64) -> Vec<u8> {
        let mut state = seed;
        let mut chance = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1u32 << 24)
        };
        let waves: Vec<[f64; 4]> = (0..60)
            .map(|_| {
                let length = 4.0 + 60.0 * chance();
                let turn = 2.0 * PI * chance();
                [
                    turn.cos() / length,
                    turn.sin() / length,
                    chance(),
                    0.4 + chance(),
                ]
            })
            .collect();
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let (x, y) = (x as f64 + from.0, y as f64 + from.1);
                let wave = |[fx, fy, phase, high]: &[f64; 4]| {
                    high * (2.0 * PI * (fx * x + fy * y + phase)).sin()
                };
                let sum: f64 = waves.iter().map(wave).sum();
                let level = (light * (128.0 + 14.0 * sum)).clamp(0.0, 255.0).round() as u8;
                rgb.extend([level; 3]);
            }
        }
        rgb
    }

    fn measured(size: (usize, usize), by: (f64, f64), light: f64) -> Option<Shift> {
        let a = seen(size.0, size.1, (500.0, 500.0), 1.0);
        let b = seen(size.0, size.1, (500.0 - by.0, 500.0 - by.1), light);
        let raster = |rgb| Raster::new(size.0 as u32, size.1 as u32, rgb).unwrap();
        let (a, b) = (raster(&a), raster(&b));
        shift([&a, &a], [&b, &b])
    }

    #[track_caller]
    fn is_near(found: Option<Shift>, (right, down): (f64, f64)) {
        let found = found.unwrap();
        let off = |a: f32, b: f64| (f64::from(a) - b).abs();
        assert!(
            off(found.right, right) < 0.1 && off(found.down, down) < 0.1,
            "{found:?}, not {right} {down}"
        );
    }

    #[test]
    fn whole_pixels_and_parts_of_them_are_found() {
        for by in [
            (0.0, 0.0),
            (7.0, -3.0),
            (-20.0, 11.0),
            (0.5, 0.25),
            (-4.3, 6.7),
        ] {
            is_near(measured((160, 120), by, 1.0), by);
        }
    }

    #[test]
    fn another_exposure_does_not_move_it() {
        is_near(measured((160, 120), (5.5, -2.0), 0.5), (5.5, -2.0));
    }

    #[test]
    fn what_is_not_alike_has_no_shift() {
        let a = seen(160, 120, (0.0, 0.0), 1.0);
        let b = scene(7, (160, 120), (0.0, 0.0), 1.0);
        let plain = vec![77; 160 * 120 * 3];
        let raster = |rgb| Raster::new(160, 120, rgb).unwrap();
        let (a, b, plain) = (raster(&a), raster(&b), raster(&plain));
        assert_eq!(shift([&a; 2], [&b; 2]), None);
        assert_eq!(shift([&a; 2], [&plain; 2]), None);
        assert_eq!(shift([&plain; 2], [&plain; 2]), None);
        let small = Raster::new(16, 16, &[77; 768]).unwrap();
        assert_eq!(shift([&small; 2], [&small; 2]), None);
        assert_eq!(shift([&a; 2], [&small; 2]), None);
    }

    #[test]
    fn from_reduced_pictures_it_is_refined_at_their_own_pixels() {
        let size = (1200, 800);
        let by = (37.4, -21.8);
        let a = seen(size.0, size.1, (500.0, 500.0), 1.0);
        let b = seen(size.0, size.1, (500.0 - by.0, 500.0 - by.1), 1.0);
        let reduced = |rgb: &[u8]| -> Vec<u8> {
            let level = |x: usize, y: usize| u32::from(rgb[(x + y * size.0) * 3]);
            (0..size.1 / 4)
                .flat_map(|y| (0..size.0 / 4).map(move |x| (x, y)))
                .flat_map(|(x, y)| {
                    let all = (0..16).map(|at| level(4 * x + at % 4, 4 * y + at / 4));
                    [(all.sum::<u32>() / 16) as u8; 3]
                })
                .collect()
        };
        let (small_a, small_b) = (reduced(&a), reduced(&b));
        let raster = |rgb, factor: u32| Raster::new(1200 / factor, 800 / factor, rgb).unwrap();
        let found = shift(
            [&raster(&a, 1), &raster(&small_a, 4)],
            [&raster(&b, 1), &raster(&small_b, 4)],
        );
        is_near(found, by);
    }
}
