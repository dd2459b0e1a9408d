//! What is drawn over a picture at its own pixels: clipped light, edges in focus.

use super::pyramid::Pyramid;
use crate::app::settings::Sensitivity;
use bpclip_look::{Clip, Clipped, Plane, Raster, clipping, peaking};
use eframe::egui::{Color32, ColorImage};

/// Over highlights without detail.
pub const HIGHLIGHTS: Color32 = Color32::from_rgb(255, 70, 20);
/// Over shadows without detail.
pub const SHADOWS: Color32 = Color32::from_rgb(40, 130, 255);
/// Over edges in focus.
pub const EDGES: Color32 = Color32::from_rgb(255, 40, 220);

/// Seen from afar an edge covers little of what a pixel of the screen stands for: it is drawn so many times
/// as strong.
const FROM_AFAR: u32 = 4;

/// What it says, and how much of the picture it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said {
    Clipping(Clipped),
    /// The share of the pixels, 0 to 1, that are edges.
    Peaking(f64),
}

/// Something to lie over a picture, in several sizes.
#[derive(Debug)]
pub struct Ink {
    levels: Vec<Plane>,
    pub said: Said,
}

impl Ink {
    /// Where a picture is clipped.
    pub fn clipping(picture: &Raster<'_>) -> Self {
        let (levels, clipped) = clipping(picture);
        Self {
            levels,
            said: Said::Clipping(clipped),
        }
    }

    /// Where a picture is in focus.
    pub fn peaking(picture: &Raster<'_>, sensitivity: Sensitivity) -> Self {
        let (levels, share) = peaking(picture, sensitivity.threshold());
        Self {
            levels,
            said: Said::Peaking(share),
        }
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.values.len()).sum()
    }

    pub(super) fn sizes(&self) -> Vec<(u32, u32)> {
        let sizes = self.levels.iter();
        sizes
            .map(|level| (level.width as u32, level.height as u32))
            .collect()
    }

    /// A part of a level; `None` where it is not all within it.
    pub(super) fn cut(
        &self,
        level: usize,
        (left, top): (u32, u32),
        (width, height): (u32, u32),
    ) -> Option<ColorImage> {
        let plane = self.levels.get(level)?;
        let mut pixels = Vec::with_capacity((width * height) as usize);
        for row in top..top + height {
            let start = row as usize * plane.width + left as usize;
            let values = plane.values.get(start..start + width as usize)?;
            pixels.extend(values.iter().map(|value| self.colour(*value, level)));
        }
        Some(ColorImage::new([width as usize, height as usize], pixels))
    }

    fn colour(&self, value: u8, level: usize) -> Color32 {
        match self.said {
            Said::Clipping(_) if value == Clip::Highlight as u8 => HIGHLIGHTS,
            Said::Clipping(_) if value == Clip::Shadow as u8 => SHADOWS,
            Said::Clipping(_) => Color32::TRANSPARENT,
            Said::Peaking(_) => {
                let times = if level == 0 { 1 } else { FROM_AFAR };
                let strength = (u32::from(value) * times).min(255) as u8;
                EDGES.gamma_multiply_u8(strength)
            }
        }
    }
}

/// The whole picture of a pyramid, to be looked at.
pub fn raster(pyramid: &Pyramid, level: usize) -> Option<Raster<'_>> {
    let picture = pyramid.levels.get(level)?;
    Raster::new(picture.width, picture.height, &picture.rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_where_the_picture_has_reason_for_it() {
        let rgb = [[0, 0, 0], [99, 99, 99], [255, 9, 9], [9, 9, 9]];
        let picture = Raster::new(2, 2, rgb.as_flattened()).unwrap();
        let ink = Ink::clipping(&picture);
        let whole = ink.cut(0, (0, 0), (2, 2)).unwrap();
        let none = Color32::TRANSPARENT;
        assert_eq!(whole.pixels, [SHADOWS, none, HIGHLIGHTS, none]);
        let part = ink.cut(0, (0, 1), (1, 1)).unwrap();
        assert_eq!(part.pixels, [HIGHLIGHTS]);
        assert!(ink.cut(0, (0, 1), (2, 2)).is_none());
        assert_eq!((ink.sizes(), ink.bytes()), (vec![(2, 2)], 4));
    }
}
