//! How sharp the sharpest part of a picture is, and where that part is.

use super::Picture;
use serde::{Deserialize, Serialize};

/// Side of a block, in pixels.
const BLOCK: usize = 32;
/// The share of the blocks that are less sharp than the number says.
const SHARE: f32 = 0.95;
/// The shorter side that a picture is halved down to, at least, in pixels: finer than that cameras
/// record more noise than detail, and pictures of many sizes can be compared.
pub(super) const ENOUGH: u32 = 2000;
/// How many times the place of the sharpest part goes into the shorter side.
const PLACES: usize = 6;

/// How sharp a picture is where it is sharpest.
///
/// It is the 95th percentile over blocks of 32 x 32 pixels of the mean absolute Laplacian
/// (`|4 c - up - down - left - right|`) of luma (BT.601, 0 to 255). Above 4000 pixels of shorter
/// side a picture is halved before, as often as leaves 2000. Noise and hard contrast count as
/// sharpness: the number is for pictures of one scene or one shoot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sharpness {
    /// 0 to some hundred, higher is sharper.
    pub value: f32,
    /// The sharpest part: a sixth of the shorter side, where the mean of the blocks is highest.
    pub place: Part,
}

/// A part of a picture, in shares of its width and height, 0 to 1 from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Where it begins.
    pub left: f32,
    /// Likewise.
    pub top: f32,
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
}

impl Part {
    /// The point in its middle.
    pub fn centre(&self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// Left, top, width and height in a picture of this size, in pixels.
    pub fn pixels(&self, width: u32, height: u32) -> [u32; 4] {
        let (width, height) = (width as f32, height as f32);
        [
            self.left * width,
            self.top * height,
            self.width * width,
            self.height * height,
        ]
        .map(|side| side.round() as u32)
    }
}

impl Sharpness {
    /// Of a picture at its own size or nearly so; `None` where a side is shorter than three pixels.
    pub fn of(picture: &Picture) -> Option<Self> {
        let mut luma = Plane::of(picture);
        while luma.width.min(luma.height).div_ceil(2) >= ENOUGH as usize {
            luma = luma.halved();
        }
        let blocks = luma.blocks()?;
        Some(Self {
            value: percentile(blocks.values.clone(), SHARE),
            place: blocks.sharpest(luma.width as f32, luma.height as f32),
        })
    }
}

/// Luma in quarters of a level, row after row.
struct Plane {
    width: usize,
    height: usize,
    luma: Vec<i16>,
}

/// The mean absolute Laplacian of each block, in levels.
struct Blocks {
    /// Width and height of a block, in pixels.
    size: (usize, usize),
    columns: usize,
    rows: usize,
    values: Vec<f32>,
}

impl Plane {
    fn of(picture: &Picture) -> Self {
        let (pixels, _) = picture.rgb.as_chunks::<3>();
        // 256 times the weights of BT.601.
        let luma = |[r, g, b]: &[u8; 3]| {
            let sum = 77 * u32::from(*r) + 150 * u32::from(*g) + 29 * u32::from(*b);
            ((sum + 32) >> 6) as i16
        };
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            luma: pixels.iter().map(luma).collect(),
        }
    }

    /// Every four pixels their mean; what is over at the right and below is left out.
    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut luma = Vec::with_capacity(width * height);
        for two in self.luma.chunks_exact(2 * self.width).take(height) {
            let (upper, lower) = two.split_at(self.width);
            let (upper, lower) = (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0);
            let mean = |([a, b], [c, d]): (&[i16; 2], &[i16; 2])| (a + b + c + d + 2) >> 2;
            luma.extend(upper.iter().zip(lower).map(mean));
        }
        Self {
            width,
            height,
            luma,
        }
    }

    /// The Laplacian in blocks; what is over at the right and below is left out, but a picture
    /// smaller than a block is one.
    fn blocks(&self) -> Option<Blocks> {
        let inner = (
            self.width.checked_sub(2).filter(|side| *side > 0)?,
            self.height.checked_sub(2).filter(|side| *side > 0)?,
        );
        let size = (BLOCK.min(inner.0), BLOCK.min(inner.1));
        let (columns, rows) = (inner.0 / size.0, inner.1 / size.1);
        let mut sums = vec![0_u32; columns * rows];
        let mut edges = vec![0_u16; inner.0];
        let all: Vec<&[i16]> = self.luma.chunks_exact(self.width).collect();
        for (y, three) in all.windows(3).take(rows * size.1).enumerate() {
            if let [above, row, below] = three {
                laplacian(above, row, below, &mut edges);
            }
            let start = y / size.1 * columns;
            let into = sums.iter_mut().skip(start);
            for (sum, part) in into.zip(edges.chunks_exact(size.0).take(columns)) {
                *sum += part.iter().map(|edge| u32::from(*edge)).sum::<u32>();
            }
        }
        let pixels = 4.0 * (size.0 * size.1) as f32;
        Some(Blocks {
            size,
            columns,
            rows,
            values: sums.iter().map(|sum| *sum as f32 / pixels).collect(),
        })
    }
}

/// The absolute Laplacian of a row but for its ends.
fn laplacian(above: &[i16], row: &[i16], below: &[i16], edges: &mut [u16]) {
    let count = edges.len();
    let (left, centre, right) = (&row[..count], &row[1..=count], &row[2..count + 2]);
    let (up, down) = (&above[1..=count], &below[1..=count]);
    for at in 0..count {
        let around = left[at] + right[at] + up[at] + down[at];
        edges[at] = (4 * centre[at] - around).unsigned_abs();
    }
}

