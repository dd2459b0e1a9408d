//! Light and shadow that have no detail left.

use crate::plane::{Plane, Pool};
use crate::raster::Raster;

/// All three channels at or below this are shadow without detail. A single channel at 0 is none: that is
/// how saturated colours are coded.
pub const SHADOW: u8 = 1;

/// One channel at or above this is clipped light. JPEG brings 255 down by one here and there.
pub const HIGHLIGHT: u8 = 254;

/// What of a pixel has no detail left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clip {
    /// Nothing.
    None = 0,
    /// It is shadow: all three channels are at [`SHADOW`] or below.
    Shadow = 1,
    /// It is light: a channel is at [`HIGHLIGHT`] or above.
    Highlight = 2,
}

impl Clip {
    /// That of a pixel.
    pub const fn of([red, green, blue]: [u8; 3]) -> Self {
        if red >= HIGHLIGHT || green >= HIGHLIGHT || blue >= HIGHLIGHT {
            Self::Highlight
        } else if red <= SHADOW && green <= SHADOW && blue <= SHADOW {
            Self::Shadow
        } else {
            Self::None
        }
    }
}

/// How many pixels are clipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clipped {
    /// Those that are [`Clip::Shadow`].
    pub shadows: u64,
    /// Those that are [`Clip::Highlight`].
    pub highlights: u64,
    /// Of these, those with all three channels at [`HIGHLIGHT`] or above: not even a colour is left.
    pub white: u64,
    /// All pixels.
    pub pixels: u64,
}

impl Clipped {
    pub(crate) fn count(&mut self, pixel: [u8; 3]) -> Clip {
        let clip = Clip::of(pixel);
        self.pixels += 1;
        self.shadows += u64::from(clip == Clip::Shadow);
        self.highlights += u64::from(clip == Clip::Highlight);
        self.white += u64::from(pixel.iter().all(|level| *level >= HIGHLIGHT));
        clip
    }

    /// Which share of all pixels so many are, 0 to 1.
    pub fn share(&self, of: u64) -> f64 {
        of as f64 / self.pixels.max(1) as f64
    }
}

/// Where a picture is clipped, a [`Clip`] as its number for each pixel, then in halves. Smaller levels keep
/// what is clipped anywhere in what they stand for, so that a blown speck is seen from afar.
pub fn clipping(picture: &Raster<'_>) -> (Vec<Plane>, Clipped) {
    let mut clipped = Clipped::default();
    let values = picture.pixels().iter();
    let values = values.map(|pixel| clipped.count(*pixel) as u8).collect();
    let plane = Plane::new(picture.width(), picture.height(), values);
    (plane.halves(Pool::Highest), clipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_where_they_are_said_to_be() {
        for (pixel, clip) in [
            ([0, 0, 0], Clip::Shadow),
            ([1, 1, 1], Clip::Shadow),
            ([1, 2, 1], Clip::None),
            ([0, 200, 0], Clip::None),
            ([253, 253, 253], Clip::None),
            ([254, 0, 0], Clip::Highlight),
            ([255, 255, 255], Clip::Highlight),
        ] {
            assert_eq!(Clip::of(pixel), clip, "{pixel:?}");
        }
    }

    #[test]
    fn all_that_is_clipped_is_counted_and_in_its_place() {
        let rgb = [[0, 0, 0], [128, 128, 128], [255, 10, 10], [255, 254, 255]];
        let (planes, clipped) = clipping(&Raster::new(2, 2, rgb.as_flattened()).unwrap());
        assert_eq!(planes.len(), 1);
        assert_eq!(planes[0].values, [1, 0, 2, 2]);
        let expected = Clipped {
            shadows: 1,
            highlights: 2,
            white: 1,
            pixels: 4,
        };
        assert_eq!(clipped, expected);
        assert_eq!(clipped.share(clipped.highlights), 0.5);
        assert_eq!(Clipped::default().share(0), 0.0);
    }

    #[test]
    fn one_blown_pixel_is_seen_at_every_level() {
        let mut rgb = vec![100; 3000 * 2000 * 3];
        rgb[(1111 * 3000 + 777) * 3] = 255;
        let (planes, _) = clipping(&Raster::new(3000, 2000, &rgb).unwrap());
        assert_eq!(planes.len(), 3);
        for (level, plane) in planes.iter().enumerate() {
            let seen = plane.values.iter().filter(|value| **value == 2).count();
            assert_eq!(seen, 1, "level {level}");
            let at = (1111 >> level) * plane.width + (777 >> level);
            assert_eq!(plane.values[at], 2);
        }
    }
}
