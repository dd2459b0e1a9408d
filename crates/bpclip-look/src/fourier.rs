//! The Fourier transform of a picture, by the fast transform of Cooley and Tukey (1965) for powers of two. A
//! library for it would have all that computes here built anew with other features; this is all that is needed.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value {
    pub re: f32,
    pub im: f32,
}

impl Value {
    /// The same with the other sign of the imaginary part.
    pub fn conj(self) -> Self {
        Self {
            im: -self.im,
            ..self
        }
    }

    /// Its amount.
    pub fn norm(self) -> f32 {
        self.re.hypot(self.im)
    }

    /// So many times as large.
    pub fn times(self, factor: f32) -> Self {
        Self {
            re: self.re * factor,
            im: self.im * factor,
        }
    }
}

impl Add for Value {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
}

impl Sub for Value {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            re: self.re - other.re,
            im: self.im - other.im,
        }
    }
}

impl Mul for Value {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// Transforms pictures of one size. A spectrum stands column by column, for that spares turning it round.
pub struct Fourier {
    across: Line,
    down: Line,
}

impl Fourier {
    /// For pictures of this size, each side a power of two.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            across: Line::new(width),
            down: Line::new(height),
        }
    }

    /// The spectrum of values that stand row by row, unscaled: value `y + x * height` is that of `x` waves
    /// across and `y` down, the negative ones counted from the far end.
    pub fn forward(&self, values: &[f32]) -> Vec<Value> {
        let rows = values.iter().map(|re| Value { re: *re, im: 0.0 });
        let mut rows: Vec<Value> = rows.collect();
        self.across.transform(&mut rows);
        let mut columns = turned(&rows, self.across.len());
        self.down.transform(&mut columns);
        columns
    }

    /// The real part of what a spectrum is of, row by row, unscaled: `width` times `height` too large.
    pub fn inverse(&self, mut spectrum: Vec<Value>) -> Vec<f32> {
        // The inverse is the transform of the conjugate, conjugated; the real part is the same.
        for value in &mut spectrum {
            *value = value.conj();
        }
        self.down.transform(&mut spectrum);
        let mut rows = turned(&spectrum, self.down.len());
        self.across.transform(&mut rows);
        rows.into_iter().map(|value| value.re).collect()
    }
}

/// Rows of `width` values become columns.
fn turned(rows: &[Value], width: usize) -> Vec<Value> {
    let mut columns = Vec::with_capacity(rows.len());
    for x in 0..width {
        columns.extend(rows.iter().skip(x).step_by(width));
    }
    columns
}

/// Transforms lines of one length.
struct Line {
    /// The roots of unity `exp(-2 pi i k / n)`, the first half of them.
    roots: Vec<Value>,
    /// Where each value goes before: its place with the bits turned round.
    places: Vec<usize>,
}

impl Line {
    fn new(length: usize) -> Self {
        debug_assert!(length.is_power_of_two());
        let root = |k: usize| {
            let turn = -2.0 * PI * k as f64 / length as f64;
            Value {
                re: turn.cos() as f32,
                im: turn.sin() as f32,
            }
        };
        let unused = (usize::BITS - length.trailing_zeros()) % usize::BITS;
        Self {
            roots: (0..length / 2).map(root).collect(),
            places: (0..length).map(|at| at.reverse_bits() >> unused).collect(),
        }
    }

    fn len(&self) -> usize {
        self.places.len()
    }

    /// Transforms one line after the other.
    fn transform(&self, lines: &mut [Value]) {
        for line in lines.chunks_exact_mut(self.len()) {
            for (at, place) in self.places.iter().enumerate() {
                if at < *place {
                    line.swap(at, *place);
                }
            }
            let mut half = 1;
            while half < line.len() {
                let step = self.roots.len() / half;
                for part in line.chunks_exact_mut(2 * half) {
                    let (even, odd) = part.split_at_mut(half);
                    let roots = self.roots.iter().step_by(step);
                    for ((even, odd), root) in even.iter_mut().zip(odd).zip(roots) {
                        let turned = *odd * *root;
                        (*even, *odd) = (*even + turned, *even - turned);
                    }
                }
                half *= 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_has_one_frequency_and_comes_back() {
        let (width, height) = (16, 8);
        let turn = 2.0 * std::f32::consts::PI;
        let phase = |x: usize, y: usize| turn * (3.0 * x as f32 / 16.0 + 2.0 * y as f32 / 8.0);
        let wave: Vec<f32> = (0..width * height)
            .map(|at| phase(at % width, at / width).cos())
            .collect();
        let fourier = Fourier::new(width, height);
        let spectrum = fourier.forward(&wave);
        for (at, value) in spectrum.iter().enumerate() {
            let expected = match (at / height, at % height) {
                (3, 2) | (13, 6) => 64.0,
                _ => 0.0,
            };
            assert!((value.norm() - expected).abs() < 1e-3, "{at}: {value:?}");
        }
        let back = fourier.inverse(spectrum);
        for (back, value) in back.iter().zip(&wave) {
            assert!((back / 128.0 - value).abs() < 1e-5);
        }
    }

    /// Against the sum that it is, at lengths from one on.
    #[test]
    fn a_line_is_transformed_as_the_sum_says() {
        for length in [1, 2, 4, 32] {
            let value = |at: usize| Value {
                re: ((at * 7 + 3) % 11) as f32,
                im: ((at * 5) % 7) as f32,
            };
            let mut line: Vec<Value> = (0..length).map(value).collect();
            Line::new(length).transform(&mut line);
            for (k, found) in line.iter().enumerate() {
                let terms = (0..length).map(|at| {
                    let turn = -2.0 * PI * (at * k) as f64 / length as f64;
                    let (re, im) = (turn.cos() as f32, turn.sin() as f32);
                    value(at) * Value { re, im }
                });
                let sum = terms.fold(Value::default(), Add::add);
                assert!((*found - sum).norm() < 1e-3, "{length} {k}");
            }
        }
    }
}
