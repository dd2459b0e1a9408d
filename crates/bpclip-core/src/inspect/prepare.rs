//! A decoded picture to the size that it is scored at.

use super::InspectError;
use crate::image::{self, Note, Picture, Reduced, Sharpness, SizePolicy};
use crate::model::MIN_SIDE;

/// A picture at the size that it is scored at, ready for
/// [`Scorer::inspect`](super::Scorer::inspect). [`prepare()`] makes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its pixels at the scored size.
    pub picture: Picture,
    /// Width of the picture before that, as in its file, upright, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
    /// How sharp it was before that, where that was measured.
    pub sharpness: Option<Sharpness>,
}

/// The most pixels that are scored, width times height. The attention's memory grows with their
/// square: of these, with all maps, it is 6 GB at the peak.
pub const MAX_PIXELS: u64 = 1 << 22;

/// Measures how sharp a decoded picture is, and brings it to its scored size, or to [`MAX_PIXELS`] where that is more, with a
/// note ([`Note::ScoredSmaller`]). `size` is mostly [`Scorer::size`](super::Scorer::size);
/// `picture` is a [`Picture`] or what [`image::read_for`] gives for
/// [`SizePolicy::to_read`].
///
/// # Errors
/// [`InspectError::TooSmall`]: a side of the scored picture would be shorter than [`MIN_SIDE`].
pub fn prepare(picture: impl Into<Reduced>, size: SizePolicy) -> Result<Prepared, InspectError> {
    let Reduced {
        mut picture,
        width,
        height,
    } = picture.into();
    let (mut scored_width, mut scored_height) = size.apply(width, height);
    let pixels = u64::from(scored_width) * u64::from(scored_height);
    if pixels > MAX_PIXELS {
        let shrink = (MAX_PIXELS as f64 / pixels as f64).sqrt();
        let side = |side: u32| (f64::from(side) * shrink).floor() as u32;
        (scored_width, scored_height) = (side(scored_width), side(scored_height));
        picture.notes.push(Note::ScoredSmaller);
    }
    if scored_width.min(scored_height) < MIN_SIDE {
        return Err(InspectError::TooSmall {
            width: scored_width,
            height: scored_height,
        });
    }
    let sharpness = Sharpness::of(&picture);
    let picture = image::resize(picture, scored_width, scored_height);
    Ok(Prepared {
        picture,
        width,
        height,
        sharpness,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_fit_into_memory_is_scored_smaller_and_says_so() {
        let full = SizePolicy::at_most(None);
        let prepared = |width: u32, height: u32| {
            let rgb = vec![128; (width * height * 3) as usize];
            let notes = Vec::new();
            prepare(
                Picture {
                    width,
                    height,
                    rgb,
                    notes,
                },
                full,
            )
            .unwrap()
        };
        let panorama = prepared(20_000, 400);
        let Picture {
            width,
            height,
            notes,
            ..
        } = &panorama.picture;
        assert!(u64::from(*width) * u64::from(*height) <= MAX_PIXELS);
        assert!(width * height > 4_100_000, "{width}x{height}");
        assert_eq!(notes, &[Note::ScoredSmaller]);
        assert_eq!((panorama.width, panorama.height), (20_000, 400));
        let whole = prepared(2048, 2048);
        assert_eq!((whole.picture.width, whole.picture.notes.len()), (2048, 0));
    }
}
