//! Plain statistics of a picture, which say without any rating what some adjectives should follow.

use crate::evaluate::statistics::correlation::ranks;
use bpclip_core::image::Picture;

/// Side of the blocks in pixels over which sharpness is measured.
const BLOCK: usize = 32;
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
    /// The smoothest parts: the 5th percentile of the same, which noise lifts.
    Smoothest,
}

/// How many there are.
pub const COUNT: usize = 7;

/// Plain statistics of a picture: mean luma, the shares of its pixels above 245 and below 16, the
/// luma's standard deviation (all of 0 to 255), colourfulness (Hasler and Süsstrunk 2003), and the
/// 95th and 5th percentile over blocks of 32 x 32 of the mean absolute Laplacian.
pub fn statistics(picture: &Picture) -> [f32; COUNT] {
    let pixels = (picture.rgb.len() / 3).max(1) as f32;
    let luma = luma(picture);
    let share = |is: &dyn Fn(f32) -> bool| luma.iter().filter(|y| is(**y)).count() as f32 / pixels;
    let (mean, deviation) = spread(luma.iter().copied(), pixels);
    let blocks = blocks(&luma, picture.width as usize, picture.height as usize);
    let mut blocks: Vec<f32> = blocks.into_iter().map(|block| block.sharpness).collect();
    blocks.sort_by(f32::total_cmp);
    let at = |share: f32| {
        let place = (share * blocks.len().saturating_sub(1) as f32).round() as usize;
        blocks.get(place).copied().unwrap_or(0.0)
    };
    [
        mean,
        share(&|y| y > CLIPPED[1]),
        share(&|y| y < CLIPPED[0]),
        deviation,
        colourfulness(picture, pixels),
        at(0.95),
        at(0.05),
    ]
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
    let blocks = blocks(&luma(picture), width, height);
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

/// The whole blocks of a picture. Of one smaller than a block there is none.
fn blocks(luma: &[f32], width: usize, height: usize) -> Vec<Block> {
    let at = |x: usize, y: usize| luma.get(y * width + x).copied().unwrap_or(0.0);
    let mut blocks = Vec::new();
    for top in (1..height).step_by(BLOCK) {
        for left in (1..width).step_by(BLOCK) {
            if top + BLOCK >= height || left + BLOCK >= width {
                continue;
            }
            let mut sum = 0.0;
            for y in top..top + BLOCK {
                for x in left..left + BLOCK {
                    let around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
                    sum += (around - 4.0 * at(x, y)).abs();
                }
            }
            let sharpness = sum / (BLOCK * BLOCK) as f32;
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
/// up or down.
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
        ("blurry", &[(Sharpest, -1.0)]),
        ("soft", &[(Sharpest, -1.0)]),
        ("unfocused", &[(Sharpest, -1.0)]),
        ("smeared", &[(Sharpest, -1.0)]),
        ("clean", &[(Smoothest, -1.0)]),
        ("smooth", &[(Smoothest, -1.0)]),
        ("noiseless", &[(Smoothest, -1.0)]),
        ("noisy", &[(Smoothest, 1.0)]),
        ("grainy", &[(Smoothest, 1.0)]),
        ("speckled", &[(Smoothest, 1.0)]),
    ]
};

/// What a word should follow in a batch: the sum of the ranks of its statistics, one a picture.
/// None where the word follows nothing.
pub fn target(word: &str, statistics: &[[f32; COUNT]]) -> Option<Vec<f32>> {
    let (_, follows) = FOLLOW.iter().find(|(name, _)| *name == word)?;
    let mut target = vec![0.0; statistics.len()];
    for (statistic, sign) in *follows {
        let column = statistics
            .iter()
            .filter_map(|row| row.get(*statistic as usize));
        let column: Vec<f64> = column.map(|value| f64::from(*value)).collect();
        for (sum, rank) in target.iter_mut().zip(ranks(&column)) {
            // From 0 instead of 1.
            *sum += sign * (rank - 1.0) as f32;
        }
    }
    Some(target)
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
        assert!(target("excellent", &rows).is_none());
    }
}
