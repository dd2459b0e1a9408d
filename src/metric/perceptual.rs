//! The metrics with a model of the eye, which kept crates compute.

use crate::image::Picture;
use butteraugli::{ButteraugliParams, Img, RGB8, butteraugli_strip, srgb_to_linear};
use ssimulacra2::{LinearRgb, compute_frame_ssimulacra2};

/// SSIMULACRA2, or why there is none.
pub(super) fn ssimulacra2(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    compute_frame_ssimulacra2(light(reference)?, light(distorted)?)
        .map_err(|error| error.to_string())
}

/// The light of each pixel, 0 to 1.
fn light(picture: &Picture) -> Result<LinearRgb, String> {
    let pixels = picture.rgb.chunks_exact(3);
    let pixels = pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]].map(srgb_to_linear));
    LinearRgb::new(
        pixels.collect(),
        picture.width as usize,
        picture.height as usize,
    )
    .map_err(|error| error.to_string())
}

/// Rows that Butteraugli looks at together: the value is the same, and the memory is bounded.
const STRIP: u32 = 512;

/// Butteraugli's largest difference, or why there is none.
pub(super) fn butteraugli(distorted: &Picture, reference: &Picture) -> Result<f64, String> {
    let image = |picture: &Picture| {
        let pixels = picture.rgb.chunks_exact(3);
        let pixels: Vec<RGB8> = pixels.map(|p| RGB8::new(p[0], p[1], p[2])).collect();
        Img::new(pixels, picture.width as usize, picture.height as usize)
    };
    let (reference, distorted) = (image(reference), image(distorted));
    let settings = ButteraugliParams::default().with_intensity_target(80.0);
    butteraugli_strip(reference.as_ref(), distorted.as_ref(), &settings, STRIP)
        .map(|result| result.score)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_are_as_good_as_the_whole() {
        let drawn = |coarse: u32| {
            let (width, height) = (48, 2 * STRIP + 100);
            let value = |at: u32| {
                let (x, y) = (at % width, at / width);
                (40 + x * 2 + y / 8 + (x * 31 + y * 17) % 9 * coarse) as u8
            };
            Picture {
                width,
                height,
                rgb: (0..width * height).flat_map(|at| [value(at); 3]).collect(),
                notes: Vec::new(),
            }
        };
        let (reference, distorted) = (drawn(0), drawn(3));
        let image = |picture: &Picture| {
            let pixels = picture.rgb.chunks_exact(3);
            let pixels: Vec<RGB8> = pixels.map(|p| RGB8::new(p[0], p[1], p[2])).collect();
            Img::new(pixels, picture.width as usize, picture.height as usize)
        };
        let (a, b) = (image(&reference), image(&distorted));
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
}
