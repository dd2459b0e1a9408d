//! What the network says of a picture, as plain numbers.

use super::Detail;
use crate::image::Note;
use serde::Serialize;

/// What the network says of one picture, or of a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// `p` of the paper (Eq. 9): the label's scale, not held to its range.
    pub raw: f32,
    /// `s_1..s_4` (Eq. 8): a row a level, a column an adjective, -1 to 1.
    pub similarities: Vec<Vec<f32>>,
    /// `x_1..x_4`, the picture in the text space: what further words are compared with.
    pub image_features: Vec<Vec<f32>>,
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

pub(super) fn mean_of_levels(similarities: &[Vec<f32>]) -> Vec<f32> {
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
