//! The statistics of a picture's patches.

use super::luma::Luma;
use super::shape::{asymmetric, symmetric};
use crate::image::Picture;
use rayon::prelude::*;

/// Side of a patch in pixels; at half the picture's size it has half of it.
const SIDE: usize = 96;

/// Statistics at full and at half size, 18 each.
pub const FEATURES: usize = 36;

/// The neighbours that a pixel is multiplied with: how many rows below it, and how many columns the
/// upper and the lower one begin later.
const NEIGHBOURS: [[usize; 3]; 4] = [[0, 0, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0]];

/// A patch that has some texture.
pub struct Patch {
    /// `[alpha, beta]` of the normalised luma, and `[gamma, eta, beta left, beta right]` of its
    /// products with each neighbour, at full and then at half size.
    pub features: [f64; FEATURES],
    /// The mean deviation around its pixels.
    pub sharpness: f64,
}

/// A square of a strip that is as high.
struct Square<'a> {
    strip: &'a [f64],
    width: usize,
    left: usize,
    side: usize,
}

/// The patches of a picture from its top left, as many as fit whole; flat ones are left out.
pub fn patches(picture: &Picture) -> Vec<Patch> {
    let whole = Luma::of(picture);
    let half = whole.halved();
    let row = |row: usize| {
        let sizes = [(&whole, SIDE), (&half, SIDE / 2)];
        let strips = sizes.map(|(luma, side)| luma.normalised(row * side, side));
        let patch = |column: usize| {
            let mut features = [0.0; FEATURES];
            let parts = features.chunks_exact_mut(FEATURES / 2);
            for ((part, (luma, side)), strip) in parts.zip(sizes).zip(&strips) {
                let square = Square::of(&strip.values, luma.width, column, side);
                part.copy_from_slice(&statistics(&square)?);
            }
            let deviations = Square::of(&strips[0].deviations, whole.width, column, SIDE);
            let sum: f64 = deviations.values().sum();
            Some(Patch {
                features,
                sharpness: sum / (SIDE * SIDE) as f64,
            })
        };
        let columns = 0..whole.width / SIDE;
        columns.filter_map(patch).collect::<Vec<Patch>>()
    };
    let rows = (0..whole.height / SIDE).into_par_iter();
    rows.flat_map_iter(row).collect()
}

/// The statistics at one size; `None` where it is flat.
fn statistics(square: &Square) -> Option<Vec<f64>> {
    let mut statistics = symmetric(square.values())?.to_vec();
    for neighbour in NEIGHBOURS {
        statistics.extend(asymmetric(square.products(neighbour))?);
    }
    Some(statistics)
}

impl<'a> Square<'a> {
    /// One of the squares that the strip is cut into.
    fn of(strip: &'a [f64], width: usize, column: usize, side: usize) -> Self {
        let left = column * side;
        Self {
            strip,
            width,
            left,
            side,
        }
    }

    fn row(&self, y: usize) -> &'a [f64] {
        &self.strip[y * self.width + self.left..][..self.side]
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        (0..self.side).flat_map(|y| self.row(y)).copied()
    }

    /// The products with a neighbour, of the pixels that have it within the square.
    fn products(&self, [down, upper, lower]: [usize; 3]) -> impl Iterator<Item = f64> {
        (0..self.side - down).flat_map(move |y| {
            let below = self.row(y + down).iter().skip(lower);
            let pairs = self.row(y).iter().skip(upper).zip(below);
            pairs.map(|(a, b)| a * b)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_multiplied_with_its_neighbours_within_the_square() {
        // The second square of 2 x 2 of a strip.
        let strip = [9.0, 9.0, 1.0, 2.0, 9.0, 9.0, 3.0, 5.0];
        let square = Square::of(&strip, 4, 1, 2);
        assert_eq!(square.values().collect::<Vec<f64>>(), [1.0, 2.0, 3.0, 5.0]);
        let products = NEIGHBOURS.map(|neighbour| square.products(neighbour).collect::<Vec<f64>>());
        assert_eq!(
            products,
            [vec![2.0, 15.0], vec![3.0, 10.0], vec![5.0], vec![6.0]]
        );
    }
}
