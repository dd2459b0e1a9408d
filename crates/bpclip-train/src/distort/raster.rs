//! Pictures as numbers to compute with.
//!
//! Functions that differ between machines, such as powers and sines, are only used for tables and
//! weights, in f64 and then rounded; pixels see nothing but sums, products, quotients and roots.
//! So the same seed gives the same picture everywhere.

use super::light::{LIGHT, encode, frame};
use bpclip_core::image::Picture;

/// Three channels in f32, interleaved: `width * height * 3` samples, rows from the top.
#[derive(Clone)]
pub(super) struct Raster {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<f32>,
}

impl Raster {
    /// A raster of another's size.
    pub fn like(&self, samples: Vec<f32>) -> Self {
        Self {
            width: self.width,
            height: self.height,
            samples,
        }
    }

    /// The encoded values, 0 to 255.
    pub fn values(picture: &Picture) -> Self {
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            samples: picture.rgb.iter().map(|&value| value.into()).collect(),
        }
    }

    /// The picture of encoded values, 0 to 255, cut off where they are beyond.
    pub fn to_picture(&self, source: &Picture) -> Picture {
        // A cast from a float saturates.
        let rgb = self.samples.iter().map(|value| (value + 0.5) as u8);
        Picture {
            rgb: rgb.collect(),
            ..frame(source)
        }
    }

    /// The light of each pixel, 0 to 1.
    pub fn light(picture: &Picture) -> Self {
        let table: &[f32; 256] = &LIGHT;
        Self {
            width: picture.width as usize,
            height: picture.height as usize,
            samples: picture
                .rgb
                .iter()
                .map(|&value| table[usize::from(value)])
                .collect(),
        }
    }

    /// The picture of light, 0 to 1, cut off where it is beyond.
    pub fn light_to_picture(&self, source: &Picture) -> Picture {
        Picture {
            rgb: encode(&self.samples),
            ..frame(source)
        }
    }

    /// Luma and the two colour differences of JPEG (ITU-R BT.601, full range), the latter centred
    /// on 0.
    pub fn luma_chroma(picture: &Picture) -> Self {
        let mut raster = Self::values(picture);
        for pixel in raster.samples.chunks_exact_mut(3) {
            let [r, g, b] = [pixel[0], pixel[1], pixel[2]];
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            pixel.copy_from_slice(&[luma, (b - luma) / 1.772, (r - luma) / 1.402]);
        }
        raster
    }

    /// Back from [`luma_chroma`](Self::luma_chroma).
    pub fn luma_chroma_to_picture(mut self, source: &Picture) -> Picture {
        for pixel in self.samples.chunks_exact_mut(3) {
            let [luma, blue, red] = [pixel[0], pixel[1], pixel[2]];
            let (r, b) = (luma + 1.402 * red, luma + 1.772 * blue);
            let g = luma - (0.299 * 1.402 * red + 0.114 * 1.772 * blue) / 0.587;
            pixel.copy_from_slice(&[r, g, b]);
        }
        self.to_picture(source)
    }

    /// Channel `channel` at a place between pixels, bilinear, edges extended.
    pub fn sample(&self, x: f32, y: f32, channel: usize) -> f32 {
        let (x, y) = (
            x.clamp(0.0, (self.width - 1) as f32),
            y.clamp(0.0, (self.height - 1) as f32),
        );
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = (
            (left + 1).min(self.width - 1),
            (top + 1).min(self.height - 1),
        );
        let (across, down) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| self.samples[(y * self.width + x) * 3 + channel];
        let upper = at(left, top) + (at(right, top) - at(left, top)) * across;
        let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * across;
        upper + (lower - upper) * down
    }
}
