//! Frames of a burst, made from one photograph: as a hand that holds a camera, a subject, light and
//! noise change them.

use crate::seed::splitmix;
use bpclip_core::image::Picture;
use bpclip_train::distort::Distortion;

/// Chance that is the same on every machine.
pub struct Chance(u64, u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed, 0)
    }

    pub fn number(&mut self) -> u64 {
        self.1 += 1;
        splitmix(self.0, self.1)
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From -1 to 1, most near 0.
    pub fn around(&mut self) -> f64 {
        (self.share() + self.share() + self.share()) / 1.5 - 1.0
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = (self.number() % (at as u64 + 1)) as usize;
            all.swap(at, other);
        }
    }
}

/// How much of a photograph a frame shows: the middle and the size of the view, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Framing {
    pub middle: (f64, f64),
    pub size: (f64, f64),
}

impl Framing {
    /// Nearly all of it, with room for a hand.
    pub const WHOLE: Self = Self {
        middle: (0.5, 0.5),
        size: (0.8, 0.8),
    };
    /// Two that have a tenth of the photograph in common.
    pub const HALVES: [Self; 2] = [
        Self {
            middle: (0.3, 0.5),
            size: (0.5, 0.85),
        },
        Self {
            middle: (0.7, 0.5),
            size: (0.5, 0.85),
        },
    ];
}

/// One frame: shifted by a few hundredths of the view, turned by a degree or so, nearer or farther by a
/// hundredth or two, a little lighter or darker, and often blurred or noisy.
pub fn frame(photo: &Picture, framing: Framing, chance: &mut Chance) -> Picture {
    let seen = |side: u32, share: f64| (f64::from(side) * share) as u32;
    let (width, height) = (
        seen(photo.width, framing.size.0),
        seen(photo.height, framing.size.1),
    );
    let shift = [0.01, 0.03, 0.06][(chance.number() % 3) as usize];
    let at = |side: u32, middle: f64, seen: u32, by: f64| {
        f64::from(side) * middle + f64::from(seen) * shift * by
    };
    let middle = (
        at(photo.width, framing.middle.0, width, chance.around()),
        at(photo.height, framing.middle.1, height, chance.around()),
    );
    let (turn, scale) = (0.025 * chance.around(), 1.0 + 0.03 * chance.around());
    let light = 2_f64.powf(0.4 * chance.around());
    let moved = moved(photo, (width, height), middle, (turn, scale), light);
    let seed = chance.number();
    let strength = |chance: &mut Chance, most: f64| (most * chance.share()) as f32;
    let blurred = match chance.number() % 6 {
        0 => Distortion::LensBlur.apply(&moved, strength(chance, 0.4), seed),
        1 => Distortion::MotionBlur.apply(&moved, strength(chance, 0.5), seed),
        _ => moved,
    };
    match chance.number() % 3 {
        0 => Distortion::SensorNoise.apply(&blurred, strength(chance, 0.5), seed),
        1 => Distortion::Jpeg.apply(&blurred, strength(chance, 0.3), seed),
        _ => blurred,
    }
}

/// The same view with more or less light, in stops.
pub fn exposed(photo: &Picture, framing: Framing, stops: f64) -> Picture {
    let size = (
        (f64::from(photo.width) * framing.size.0) as u32,
        (f64::from(photo.height) * framing.size.1) as u32,
    );
    let middle = (
        f64::from(photo.width) * framing.middle.0,
        f64::from(photo.height) * framing.middle.1,
    );
    moved(photo, size, middle, (0.0, 1.0), 2_f64.powf(stops))
}

/// A view about a point, turned, scaled, and with so many times the light; between pixels in
/// proportion.
fn moved(
    photo: &Picture,
    (width, height): (u32, u32),
    middle: (f64, f64),
    (turn, scale): (f64, f64),
    light: f64,
) -> Picture {
    let (sin, cos) = turn.sin_cos();
    let level = |value: f64| {
        let linear = (value / 255.0).powf(2.2) * light;
        (255.0 * linear.powf(1.0 / 2.2)).round().clamp(0.0, 255.0) as u8
    };
    let levels: Vec<u8> = (0..=255 * 4)
        .map(|quarter| level(f64::from(quarter) / 4.0))
        .collect();
    let (columns, rows) = (photo.width as usize, photo.height as usize);
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (
                (f64::from(x) - f64::from(width) / 2.0) * scale,
                (f64::from(y) - f64::from(height) / 2.0) * scale,
            );
            let from_x = (middle.0 + cos * dx - sin * dy).clamp(0.0, (columns - 1) as f64);
            let from_y = (middle.1 + sin * dx + cos * dy).clamp(0.0, (rows - 1) as f64);
            let (left, top) = (from_x as usize, from_y as usize);
            let (right, below) = ((left + 1).min(columns - 1), (top + 1).min(rows - 1));
            let (share_x, share_y) = (from_x.fract(), from_y.fract());
            for channel in 0..3 {
                let at = |x: usize, y: usize| f64::from(photo.rgb[3 * (y * columns + x) + channel]);
                let upper = at(left, top) * (1.0 - share_x) + at(right, top) * share_x;
                let lower = at(left, below) * (1.0 - share_x) + at(right, below) * share_x;
                let value = upper * (1.0 - share_y) + lower * share_y;
                rgb.push(levels[(4.0 * value).round() as usize]);
            }
        }
    }
    Picture {
        width,
        height,
        rgb,
        notes: Vec::new(),
    }
}
