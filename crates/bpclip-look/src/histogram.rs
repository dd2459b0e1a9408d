//! How many pixels of a picture have each level.

use crate::clipping::Clipped;
use crate::raster::{Raster, luma};

/// Levels of a channel.
pub const LEVELS: usize = 256;

/// How many pixels have each level, and how many are at the ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Pixels at each level of red, green and blue.
    pub channels: [[u32; LEVELS]; 3],
    /// Pixels at each level of luma, of Rec. 709: `0.2126 R + 0.7152 G + 0.0722 B` of the values as they
    /// are coded, rounded.
    pub luma: [u32; LEVELS],
    /// What has no detail left.
    pub clipped: Clipped,
}

impl Histogram {
    /// That of a picture.
    pub fn of(picture: &Raster<'_>) -> Self {
        let mut channels = [[0; LEVELS]; 3];
        let mut lumas = [0; LEVELS];
        let mut clipped = Clipped::default();
        for pixel in picture.pixels() {
            for (channel, level) in channels.iter_mut().zip(pixel) {
                channel[usize::from(*level)] += 1;
            }
            lumas[usize::from(luma(*pixel))] += 1;
            clipped.count(*pixel);
        }
        Self {
            channels,
            luma: lumas,
            clipped,
        }
    }

    /// The mean luma, 0 to 255; 0 of no pixels.
    pub fn mean_luma(&self) -> f64 {
        let sum: u64 = (0..)
            .zip(self.luma)
            .map(|(level, n)| level * u64::from(n))
            .sum();
        sum as f64 / self.clipped.pixels.max(1) as f64
    }

    /// How many pixels a drawing of it is as high as, at least 1: those of its fullest level between the ends, in
    /// any channel or luma, but no more than twice those that only one level in fifty has more of. A clipped sky,
    /// or one shade of a wall, would flatten all the rest.
    pub fn height(&self) -> u32 {
        let all = self.channels.iter().chain([&self.luma]);
        let inner = all.flat_map(|counts| &counts[1..LEVELS - 1]);
        let mut inner: Vec<u32> = inner.copied().collect();
        inner.sort_unstable();
        let most = inner.last().copied().unwrap_or(0);
        let usual = inner.get(inner.len() * 49 / 50).copied().unwrap_or(0);
        if usual == 0 {
            return most.max(1);
        }
        most.min(usual.saturating_mul(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_counted_once_in_each_channel() {
        // Every red once in a row of its own, green 7, blue as the column.
        let rgb: Vec<u8> = (0..=255u8)
            .flat_map(|row| (0..4u8).flat_map(move |column| [row, 7, column]))
            .collect();
        let histogram = Histogram::of(&Raster::new(4, 256, &rgb).unwrap());
        assert_eq!(histogram.channels[0], [4; 256]);
        assert_eq!(histogram.channels[1][7], 1024);
        assert_eq!(histogram.channels[2][..4], [256; 4]);
        for counts in histogram.channels.iter().chain([&histogram.luma]) {
            assert_eq!(counts.iter().sum::<u32>(), 1024);
        }
        assert_eq!(histogram.clipped.pixels, 1024);
        // Not that of the one green.
        assert!((4..64).contains(&histogram.height()));
    }

    #[test]
    fn a_grey_ramp_has_a_flat_luma_of_mean_127_and_a_half() {
        let rgb: Vec<u8> = (0..=255).flat_map(|level| [level; 3]).collect();
        let histogram = Histogram::of(&Raster::new(256, 1, &rgb).unwrap());
        assert_eq!(histogram.luma, [1; 256]);
        assert_eq!(histogram.mean_luma(), 127.5);
        assert_eq!(histogram.height(), 1);
        let none = Histogram::of(&Raster::new(0, 0, &[]).unwrap());
        assert_eq!((none.mean_luma(), none.height()), (0.0, 1));
    }
}
