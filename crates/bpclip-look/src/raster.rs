//! Pixels that are looked at.

/// An 8-bit RGB picture, row by row from the top left.
#[derive(Clone, Copy, Debug)]
pub struct Raster<'a> {
    width: usize,
    height: usize,
    rgb: &'a [u8],
}

impl<'a> Raster<'a> {
    /// A picture of `width` by `height` pixels; `None` unless there are three bytes for each.
    pub fn new(width: u32, height: u32, rgb: &'a [u8]) -> Option<Self> {
        let (width, height) = (width as usize, height as usize);
        let bytes = width.checked_mul(height)?.checked_mul(3)?;
        (bytes == rgb.len()).then_some(Self { width, height, rgb })
    }

    /// Pixels of a row.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &'a [[u8; 3]] {
        self.rgb.as_chunks().0
    }

    /// The pixels of a row; none beyond the last.
    pub fn row(&self, row: usize) -> &'a [[u8; 3]] {
        let start = row * self.width;
        self.pixels()
            .get(start..start + self.width)
            .unwrap_or_default()
    }
}

/// The luma of a pixel, of Rec. 709 and so of sRGB, rounded: `0.2126 R + 0.7152 G + 0.0722 B` of the
/// values as they are coded.
pub const fn luma([red, green, blue]: [u8; 3]) -> u8 {
    // Of 65,536; together they are just that, so that white stays white.
    let sum = 13_933 * red as u32 + 46_871 * green as u32 + 4_732 * blue as u32;
    ((sum + 32_768) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_has_three_bytes_a_pixel() {
        assert!(Raster::new(2, 2, &[0; 12]).is_some());
        assert!(Raster::new(2, 2, &[0; 11]).is_none());
        assert!(Raster::new(u32::MAX, u32::MAX, &[0; 12]).is_none());
        assert!(Raster::new(2, 1, &[0; 6]).unwrap().row(1).is_empty());
    }

    #[test]
    fn greys_keep_their_level_and_green_is_the_lightest() {
        for level in 0..=255 {
            assert_eq!(luma([level; 3]), level);
        }
        assert_eq!(luma([255, 0, 0]), 54);
        assert_eq!(luma([0, 255, 0]), 182);
        assert_eq!(luma([0, 0, 255]), 18);
    }
}
