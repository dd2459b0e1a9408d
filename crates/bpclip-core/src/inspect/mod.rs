//! A picture in, an [`Inspection`] out. The path from a file on disk to a number, top to bottom:
//! [`prepare`] brings a decoded picture to its scored size, [`Scorer::inspect`] runs the
//! network on it and reads back plain numbers (`scorer.rs`); [`pipeline`] does so for many.

mod detail;
pub mod pipeline;
mod pixel_budget;
pub mod report;
mod scorer;
pub mod table;
pub mod tiles;
pub mod worker;

pub use detail::{Attention, Detail};
pub use scorer::Scorer;

use crate::device::panic_text;
use crate::image::{self, ImageError, Note, Picture, Reduced, SizePolicy};
use crate::model::MIN_SIDE;
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use thiserror::Error;

/// Why a picture could not be scored.
#[derive(Debug, Error)]
pub enum InspectError {
    /// It could not be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// It is too small for the network.
    #[error("{width}x{height} pixels is too small: both sides must be {MIN_SIDE} or more")]
    TooSmall {
        /// Width at which it would be scored.
        width: u32,
        /// Height likewise.
        height: u32,
    },
    /// A picture and its reference differ in size.
    #[error("the picture is {}x{}, its reference {}x{}: both must be of one size", picture.0, picture.1, reference.0, reference.1)]
    UnequalSize {
        /// Size of the picture.
        picture: (u32, u32),
        /// Size of its reference.
        reference: (u32, u32),
    },
    /// A full-reference checkpoint was given no reference.
    #[error("a full-reference checkpoint needs a reference for every picture")]
    NoReference,
    /// No reference belongs to this picture.
    #[error("no reference named like it in {}", .0.display())]
    Unpaired(PathBuf),
    /// The network made something that is no number.
    #[error("the network's answer is not a number; the device may have failed, try --device cpu")]
    NotANumber,
    /// A decoder failed in a way that nobody foresaw.
    #[error("the decoder failed: {0}")]
    Decoder(String),
    /// The device or its driver failed.
    #[error("the device failed: {0}; try --device cpu")]
    Device(String),
}

/// Runs what decodes pictures. One of them must not end the work on all, whatever a decoder does.
fn guarded<T>(decode: impl FnOnce() -> Result<T, InspectError>) -> Result<T, InspectError> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|payload| Err(InspectError::Decoder(panic_text(payload.as_ref()))))
}

/// A picture at the size that it is scored at.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its pixels at the scored size.
    pub picture: Picture,
    /// Width of the file's picture, upright, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
}

/// What the network says of one picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// Width of the file's picture, upright, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
    /// Width at which it was scored.
    pub scored_width: u32,
    /// Height likewise.
    pub scored_height: u32,
    /// `100 p` held to 0..100, higher is better.
    pub score: f32,
    /// `p` of the paper (Eq. 9): the label's scale, not held to its range.
    pub raw: f32,
    /// `s_1..s_4` (Eq. 8): a row a level, a column an adjective, -1 to 1.
    pub similarities: Vec<Vec<f32>>,
    /// `x_1..x_4`, the picture in the text space: what further words are compared with.
    #[serde(skip)]
    pub image_features: Vec<Vec<f32>>,
    /// What was done to the file's pixels that is worth knowing.
    pub notes: Vec<Note>,
    /// Maps and attention, where they were asked for.
    #[serde(skip)]
    pub detail: Option<Detail>,
}

impl Inspection {
    /// The similarities averaged over the levels, one an adjective.
    pub fn mean_similarities(&self) -> Vec<f32> {
        mean_of_levels(&self.similarities)
    }
}

fn mean_of_levels(similarities: &[Vec<f32>]) -> Vec<f32> {
    let levels = similarities.len().max(1) as f32;
    let mut mean = vec![0.0; similarities.first().map_or(0, Vec::len)];
    for level in similarities {
        for (sum, value) in mean.iter_mut().zip(level) {
            *sum += value / levels;
        }
    }
    mean
}

/// `p` as a person reads it: of 100, held to 0..100.
pub fn score_of_100(raw: f32) -> f32 {
    (100.0 * raw).clamp(0.0, 100.0)
}

/// The most pixels that are scored. The attention's memory grows with their square: of these, with
/// all maps, it is 6 GB at the peak.
pub const MAX_PIXELS: u64 = 1 << 22;

/// Brings a decoded picture to its scored size, or to [`MAX_PIXELS`] where that is more, with a
/// note.
///
/// # Errors
/// The scored picture would be too small for the network.
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
    let picture = image::resize(picture, scored_width, scored_height);
    Ok(Prepared {
        picture,
        width,
        height,
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
