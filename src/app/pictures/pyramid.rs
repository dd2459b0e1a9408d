//! A picture in several sizes, and the difference of two.

use bpclip_core::image::{self, Picture};
use bpclip_look::{Raster, Shift};
use eframe::egui::ColorImage;

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

    /// Bytes that one of a picture of this size will hold, about.
    pub fn bytes_of((width, height): (u32, u32)) -> usize {
        // A third more than the picture, for its halves.
        width as usize * height as usize * 4
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

    pub(super) fn sizes(&self) -> Vec<(u32, u32)> {
        let sizes = self.levels.iter();
        sizes.map(|level| (level.width, level.height)).collect()
    }

    /// A part of a level; `None` where it is not all within it.
    pub(super) fn cut(
        &self,
        level: usize,
        (left, top): (u32, u32),
        (width, height): (u32, u32),
    ) -> Option<ColorImage> {
        let picture = self.levels.get(level)?;
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for row in top..top + height {
            let start = (row as usize * picture.width as usize + left as usize) * 3;
            let end = start + width as usize * 3;
            rgb.extend_from_slice(picture.rgb.get(start..end)?);
        }
        Some(ColorImage::from_rgb(
            [width as usize, height as usize],
            &rgb,
        ))
    }
}

/// How far two pictures differ in each channel, times `gain`, the second taken from where it is shifted to,
/// and the mean before the gain.
pub fn difference(
    a: &Raster<'_>,
    b: &Raster<'_>,
    gain: u8,
    shift: Shift,
) -> Result<Pyramid, String> {
    let Some((rgb, mean)) = bpclip_look::difference(a, b, gain, shift) else {
        return Err(format!(
            "A has {}x{} pixels and B {}x{}: a difference needs two pictures of one size",
            a.width(),
            a.height(),
            b.width(),
            b.height()
        ));
    };
    let picture = Picture {
        width: a.width() as u32,
        height: a.height() as u32,
        rgb,
        notes: Vec::new(),
    };
    Ok(Pyramid::new(picture, Some(mean)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: u32, height: u32) -> Picture {
        Picture {
            width,
            height,
            rgb: vec![1; (width * height * 3) as usize],
            notes: Vec::new(),
        }
    }

    #[test]
    fn pictures_of_two_sizes_have_no_difference() {
        let (a, b) = ([10; 12], [14; 18]);
        let (a, b) = (
            Raster::new(2, 2, &a).unwrap(),
            Raster::new(2, 3, &b).unwrap(),
        );
        let pyramid = difference(&a, &a, 16, Shift::default()).unwrap();
        assert_eq!(pyramid.mean_difference, Some(0.0));
        let error = difference(&a, &b, 1, Shift::default()).unwrap_err();
        assert!(error.starts_with("A has 2x2 pixels and B 2x3"), "{error}");
    }

    #[test]
    fn a_pyramid_halves_until_it_is_small() {
        let pyramid = Pyramid::new(plain(3000, 7), None);
        assert_eq!(pyramid.sizes(), [(3000, 7), (1500, 4), (750, 2)]);
        let usual = Pyramid::new(plain(1600, 1200), None);
        assert!(usual.bytes() <= Pyramid::bytes_of((1600, 1200)));
    }

    #[test]
    fn a_part_is_cut_out_only_where_there_is_one() {
        let pyramid = Pyramid::new(plain(4, 4), None);
        assert_eq!(pyramid.cut(0, (2, 2), (2, 2)).unwrap().size, [2, 2]);
        assert!(pyramid.cut(0, (2, 3), (2, 2)).is_none());
        assert!(pyramid.cut(1, (0, 0), (1, 1)).is_none());
    }
}
