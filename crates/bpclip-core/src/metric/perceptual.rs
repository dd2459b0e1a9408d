//! The metrics with a model of the eye, which kept crates compute.

use crate::image::Picture;
use butteraugli::{ButteraugliParams, Img, RGB8, butteraugli_strip};
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Config, compute_ssimulacra2_with_config};

/// Rows that are looked at together, so that the memory is bounded. Butteraugli stays the same.
const STRIP: u32 = 512;

/// Pixels above which SSIMULACRA2 is computed in strips: 40 bytes of memory for each in the place of
/// 110, and a value that differs in the fourth digit.
const WHOLE: u64 = 1 << 22;

/// SSIMULACRA2, or why there is none.
pub(super) fn ssimulacra2(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let pixels = u64::from(reference.width) * u64::from(reference.height);
    let settings = if pixels > WHOLE {
        Ssimulacra2Config::strips(STRIP as usize)
    } else {
        Ssimulacra2Config::default()
    };
    compute_ssimulacra2_with_config(&pixels_of(reference)?, &pixels_of(distorted)?, &settings)
        .map_err(|error| error.to_string())
}

fn pixels_of(picture: &Picture) -> Result<PixelSlice<'_>, String> {
    let Picture {
        width, height, rgb, ..
    } = picture;
    let stride = *width as usize * 3;
    PixelSlice::new(rgb, *width, *height, stride, PixelDescriptor::RGB8_SRGB)
        .map_err(|error| error.to_string())
}

/// Butteraugli's largest difference, or why there is none.
pub(super) fn butteraugli(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let (reference, distorted) = (image_of(reference), image_of(distorted));
    let settings = ButteraugliParams::default().with_intensity_target(80.0);
    butteraugli_strip(reference.as_ref(), distorted.as_ref(), &settings, STRIP)
        .map(|result| result.score)
        .map_err(|error| error.to_string())
}

fn image_of(picture: &Picture) -> Img<Vec<RGB8>> {
    let pixels = picture.rgb.chunks_exact(3);
    let pixels = pixels.map(|p| RGB8::new(p[0], p[1], p[2])).collect();
    Img::new(pixels, picture.width as usize, picture.height as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern, the coarser the more of it.
    fn drawn(width: u32, height: u32, coarse: u32) -> Picture {
        let value = |at: u32| {
            let (x, y) = (at % width, at / width);
            (40 + x * 48 / width * 2 + y / 8 + (x * 31 + y * 17) % 9 * coarse) as u8
        };
        Picture {
            width,
            height,
            rgb: (0..width * height).flat_map(|at| [value(at); 3]).collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn strips_are_as_good_as_the_whole_to_butteraugli() {
        let (reference, distorted) = [0, 3]
            .map(|coarse| drawn(48, 2 * STRIP + 100, coarse))
            .into();
        let (a, b) = (image_of(&reference), image_of(&distorted));
        let settings = ButteraugliParams::default();
        let whole = butteraugli::butteraugli(a.as_ref(), b.as_ref(), &settings).unwrap();
        let strips = butteraugli(&distorted, &reference).unwrap();
        assert!(strips > 0.1, "{strips}");
        assert!(
            (strips - whole.score).abs() < 1e-5 * strips,
            "{strips} {}",
            whole.score
        );
    }

    #[test]
    fn strips_are_nearly_as_good_as_the_whole_to_ssimulacra2() {
        let (reference, distorted) = [0, 3].map(|coarse| drawn(1024, 4200, coarse)).into();
        assert!(u64::from(1024 * 4200_u32) > WHOLE);
        let (a, b) = (
            pixels_of(&reference).unwrap(),
            pixels_of(&distorted).unwrap(),
        );
        let whole = fast_ssim2::compute_ssimulacra2(&a, &b).unwrap();
        let strips = ssimulacra2(&distorted, &reference).unwrap();
        assert!(whole < 90.0, "{whole}");
        assert!((strips - whole).abs() < 0.01, "{strips} {whole}");
    }
}
