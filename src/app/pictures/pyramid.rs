//! A picture in several sizes, and the difference of two.

use bpclip_core::image::{self, Picture};

/// A picture gets smaller versions until its longer side is below this.
const SMALLEST_LEVEL: u32 = 1024;

/// A picture in several sizes, each half of the one before, so that it looks right when small.
#[derive(Debug)]
pub struct Pyramid {
    /// The whole picture first.
    pub levels: Vec<Picture>,
    /// Of a difference: the mean over all channels, 0 to 255, before the gain.
    pub mean_difference: Option<f32>,
}

impl Pyramid {
    /// The whole picture.
    pub fn whole(&self) -> Option<&Picture> {
        self.levels.first()
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.rgb.len()).sum()
    }

    pub(super) fn new(picture: Picture, mean_difference: Option<f32>) -> Self {
        let mut levels = vec![picture];
        while let Some(last) = levels.last()
            && last.width.max(last.height) > SMALLEST_LEVEL
        {
            let (width, height) = (last.width.div_ceil(2), last.height.div_ceil(2));
            let smaller = image::resize(last.clone(), width, height);
            levels.push(smaller);
        }
        Self {
            levels,
            mean_difference,
        }
    }
}

/// How far two pictures differ in each channel, times `gain`, and the mean before the gain.
pub fn difference(a: &Picture, b: &Picture, gain: u8) -> Result<(Picture, f32), String> {
    if (a.width, a.height) != (b.width, b.height) {
        return Err(format!(
            "A has {}x{} pixels and B {}x{}: a difference needs two pictures of one size",
            a.width, a.height, b.width, b.height
        ));
    }
    let mut sum = 0u64;
    let rgb = a.rgb.iter().zip(&b.rgb).map(|(a, b)| {
        let off = a.abs_diff(*b);
        sum += u64::from(off);
        off.saturating_mul(gain)
    });
    let rgb: Vec<u8> = rgb.collect();
    let mean = sum as f32 / rgb.len().max(1) as f32;
    let picture = Picture {
        rgb,
        notes: Vec::new(),
        ..*a
    };
    Ok((picture, mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: u32, height: u32, level: u8) -> Picture {
        Picture {
            width,
            height,
            rgb: vec![level; (width * height * 3) as usize],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_difference_has_its_mean_before_the_gain() {
        let (picture, mean) = difference(&plain(2, 2, 10), &plain(2, 2, 14), 16).unwrap();
        assert_eq!(mean, 4.0);
        assert_eq!(picture.rgb, [64; 12]);
        assert!(difference(&plain(2, 2, 0), &plain(2, 3, 0), 1).is_err());
    }

    #[test]
    fn a_pyramid_halves_until_it_is_small() {
        let sizes: Vec<_> = Pyramid::new(plain(3000, 7, 1), None)
            .levels
            .iter()
            .map(|level| (level.width, level.height))
            .collect();
        assert_eq!(sizes, [(3000, 7), (1500, 4), (750, 2)]);
    }
}