impl Blocks {
    /// The square of blocks with the highest mean, the first of equals, in a picture of this size.
    fn sharpest(&self, width: f32, height: f32) -> Part {
        let shorter = self.columns.min(self.rows);
        let side = (shorter as f32 / PLACES as f32).round().max(1.0) as usize;
        let sums = self.summed();
        let sum = |x: usize, y: usize| sums[y * (self.columns + 1) + x];
        let mut best = (f64::NEG_INFINITY, 0, 0);
        for y in 0..=self.rows - side {
            for x in 0..=self.columns - side {
                let within =
                    sum(x + side, y + side) + sum(x, y) - sum(x + side, y) - sum(x, y + side);
                // Rounding must not prefer a later one.
                if within > best.0 + 1e-6 {
                    best = (within, x, y);
                }
            }
        }
        let (_, x, y) = best;
        // The Laplacian begins at the second pixel.
        Part {
            left: (1 + x * self.size.0) as f32 / width,
            top: (1 + y * self.size.1) as f32 / height,
            width: (side * self.size.0) as f32 / width,
            height: (side * self.size.1) as f32 / height,
        }
    }

    /// The sum of all blocks left of and above each corner.
    fn summed(&self) -> Vec<f64> {
        let columns = self.columns + 1;
        let mut sums = vec![0.0; columns * (self.rows + 1)];
        for y in 0..self.rows {
            let mut row = 0.0;
            for x in 0..self.columns {
                row += f64::from(self.values[y * self.columns + x]);
                sums[(y + 1) * columns + x + 1] = sums[y * columns + x + 1] + row;
            }
        }
        sums
    }
}

/// Between the two values where it lies, in proportion.
fn percentile(mut values: Vec<f32>, share: f32) -> f32 {
    values.sort_by(f32::total_cmp);
    let at = share * values.len().saturating_sub(1) as f32;
    let value = |at: f32| values.get(at as usize).copied().unwrap_or(0.0);
    let (low, high) = (value(at.floor()), value(at.ceil()));
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: u32, height: u32, grey: impl Fn(u32, u32) -> u8) -> Picture {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Picture {
            width,
            height,
            rgb: places.flat_map(|(x, y)| [grey(x, y); 3]).collect(),
            notes: Vec::new(),
        }
    }

    fn chequered(x: u32, y: u32) -> u8 {
        if (x + y).is_multiple_of(2) { 60 } else { 50 }
    }

    #[test]
    fn chequers_of_ten_levels_have_a_laplacian_of_forty() {
        let sharp = Sharpness::of(&drawn(200, 130, chequered)).unwrap();
        assert_eq!(sharp.value, 40.0);
        // All is alike: the first place.
        assert_eq!(sharp.place.pixels(200, 130), [1, 1, 32, 32]);
        let flat = Sharpness::of(&drawn(200, 130, |_, _| 90)).unwrap();
        assert_eq!(flat.value, 0.0);
        // A slope has no second difference.
        let slope = Sharpness::of(&drawn(200, 130, |x, _| x as u8)).unwrap();
        assert_eq!(slope.value, 0.0);
    }

    #[test]
    fn the_place_is_where_it_is_sharp() {
        // 18 x 12 blocks, the sharpest part is two blocks wide; sharp are those from the tenth on
        // across and from the fifth on down.
        let at = |x: u32, y: u32| (321..385).contains(&x) && (161..225).contains(&y);
        let picture = drawn(578, 386, |x, y| if at(x, y) { chequered(x, y) } else { 55 });
        let sharp = Sharpness::of(&picture).unwrap();
        assert_eq!(sharp.place.pixels(578, 386), [321, 161, 64, 64]);
        let (x, y) = sharp.place.centre();
        assert!((x - 353.0 / 578.0).abs() < 1e-6 && (y - 193.0 / 386.0).abs() < 1e-6);
        // Four of 216 blocks are less than a twentieth.
        assert!(sharp.value < 1.0, "{}", sharp.value);
    }

    #[test]
    fn a_blurred_copy_is_less_sharp() {
        let texture = |x: u32, y: u32| (128.0 + 60.0 * f64::from(x * y % 17).sin()) as u8;
        let sharp = drawn(300, 200, texture);
        let soft = super::super::resize(super::super::resize(sharp.clone(), 100, 67), 300, 200);
        let value = |picture: &Picture| Sharpness::of(picture).unwrap().value;
        assert!(value(&soft) < value(&sharp) / 3.0);
    }

    #[test]
    fn very_large_pictures_are_halved_and_tiny_ones_are_one_block() {
        // Chequers vanish when every four pixels become one.
        let large = Sharpness::of(&drawn(4100, 4000, chequered)).unwrap();
        assert_eq!(large.value, 0.0);
        let below = Sharpness::of(&drawn(3998, 3998, chequered)).unwrap();
        assert_eq!(below.value, 40.0);
        let tiny = Sharpness::of(&drawn(3, 9, chequered)).unwrap();
        assert_eq!((tiny.value, tiny.place.pixels(3, 9)), (40.0, [1, 1, 1, 7]));
        assert_eq!(Sharpness::of(&drawn(2, 9, chequered)), None);
    }

    #[test]
    fn percentiles_lie_between_values() {
        assert_eq!(percentile(vec![4.0, 0.0, 2.0, 1.0, 3.0], 0.95), 3.8);
        assert_eq!(percentile(vec![7.0], 0.95), 7.0);
        assert_eq!(percentile(Vec::new(), 0.95), 0.0);
    }
}
