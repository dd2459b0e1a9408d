//! Which part of a picture a step sees.

use super::Settings;
use bpclip_core::image::{self, Picture, SizePolicy};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Where a crop comes from, the same for a picture and its reference.
pub struct CropWindow {
    width: u32,
    height: u32,
    x: u32,
    y: u32,
    side: u32,
    across: bool,
    down: bool,
}

impl CropWindow {
    /// A random scale, of `largest` at most where that is given, place and mirror image. A picture
    /// smaller than a crop is enlarged to it.
    pub fn choose(
        settings: &Settings,
        picture: &Picture,
        largest: Option<u32>,
        side: u32,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let shorter = picture.width.min(picture.height).max(1);
        let shorter = largest.unwrap_or(shorter).min(shorter);
        let scaled = match settings.min_side {
            0 => shorter,
            least if least < shorter => rng.random_range(least..=shorter),
            _ => shorter,
        };
        let scaled = scaled.max(side);
        let policy = SizePolicy {
            shorter_side: Some(scaled),
            enlarge: true,
        };
        let (width, height) = policy.apply(picture.width, picture.height);
        Self {
            width,
            height,
            x: rng.random_range(0..=width - side.min(width)),
            y: rng.random_range(0..=height - side.min(height)),
            side,
            across: rng.random_bool(0.5),
            down: settings.flip_vertically && rng.random_bool(0.5),
        }
    }

    /// The crop. The picture may be of another size, as a reference is of its own.
    pub fn apply(&self, picture: &Picture) -> Picture {
        let scaled;
        let picture = if (picture.width, picture.height) == (self.width, self.height) {
            picture
        } else {
            scaled = image::resize(picture.clone(), self.width, self.height);
            &scaled
        };
        let mut crop = image::crop(picture, self.x, self.y, self.side, self.side);
        if self.across {
            image::flip_across(&mut crop);
        }
        if self.down {
            image::flip_down(&mut crop);
        }
        crop
    }
}
