//! Plain statistics of a picture, which say without any rating what some adjectives should follow.

use crate::evaluate::statistics::correlation::ranks;
use bpclip_core::image::Picture;

/// Side of the blocks in pixels over which sharpness is measured.
const BLOCK: usize = 32;
/// Side of those over which noise is measured: small, so that one of them lies on a plain surface.
const SMALL_BLOCK: usize = 8;
/// Values above and below which a pixel counts as clipped.
const CLIPPED: [f32; 2] = [16.0, 245.0];

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Mean luma.
    Luma,
    /// Share of the pixels whose luma is above 245.
    Bright,
    /// Share of the pixels whose luma is below 16.
    Dark,
    /// Standard deviation of the luma.
    Contrast,
    /// Colourfulness (Hasler and Süsstrunk 2003).
    Colourfulness,
    /// The sharpest parts: the 95th percentile over blocks of the mean absolute Laplacian.
    Sharpest,
    /// The smoothest parts: the 1st percentile of the same over small blocks, which noise lifts.
    Smoothest,
    /// How far the edges agree in direction, 0 to 1: a moving camera leaves those along its way.
    Direction,
}

/// How many there are.
pub const COUNT: usize = 8;

/// Plain statistics of a picture: mean luma, the shares of its pixels above 245 and below 16, the
/// luma's standard deviation (all of 0 to 255), colourfulness (Hasler and Süsstrunk 2003), the
/// 95th percentile over blocks of 32 x 32 and the 1st over blocks of 8 x 8 of the mean absolute
/// Laplacian, and the coherence of the mean structure tensor.
pub fn statistics(picture: &Picture) -> [f32; COUNT] {
    let pixels = (picture.rgb.len() / 3).max(1) as f32;
    let luma = luma(picture);
    let share = |is: &dyn Fn(f32) -> bool| luma.iter().filter(|y| is(**y)).count() as f32 / pixels;
    let (mean, deviation) = spread(luma.iter().copied(), pixels);
    let (width, height) = (picture.width as usize, picture.height as usize);
    [
        mean,
        share(&|y| y > CLIPPED[1]),
        share(&|y| y < CLIPPED[0]),
        deviation,
        colourfulness(picture, pixels),
        percentile(blocks(&luma, width, height, BLOCK), 0.95),
        percentile(blocks(&luma, width, height, SMALL_BLOCK), 0.01),
        coherence(&luma, width),
    ]
}

/// The sharpness of the block that this share of the others lies below; 0 where there is none.
fn percentile(mut blocks: Vec<Block>, share: f32) -> f32 {
    blocks.sort_by(|a, b| a.sharpness.total_cmp(&b.sharpness));
    let place = (share * blocks.len().saturating_sub(1) as f32).round() as usize;
    blocks.get(place).map_or(0.0, |block| block.sharpness)
}

/// Of the mean structure tensor the difference of the eigenvalues by their sum: 0 where gradients
/// have every direction alike, 1 where they have one.
fn coherence(luma: &[f32], width: usize) -> f32 {
    // A little more than nothing, so that a plain picture has no direction.
    const PLAIN: f64 = 1e-3;
    let rows: Vec<&[f32]> = luma.chunks_exact(width.max(1)).collect();
    let (mut count, mut across, mut down, mut both) = (0_u32, 0.0, 0.0, 0.0);
    for three in rows.windows(3) {
        let [above, row, below] = three else { continue };
        let inner = row.windows(3).zip(above.iter().zip(*below).skip(1));
        for (beside, (above, below)) in inner {
            let [left, _, right] = beside else { continue };
            let (x, y) = (f64::from(right - left), f64::from(below - above));
            across += x * x;
            down += y * y;
            both += x * y;
            count += 1;
        }
    }
    let [across, down, both] = [across, down, both].map(|sum| sum / f64::from(count.max(1)));
    ((across - down).hypot(2.0 * both) / (across + down + PLAIN)) as f32
}

/// Mean and standard deviation.
fn spread(values: impl Iterator<Item = f32> + Clone, count: f32) -> (f32, f32) {
    let count = f64::from(count);
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    let squares: f64 = values.map(|value| (f64::from(value) - mean).powi(2)).sum();
    (mean as f32, (squares / count).sqrt() as f32)
}

