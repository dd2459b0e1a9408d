//! How large a picture is scored, and making it so.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use serde::{Deserialize, Serialize};
use std::fmt;

use super::Picture;
use super::sharpness::ENOUGH;

/// How large a picture is scored: a wish for its shorter side, the aspect being kept. Its JSON,
/// `{"shorter_side": 512, "enlarge": false}`, stands in a checkpoint's metadata: scores hold for
/// the policy that the checkpoint was trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizePolicy {
    /// Pixels that the shorter side gets, 0 counting as 1; `None` leaves every picture as it is.
    pub shorter_side: Option<u32>,
    /// Whether a picture with a shorter side below that is enlarged.
    pub enlarge: bool,
}

impl SizePolicy {
    /// Shrinks pictures until their shorter side has at most so many pixels, and enlarges none;
    /// with `None` every picture stays as it is.
    pub const fn at_most(shorter_side: Option<u32>) -> Self {
        Self {
            shorter_side,
            enlarge: false,
        }
    }

    /// The size at which a picture of `width` by `height` pixels is scored.
    ///
    /// The aspect is kept: the shorter side becomes `shorter_side`, the other is rounded to the
    /// nearest pixel. Both are at least 1.
    pub fn apply(&self, width: u32, height: u32) -> (u32, u32) {
        let shorter = width.min(height).max(1);
        let wanted = match self.shorter_side {
            Some(side) if side < shorter || self.enlarge => side.max(1),
            _ => return (width.max(1), height.max(1)),
        };
        let scaled = |side: u32| {
            // Two factors below 2^32 and half of a third fit in 64 bits.
            let nearest =
                (u64::from(side) * u64::from(wanted) + u64::from(shorter) / 2) / u64::from(shorter);
            u32::try_from(nearest).unwrap_or(u32::MAX).max(1)
        };
        (scaled(width), scaled(height))
    }

    /// The size to [read](super::read_for) a picture for that is to be scored at this one: its
    /// [sharpness](super::Sharpness) is measured on what was read, which must not be far smaller
    /// than the file's picture.
    #[must_use]
    pub fn to_read(self) -> Self {
        Self {
            shorter_side: self.shorter_side.map(|side| side.max(ENOUGH / 2)),
            ..self
        }
    }
}

impl fmt::Display for SizePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shorter_side {
            Some(side) if self.enlarge => write!(f, "shorter side {side} pixels"),
            Some(side) => write!(f, "shorter side {side} pixels, never enlarged"),
            None => f.write_str("every pixel of the picture"),
        }
    }
}

/// Scales a picture to `width` by `height` pixels with the Catmull-Rom filter, widened when
/// shrinking so that nothing aliases, in the encoded values. A picture of that size is handed back
/// untouched; a side of 0 counts as 1.
///
/// First across, then down, and rounded to 8 bits in between: to a level the same as Pillow's
/// `BICUBIC`, which pictures are usually scaled with for training. In the other order contrasty
/// details come out some levels off. The aspect is not kept by itself: [`SizePolicy::apply`] gives
/// a size that does.
pub fn resize(picture: Picture, width: u32, height: u32) -> Picture {
    resize_by(FilterType::CatmullRom, picture, width, height)
}

/// The same with the bilinear filter: to a level the same as Pillow's `BILINEAR`.
pub(crate) fn resize_bilinear(picture: Picture, width: u32, height: u32) -> Picture {
    resize_by(FilterType::Bilinear, picture, width, height)
}

fn resize_by(filter: FilterType, picture: Picture, width: u32, height: u32) -> Picture {
    let (width, height, rows) = (width.max(1), height.max(1), picture.height);
    let across = scaled(filter, picture, width, rows);
    scaled(filter, across, width, height)
}

fn scaled(filter: FilterType, picture: Picture, width: u32, height: u32) -> Picture {
    if (picture.width, picture.height) == (width, height) {
        return picture;
    }
    let source = ImageRef::new(picture.width, picture.height, &picture.rgb, PixelType::U8x3)
        .expect("a picture has three bytes a pixel");
    let mut scaled = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new()
        .resize(&source, &mut scaled, &options)
        .expect("both have three bytes a pixel");
    Picture {
        width,
        height,
        rgb: scaled.into_vec(),
        notes: picture.notes,
    }
}
