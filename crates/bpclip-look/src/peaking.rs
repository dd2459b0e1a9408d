//! Edges that are in focus.

use crate::plane::{Plane, Pool};
use crate::raster::{Raster, luma};

/// Where a picture has edges in focus, and which share of its pixels they are, 0 to 1. A pixel is 255 where
/// there is an edge and 0 elsewhere; in the smaller levels it is the mean of what it stands for.
///
/// The measure is the Laplacian of the luma after a binomial filter of 3 by 3 pixels, at the picture's own
/// pixels: a quarter of its amount is the height of a step between two neighbouring pixels in levels, 0 to
/// 255. A slope gives nothing, and a step that defocus spreads by `s` pixels about `1 / s²` as much as a
/// sharp one, so that a high but soft edge stays dark. `threshold` is the step, in levels, from which on an
/// edge counts.
pub fn peaking(picture: &Raster<'_>, threshold: u8) -> (Vec<Plane>, f64) {
    let (width, height) = (picture.width(), picture.height());
    let mut values = vec![0; width * height];
    let lumas: Vec<u8> = picture.pixels().iter().map(|pixel| luma(*pixel)).collect();
    let least = 4 * i32::from(threshold.max(1));
    let mut edges = 0u64;
    if width > 2 * BORDER && height > 2 * BORDER {
        let smooth = |row: usize| smoothed(&lumas, width, row);
        let mut rows = [smooth(1), smooth(1), smooth(2)];
        for y in BORDER..height - BORDER {
            rows.rotate_left(1);
            rows[2] = smooth(y + 1);
            let [above, here, below] = &rows;
            let out = &mut values[y * width..(y + 1) * width];
            for x in BORDER..width - BORDER {
                let around = here[x - 1] + here[x + 1] + above[x] + below[x];
                if (around - 4 * here[x]).abs() >= least {
                    out[x] = 255;
                    edges += 1;
                }
            }
        }
    }
    let share = edges as f64 / values.len().max(1) as f64;
    (Plane::new(width, height, values).halves(Pool::Mean), share)
}

/// The outermost pixels are no edges: what lies beyond them is not known.
const BORDER: usize = 2;

/// 16 times the smoothed luma of a row that is neither the first nor the last; 0 at its ends.
fn smoothed(lumas: &[u8], width: usize, row: usize) -> Vec<i32> {
    let line = |row: usize| &lumas[row * width..(row + 1) * width];
    let (above, here, below) = (line(row - 1), line(row), line(row + 1));
    let down = |x: usize| i32::from(above[x]) + 2 * i32::from(here[x]) + i32::from(below[x]);
    let mut smooth = vec![0; width];
    for (x, smooth) in smooth.iter_mut().enumerate().take(width - 1).skip(1) {
        *smooth = down(x - 1) + 2 * down(x) + down(x + 1);
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of greys, from what a pixel's column and row have.
    fn picture(width: usize, height: usize, level: impl Fn(usize, usize) -> u8) -> Vec<u8> {
        let level = &level;
        (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| [level(x, y); 3]))
            .collect()
    }

    fn edges(width: usize, height: usize, rgb: &[u8], threshold: u8) -> Vec<(usize, usize)> {
        let raster = Raster::new(width as u32, height as u32, rgb).unwrap();
        let (planes, share) = peaking(&raster, threshold);
        let marked = planes[0].values.iter().enumerate();
        let marked: Vec<_> = marked
            .filter(|(_, value)| **value == 255)
            .map(|(at, _)| (at % width, at / width))
            .collect();
        assert_eq!(share, marked.len() as f64 / (width * height).max(1) as f64);
        marked
    }

    #[test]
    fn a_step_counts_from_its_own_height_on_two_pixels_to_each_side() {
        let step = picture(8, 7, |x, _| if x < 4 { 50 } else { 90 });
        let both: Vec<_> = (2..5)
            .flat_map(|y| [(2, y), (3, y), (4, y), (5, y)])
            .collect();
        assert_eq!(edges(8, 7, &step, 40), both);
        assert_eq!(edges(8, 7, &step, 41), []);
        let lying = picture(7, 8, |_, y| if y < 4 { 50 } else { 90 });
        assert_eq!(edges(7, 8, &lying, 40).len(), 12);
    }

    #[test]
    fn plain_areas_and_slopes_have_no_edges() {
        assert_eq!(edges(9, 9, &picture(9, 9, |_, _| 200), 1), []);
        let slope = picture(16, 9, |x, y| (10 * x + 5 * y) as u8);
        assert_eq!(edges(16, 9, &slope, 1), []);
    }

    #[test]
    fn a_soft_edge_counts_less_by_the_square_of_its_spread() {
        // A step of 200 levels as the integral of a Gaussian of `s` pixels.
        let strength = |s: f64| {
            let erf = |z: f64| {
                // Abramowitz and Stegun 7.1.26, to 1.5e-7.
                let t = 1.0 / (1.0 + 0.327_591_1 * z.abs());
                let poly = t
                    * (0.254_829_592
                        + t * (-0.284_496_736
                            + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
                (1.0 - poly * (-z * z).exp()).copysign(z)
            };
            let level = |x: usize| {
                let z = (x as f64 - 31.5) / (s * std::f64::consts::SQRT_2);
                (128.0 + 100.0 * erf(z)).round() as u8
            };
            let rgb = picture(64, 5, |x, _| level(x));
            (1..=255u8)
                .rev()
                .find(|threshold| !edges(64, 5, &rgb, *threshold).is_empty())
                .unwrap_or(0)
        };
        let (sharp, soft, softer) = (strength(0.2), strength(2.0), strength(4.0));
        assert!(sharp > 190, "{sharp}");
        // The second derivative of such a step is at most 0.242 h / s², times 4.
        assert!(
            soft.abs_diff((4.0 * 0.242 * 200.0 / 4.5) as u8) < 8,
            "{soft}"
        );
        assert!(
            softer.abs_diff((4.0 * 0.242 * 200.0 / 16.5) as u8) < 4,
            "{softer}"
        );
    }

    #[test]
    fn nothing_has_no_edges() {
        assert_eq!(edges(0, 0, &[], 10), []);
        let small = picture(4, 40, |x, _| 80 * x as u8);
        assert_eq!(edges(4, 40, &small, 1), []);
    }
}
