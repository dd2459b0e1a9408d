//! A decoded picture to the size that it is scored at.

use super::InspectError;
use crate::image::{self, Note, Picture, Reduced, Sharpness, SizePolicy};
use crate::memory;
use crate::model::MIN_SIDE;
use std::sync::LazyLock;

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

/// The most pixels that are ever scored, width times height; fewer where memory is short, but always
/// 4.2 million. The attention's time grows with their square.
pub const MAX_PIXELS: u64 = 1 << 25;

/// So many pixels are scored on every machine.
const ALWAYS: u64 = 1 << 22;

/// What scoring takes of memory for a pixel, in bytes: about 75 with the bundled network, more with
/// larger backbones.
const BYTES_A_PIXEL: u64 = 256;

/// The most pixels that this process scores: what fits into half of the memory that was free when that
/// was first asked, as a power of two. One number for all of them, or a picture and its reference could
/// come out in two sizes, and one picture in another size each time.
static MOST_PIXELS: LazyLock<u64> = LazyLock::new(|| {
    let fit = memory::available().map_or(MAX_PIXELS, |free| free / 2 / BYTES_A_PIXEL);
    1 << fit.clamp(ALWAYS, MAX_PIXELS).ilog2()
});

/// Measures how sharp a decoded picture is, and brings it to its scored size, or to what memory allows
/// ([`MAX_PIXELS`] at most) where that is more, with a note ([`Note::ScoredSmaller`]). `size` is mostly
/// [`Scorer::size`](super::Scorer::size); `picture` is a [`Picture`] or what [`image::read_for`] gives for
/// [`SizePolicy::to_read`].
///
/// # Errors
/// [`InspectError::TooSmall`]: a side of the scored picture would be shorter than [`MIN_SIDE`].
pub fn prepare(picture: impl Into<Reduced>, size: SizePolicy) -> Result<Prepared, InspectError> {
    sized(picture.into(), size, Sharpness::of)
}

/// The same where nobody asks how sharp the picture is, as of a reference: [`Prepared::sharpness`] is
/// not measured.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_unmeasured(
    picture: impl Into<Reduced>,
    size: SizePolicy,
) -> Result<Prepared, InspectError> {
    sized(picture.into(), size, |_| None)
}

fn sized(
    picture: Reduced,
    size: SizePolicy,
    sharpness: impl FnOnce(&Picture) -> Option<Sharpness>,
) -> Result<Prepared, InspectError> {
    let Reduced {
        mut picture,
        width,
        height,
    } = picture;
    let (mut scored_width, mut scored_height) = size.apply(width, height);
    let pixels = u64::from(scored_width) * u64::from(scored_height);
    if pixels > ALWAYS && pixels > *MOST_PIXELS {
        let shrink = (*MOST_PIXELS as f64 / pixels as f64).sqrt();
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
    let sharpness = sharpness(&picture);
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
        let Picture { width, height, .. } = panorama.picture;
        assert_eq!((width, height), (20_000, 400), "8 megapixels fit");
        let scan = prepared(40_000, 1_000);
        let Picture {
            width,
            height,
            notes,
            ..
        } = &scan.picture;
        assert!(u64::from(*width) * u64::from(*height) <= MAX_PIXELS);
        assert!(
            u64::from(width * height) > ALWAYS - 100_000,
            "{width}x{height}"
        );
        assert_eq!(notes, &[Note::ScoredSmaller]);
        assert_eq!((scan.width, scan.height), (40_000, 1_000));
        let whole = prepared(2048, 2048);
        assert_eq!((whole.picture.width, whole.picture.notes.len()), (2048, 0));
    }
}
