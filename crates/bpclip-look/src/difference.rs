//! How two pictures differ, pixel by pixel.

use crate::raster::Raster;
use crate::shift::Shift;

/// How far two pictures of one size differ in each channel, times `gain` and at most 255, and the mean before
/// the gain, 0 to 255. The second is taken from where the shift says that its part of the scene lies, between
/// its pixels bilinearly; what one of the two does not show is black and not in the mean. `None` where the
/// sizes differ.
pub fn difference(
    a: &Raster<'_>,
    b: &Raster<'_>,
    gain: u8,
    shift: Shift,
) -> Option<(Vec<u8>, f32)> {
    let (width, height) = (a.width(), a.height());
    if (width, height) != (b.width(), b.height()) {
        return None;
    }
    let (columns, rows) = (
        Taken::new(shift.right, width),
        Taken::new(shift.down, height),
    );
    let mut out = vec![0; width * height * 3];
    let (mut sum, mut count) = (0u64, 0u64);
    for y in rows.inside() {
        let (upper, lower, down) = rows.at(y);
        let (upper, lower) = (b.row(upper), b.row(lower));
        let of_a = a.row(y);
        let (of_out, _) = out[y * width * 3..].as_chunks_mut::<3>();
        for x in columns.inside() {
            let (left, right, across) = columns.at(x);
            for (channel, out) in of_out[x].iter_mut().enumerate() {
                let value = |pixel: [u8; 3]| u32::from(pixel[channel]);
                let between = |a: u32, b: u32, part: u32| a * (ONE - part) + b * part;
                let above = between(value(upper[left]), value(upper[right]), across);
                let below = between(value(lower[left]), value(lower[right]), across);
                let there = (between(above, below, down) + ONE * ONE / 2) / (ONE * ONE);
                let off = value(of_a[x]).abs_diff(there);
                sum += u64::from(off);
                *out = (off * u32::from(gain)).min(255) as u8;
            }
            count += 3;
        }
    }
    Some((out, sum as f32 / count.max(1) as f32))
}

/// The parts that the way from one pixel to the next is cut into.
const ONE: u32 = 256;

/// Where along one side the second picture is taken from.
struct Taken {
    side: usize,
    /// Whole pixels.
    whole: isize,
    /// What is beyond them, in parts of [`ONE`].
    part: u32,
}

impl Taken {
    fn new(by: f32, side: usize) -> Self {
        let parts = (f64::from(by) * f64::from(ONE)).round() as i64;
        Self {
            side,
            whole: parts.div_euclid(ONE.into()) as isize,
            part: parts.rem_euclid(ONE.into()) as u32,
        }
    }

    /// The pixels of the first picture that the second shows too.
    fn inside(&self) -> std::ops::Range<usize> {
        let side = isize::try_from(self.side).unwrap_or(isize::MAX);
        let last = side - self.whole - isize::from(self.part > 0);
        let first = (-self.whole).clamp(0, side);
        first as usize..last.clamp(first, side) as usize
    }

    /// The two pixels that one of the first picture lies between, and how near to the second of them.
    fn at(&self, pixel: usize) -> (usize, usize, u32) {
        let first = pixel.saturating_add_signed(self.whole);
        (first, (first + 1).min(self.side - 1), self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(right: f32, down: f32) -> Shift {
        Shift {
            right,
            down,
            certainty: 1.0,
        }
    }

    #[test]
    fn a_difference_has_its_mean_before_the_gain() {
        let (a, b) = ([10; 12], [14; 12]);
        let [a, b] = [&a, &b].map(|rgb| Raster::new(2, 2, rgb).unwrap());
        let (rgb, mean) = difference(&a, &b, 16, Shift::default()).unwrap();
        assert_eq!((rgb, mean), (vec![64; 12], 4.0));
        let (rgb, mean) = difference(&a, &b, 200, Shift::default()).unwrap();
        assert_eq!((rgb, mean), (vec![255; 12], 4.0));
        let other = Raster::new(2, 1, &[0; 6]).unwrap();
        assert!(difference(&a, &other, 1, Shift::default()).is_none());
    }

    /// A picture in which no two places are alike.
    fn scene(left: i32, top: i32) -> Vec<u8> {
        (0..12)
            .flat_map(|y| (0..16).map(move |x| (x + left, y + top)))
            .flat_map(|(x, y)| [(x * 7 + y * 3) as u8, (x * 5) as u8, (y * 11) as u8])
            .collect()
    }

    #[test]
    fn what_is_shifted_by_whole_pixels_does_not_differ_once_aligned() {
        let a = scene(40, 40);
        for (right, down) in [(3, 2), (-3, 2), (3, -2), (-4, -5), (0, 1)] {
            let b = scene(40 - right, 40 - down);
            let [a, b] = [&a, &b].map(|rgb| Raster::new(16, 12, rgb).unwrap());
            let (_, apart) = difference(&a, &b, 1, Shift::default()).unwrap();
            let (rgb, mean) = difference(&a, &b, 1, shift(right as f32, down as f32)).unwrap();
            assert!(apart > 1.0);
            assert_eq!(mean, 0.0);
            assert!(rgb.iter().all(|off| *off == 0));
        }
    }

    #[test]
    fn between_two_pixels_stands_their_mean() {
        let a = [20, 20, 20, 20, 20, 20, 20, 20, 20];
        let b = [10, 10, 10, 30, 30, 30, 90, 90, 90];
        let [a, b] = [&a, &b].map(|rgb| Raster::new(3, 1, rgb).unwrap());
        // Of the second pixel's right half and of the last nothing is left.
        let (rgb, mean) = difference(&a, &b, 1, shift(0.5, 0.0)).unwrap();
        assert_eq!(rgb, [0, 0, 0, 40, 40, 40, 0, 0, 0]);
        assert_eq!(mean, 20.0);
        let (rgb, mean) = difference(&a, &b, 1, shift(900.0, -900.0)).unwrap();
        assert_eq!((rgb, mean), (vec![0; 9], 0.0));
    }
}