fn colourfulness(picture: &Picture, pixels: f32) -> f32 {
    let opponents = picture.rgb.chunks_exact(3).map(|p| {
        let [r, g, b] = [p[0], p[1], p[2]].map(f32::from);
        (r - g, (r + g) / 2.0 - b)
    });
    let (mean_rg, rg) = spread(opponents.clone().map(|(rg, _)| rg), pixels);
    let (mean_yb, yb) = spread(opponents.map(|(_, yb)| yb), pixels);
    rg.hypot(yb) + 0.3 * mean_rg.hypot(mean_yb)
}

/// The middle of the sharpest block of 32 x 32, in shares of the picture's sides; of a picture
/// smaller than a block its own middle.
pub fn sharpest_place(picture: &Picture) -> (f32, f32) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let blocks = blocks(&luma(picture), width, height, BLOCK);
    let middle = |from: usize, side: usize| (from + BLOCK / 2) as f32 / side as f32;
    blocks
        .into_iter()
        .max_by(|a, b| a.sharpness.total_cmp(&b.sharpness))
        .map_or((0.5, 0.5), |block| {
            (middle(block.left, width), middle(block.top, height))
        })
}

fn luma(picture: &Picture) -> Vec<f32> {
    picture
        .rgb
        .chunks_exact(3)
        .map(|p| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]))
        .collect()
}

/// A block of a picture.
struct Block {
    left: usize,
    top: usize,
    /// The mean absolute Laplacian.
    sharpness: f32,
}

/// The whole blocks of this side of a picture. Of one smaller than a block there is none.
fn blocks(luma: &[f32], width: usize, height: usize, side: usize) -> Vec<Block> {
    let at = |x: usize, y: usize| luma.get(y * width + x).copied().unwrap_or(0.0);
    let mut blocks = Vec::new();
    for top in (1..height).step_by(side) {
        for left in (1..width).step_by(side) {
            if top + side >= height || left + side >= width {
                continue;
            }
            let mut sum = 0.0;
            for y in top..top + side {
                for x in left..left + side {
                    let around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
                    sum += (around - 4.0 * at(x, y)).abs();
                }
            }
            let sharpness = sum / (side * side) as f32;
            blocks.push(Block {
                left,
                top,
                sharpness,
            });
        }
    }
    blocks
}

/// The adjectives that follow statistics of a photograph, each with those and the way it follows:
/// up or down, and how much.
const FOLLOW: &[(&str, &[(Statistic, f32)])] = {
    use Statistic::*;
    &[
        ("bright", &[(Luma, 1.0)]),
        ("dark", &[(Luma, -1.0)]),
        ("underexposed", &[(Luma, -1.0), (Dark, 1.0)]),
        ("overexposed", &[(Bright, 1.0), (Luma, 1.0)]),
        ("glaring", &[(Bright, 1.0), (Luma, 1.0)]),
        ("contrasty", &[(Contrast, 1.0)]),
        ("punchy", &[(Contrast, 1.0), (Colourfulness, 1.0)]),
        ("flat", &[(Contrast, -1.0)]),
        ("hazy", &[(Contrast, -1.0), (Dark, -1.0)]),
        ("washed-out", &[(Contrast, -1.0), (Colourfulness, -1.0)]),
        ("vivid", &[(Colourfulness, 1.0)]),
        ("colorful", &[(Colourfulness, 1.0)]),
        ("dull", &[(Colourfulness, -1.0)]),
        ("faded", &[(Colourfulness, -1.0)]),
        ("oversaturated", &[(Colourfulness, 1.0)]),
        ("sharp", &[(Sharpest, 1.0)]),
        ("crisp", &[(Sharpest, 1.0)]),
        ("detailed", &[(Sharpest, 1.0)]),
        ("focused", &[(Sharpest, 1.0)]),
        ("blurry", &[(Direction, 1.0), (Sharpest, -0.5)]),
        ("soft", &[(Sharpest, -1.0)]),
        ("unfocused", &[(Sharpest, -1.0)]),
        ("smeared", &[(Direction, 1.0)]),
        ("clean", &[(Smoothest, -1.0), (Sharpest, 0.5)]),
        ("smooth", &[(Smoothest, -1.0)]),
        ("noiseless", &[(Smoothest, -1.0), (Sharpest, 0.5)]),
        ("noisy", &[(Smoothest, 1.0), (Sharpest, -0.5)]),
        ("grainy", &[(Smoothest, 1.0), (Sharpest, -0.5)]),
        ("speckled", &[(Smoothest, 1.0), (Sharpest, -0.5)]),
    ]
};

