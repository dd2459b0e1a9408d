//! How different two pictures look, measured: the label of a synthetic pair.

use ssimulacra2::{LinearRgb, compute_frame_ssimulacra2};

use super::light::LIGHT;
use crate::image::Picture;

/// The shortest side that SSIMULACRA2 is defined for.
const SHORTEST: u32 = 8;

/// Why a pair cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The sizes differ.
    #[error(
        "the reference has {} x {} pixels and the distorted picture {} x {}: they must have one size",
        reference.0, reference.1, distorted.0, distorted.1
    )]
    Sizes {
        /// Width and height of the reference.
        reference: (u32, u32),
        /// Width and height of the distorted picture.
        distorted: (u32, u32),
    },
    /// Too small to measure.
    #[error("{width} x {height} pixels are too few: SSIMULACRA2 needs 8 x 8")]
    TooSmall {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The measure gave up.
    #[error("SSIMULACRA2 could not be computed: {0}")]
    Measure(String),
}

/// SSIMULACRA2 (Sneyers, 2023) of a distorted picture: 100 for the reference itself, about 90
/// where no difference is seen, 70 for high, 50 for medium and 30 for low quality; it has no lower
/// end.
///
/// # Errors
/// If the sizes differ or a side is below 8 pixels.
pub fn ssimulacra2(reference: &Picture, distorted: &Picture) -> Result<f64, LabelError> {
    let sizes = [reference, distorted].map(|picture| (picture.width, picture.height));
    let [reference_size, distorted_size] = sizes;
    if reference_size != distorted_size {
        return Err(LabelError::Sizes {
            reference: reference_size,
            distorted: distorted_size,
        });
    }
    let (width, height) = reference_size;
    if width.min(height) < SHORTEST {
        return Err(LabelError::TooSmall { width, height });
    }
    compute_frame_ssimulacra2(light(reference)?, light(distorted)?)
        .map_err(|error| LabelError::Measure(error.to_string()))
}

fn light(picture: &Picture) -> Result<LinearRgb, LabelError> {
    let table: &[f32; 256] = &LIGHT;
    let pixels = picture.rgb.chunks_exact(3);
    let pixels = pixels.map(|p| [p[0], p[1], p[2]].map(|value| table[usize::from(value)]));
    LinearRgb::new(
        pixels.collect(),
        picture.width as usize,
        picture.height as usize,
    )
    .map_err(|error| LabelError::Measure(error.to_string()))
}

/// The label, from 0 to 1, that a network is trained towards: a hundredth of SSIMULACRA2 above 30,
/// and below it `0.3 exp((ssimulacra2 - 30) / 30)`, which keeps the order however low it falls.
pub fn label(ssimulacra2: f64) -> f64 {
    if ssimulacra2 > 30.0 {
        (ssimulacra2 / 100.0).min(1.0)
    } else {
        0.3 * ((ssimulacra2 - 30.0) / 30.0).exp()
    }
}
