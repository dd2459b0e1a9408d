//! A picture told again after it was resized or encoded anew.

use super::Picture;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Cells along the side whose neighbours are compared, less one.
const CELLS: usize = 8;
/// Pixels a side of a part that its mean is taken over at most: more cost time and change nothing.
const SAMPLES: usize = 12;
/// Of 128 bits, two pictures of one content differ in this many at most; two others in about 64.
const SAME: u32 = 14;

/// Whether each of 8 x 8 parts of a picture is lighter than its right and than its lower neighbour:
/// 128 bits (the difference hash of N. Krawetz, in both directions). In text 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint([u64; 2]);

impl Fingerprint {
    /// Of a picture of any size.
    pub fn of(picture: &Picture) -> Self {
        let across = means(picture, CELLS + 1, CELLS);
        let down = means(picture, CELLS, CELLS + 1);
        let mut bits = [0_u64; 2];
        for y in 0..CELLS {
            for x in 0..CELLS {
                let at = |of: &[f64], width: usize, x: usize, y: usize| {
                    of.get(y * width + x).copied().unwrap_or(0.0)
                };
                let bit = 1 << (y * CELLS + x);
                if at(&across, CELLS + 1, x, y) > at(&across, CELLS + 1, x + 1, y) {
                    bits[0] |= bit;
                }
                if at(&down, CELLS, x, y) > at(&down, CELLS, x, y + 1) {
                    bits[1] |= bit;
                }
            }
        }
        Self(bits)
    }

    /// In how many of the 128 bits two differ.
    pub fn distance(self, other: Self) -> u32 {
        let bits = self.0.iter().zip(other.0);
        bits.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// Whether both are of one picture, as it was or resized, encoded anew or slightly changed.
    pub fn is_same(self, other: Self) -> bool {
        self.distance(other) <= SAME
    }
}

/// The mean luma of `columns` x `rows` parts of a picture.
fn means(picture: &Picture, columns: usize, rows: usize) -> Vec<f64> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let luma = |x: usize, y: usize| {
        let at = 3 * (y * width + x);
        let pixel = picture.rgb.get(at..at + 3).unwrap_or(&[0; 3]);
        let [r, g, b] = [0, 1, 2].map(|c| f64::from(pixel.get(c).copied().unwrap_or(0)));
        0.299 * r + 0.587 * g + 0.114 * b
    };
    // From where to where a part reaches; at least a pixel of a picture smaller than the grid.
    let span = |part: usize, parts: usize, side: usize| {
        let low = (part * side / parts).min(side.saturating_sub(1));
        low..((part + 1) * side / parts).max(low + 1)
    };
    let mut means = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (xs, ys) = (span(column, columns, width), span(row, rows, height));
            let (across, down) = (xs.len().div_ceil(SAMPLES), ys.len().div_ceil(SAMPLES));
            let places = ys
                .step_by(down)
                .flat_map(|y| xs.clone().step_by(across).map(move |x| (x, y)));
            let (sum, count) = places.fold((0.0, 0.0), |(sum, count), (x, y)| {
                (sum + luma(x, y), count + 1.0)
            });
            means.push(sum / count);
        }
    }
    means
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0[0], self.0[1])
    }
}

/// Text that is no fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no fingerprint of 32 hexadecimal digits")]
pub struct NoFingerprint(String);

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let wrong = || NoFingerprint(text.to_owned());
        let half = |digits: &str| u64::from_str_radix(digits, 16).map_err(|_| wrong());
        match (text.len(), text.get(..16), text.get(16..)) {
            (32, Some(first), Some(second)) => Ok(Self([half(first)?, half(second)?])),
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::resize;

    fn drawn(of: impl Fn(f64, f64) -> f64) -> Picture {
        let (width, height) = (300, 200);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Picture {
            width,
            height,
            rgb: pixels
                .flat_map(|(x, y)| {
                    let value = of(f64::from(x) / 300.0, f64::from(y) / 200.0);
                    [(255.0 * value).clamp(0.0, 255.0) as u8; 3]
                })
                .collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_resized_and_noisy_copy_is_the_same_and_another_picture_is_not() {
        let one = drawn(|x, y| {
            0.5 + 0.3 * (9.0 * x).sin() * (7.0 * y).cos() + 0.1 * (31.0 * x * y).sin()
        });
        let other = drawn(|x, y| 0.5 + 0.3 * (8.0 * y + 3.0 * x).sin() - 0.1 * (17.0 * x).cos());
        let print = Fingerprint::of(&one);
        let mut copy = resize(one.clone(), 128, 96);
        for (index, value) in copy.rgb.iter_mut().enumerate() {
            *value = value.saturating_add((index * 7919 % 13) as u8);
        }
        assert!(
            print.is_same(Fingerprint::of(&copy)),
            "{}",
            print.distance(Fingerprint::of(&copy))
        );
        assert!(!print.is_same(Fingerprint::of(&other)));
        assert!(print.is_same(print));
    }

    #[test]
    fn its_text_is_read_again() {
        let print = Fingerprint([0x0123_4567_89ab_cdef, 1]);
        assert_eq!(print.to_string(), "0123456789abcdef0000000000000001");
        assert_eq!(print.to_string().parse(), Ok(print));
        for wrong in ["", "0123", &"g".repeat(32), &"é".repeat(16)] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_picture_smaller_than_the_grid_has_one_too() {
        let tiny = Picture {
            width: 1,
            height: 1,
            rgb: vec![1, 2, 3],
            notes: Vec::new(),
        };
        assert_eq!(Fingerprint::of(&tiny), Fingerprint::default());
    }
}