/// What a word should follow in a batch: the weighed sum of the ranks of its statistics, one a
/// picture. None where the word follows nothing.
pub fn target(word: &str, statistics: &[[f32; COUNT]]) -> Option<Vec<f32>> {
    let (_, follows) = FOLLOW.iter().find(|(name, _)| *name == word)?;
    Some(weighed_ranks(follows, statistics))
}

/// What the score should follow in a batch: how sharp the sharpest parts are, where noise does not
/// make them so.
pub fn sharpness(statistics: &[[f32; COUNT]]) -> Vec<f32> {
    let follows = [(Statistic::Sharpest, 1.0), (Statistic::Smoothest, -0.5)];
    weighed_ranks(&follows, statistics)
}

/// The weighed sum of the ranks of statistics, one a picture.
fn weighed_ranks(follows: &[(Statistic, f32)], statistics: &[[f32; COUNT]]) -> Vec<f32> {
    let mut target = vec![0.0; statistics.len()];
    for (statistic, weight) in follows {
        let column = statistics
            .iter()
            .filter_map(|row| row.get(*statistic as usize));
        let column: Vec<f64> = column.map(|value| f64::from(*value)).collect();
        for (sum, rank) in target.iter_mut().zip(ranks(&column)) {
            // From 0 instead of 1.
            *sum += weight * (rank - 1.0) as f32;
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(value: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let (width, height) = (80, 70);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Picture {
            width,
            height,
            rgb: pixels.flat_map(|(x, y)| value(x, y)).collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn each_statistic_tells_what_it_is_named_after() {
        let of = |picture: &Picture, statistic: Statistic| statistics(picture)[statistic as usize];
        let dark = drawn(|_, _| [10, 10, 10]);
        let light = drawn(|_, _| [250, 250, 250]);
        assert!((of(&dark, Statistic::Luma) - 10.0).abs() < 1e-3);
        assert_eq!(of(&dark, Statistic::Dark), 1.0);
        assert_eq!(of(&light, Statistic::Bright), 1.0);
        assert_eq!(of(&light, Statistic::Contrast), 0.0);
        let half = drawn(|x, y| {
            let value = if x < 40 || (x + y) % 2 == 0 { 100 } else { 140 };
            [value; 3]
        });
        assert!(of(&half, Statistic::Sharpest) > 70.0);
        assert_eq!(of(&half, Statistic::Smoothest), 0.0);
        // Stripes have one direction, chequers none.
        let stripes = drawn(|x, y| [u8::from((x + y) % 8 < 4) * 200; 3]);
        let chequers = drawn(|x, y| [u8::from((x / 4 + y / 4) % 2 == 0) * 200; 3]);
        assert!(of(&stripes, Statistic::Direction) > 0.99);
        assert!(of(&chequers, Statistic::Direction) < 0.05);
        assert_eq!(of(&dark, Statistic::Direction), 0.0);
        // Hasler and Süsstrunk of two equal halves of red and grey, by hand.
        let red = drawn(|x, _| if x < 40 { [200, 0, 0] } else { [90; 3] });
        let expected = 100.0_f32.hypot(50.0) + 0.3 * 100.0_f32.hypot(50.0);
        assert!((of(&red, Statistic::Colourfulness) - expected).abs() < 1e-2);
    }

    #[test]
    fn a_word_follows_the_ranks_of_its_statistics() {
        let mut rows = [[0.0; COUNT]; 4];
        for (row, luma) in rows.iter_mut().zip([50.0, 200.0, 10.0, 50.0]) {
            row[Statistic::Luma as usize] = luma;
        }
        assert_eq!(target("bright", &rows).unwrap(), [1.5, 3.0, 0.0, 1.5]);
        assert_eq!(target("dark", &rows).unwrap(), [-1.5, -3.0, 0.0, -1.5]);
        // The clipped share is 0 in all: each shares the middle rank.
        assert_eq!(target("overexposed", &rows).unwrap(), [3.0, 4.5, 1.5, 3.0]);
        // Ranks of sharpness count half and downwards, in all alike here.
        for (row, noise) in rows.iter_mut().zip([1.0, 2.0, 3.0, 4.0]) {
            row[Statistic::Smoothest as usize] = noise;
        }
        assert_eq!(target("noisy", &rows).unwrap(), [-0.75, 0.25, 1.25, 2.25]);
        assert!(target("excellent", &rows).is_none());
        assert_eq!(sharpness(&rows), [1.5, 1.0, 0.5, 0.0]);
    }
}
