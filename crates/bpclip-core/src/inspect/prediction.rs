//! What the network says of a picture, as plain numbers.

use super::{Detail, Look};
use crate::image::{Fingerprint, Note, Sharpness};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// What the network says of one picture, or of a tile of it. In JSON `score`, `raw` and
/// `similarities`.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The raw score, `p` of the paper (Eq. 9), on the scale of the
    /// [label](crate::checkpoint::Metadata::label): about 0 to 1, but not held to that. Always a
    /// finite number. To compare pictures, it tells apart what [`score`](Self::score) cuts off at 0
    /// and 100.
    pub raw: f32,
    /// `s_1..s_4` (Eq. 8): a row a level, from the shallow one to the deep one, a column an
    /// adjective in the order of [`Metadata::adjectives`](crate::checkpoint::Metadata::adjectives).
    /// Cosines, -1 to 1: the higher, the better the word fits.
    pub similarities: Vec<Vec<f32>>,
    /// `x_1..x_4`, the picture in the text space, a vector a level, not of length 1: what further
    /// words are compared with ([`Placed`](crate::text::Placed)). Empty of a tile.
    pub image_features: Vec<Vec<f32>>,
    /// What the network sees, whatever its quality. Empty of a tile.
    pub look: Look,
}

impl Prediction {
    /// `100 p` held to 0..100, higher is better.
    pub fn score(&self) -> f32 {
        score_of_100(self.raw)
    }

    /// The similarities averaged over the levels, one an adjective, -1 to 1.
    pub fn mean_similarities(&self) -> Vec<f32> {
        let levels = self.similarities.len().max(1) as f32;
        let mut mean = vec![0.0; self.similarities.first().map_or(0, Vec::len)];
        for level in &self.similarities {
            for (sum, value) in mean.iter_mut().zip(level) {
                *sum += value / levels;
            }
        }
        mean
    }
}

impl Serialize for Prediction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Prediction", 3)?;
        fields.serialize_field("score", &self.score())?;
        fields.serialize_field("raw", &self.raw)?;
        fields.serialize_field("similarities", &self.similarities)?;
        fields.end()
    }
}

/// A prediction, and what it is of: what a [`Scorer`](super::Scorer) answers for a picture.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Inspection {
    /// Width of the file's picture, upright, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
    /// Width at which it was scored.
    pub scored_width: u32,
    /// Height likewise.
    pub scored_height: u32,
    /// What the network says.
    #[serde(flatten)]
    pub prediction: Prediction,
    /// What was done to the file's pixels that is worth knowing; mostly empty.
    pub notes: Vec<Note>,
    /// How sharp the sharpest part of the file's picture is, and where that is.
    #[serde(skip)]
    pub sharpness: Option<Sharpness>,
    /// By which the picture is told again, of the pixels that were scored.
    #[serde(skip)]
    pub fingerprint: Fingerprint,
    /// Maps and attention, where they were asked for.
    #[serde(skip)]
    pub detail: Option<Box<Detail>>,
}

/// A raw score, `p`, as a person reads it: `100 p`, held to 0..100.
pub fn score_of_100(raw: f32) -> f32 {
    (100.0 * raw).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_fields_in_their_old_order() {
        let inspection = Inspection {
            width: 4,
            height: 3,
            scored_width: 2,
            scored_height: 1,
            prediction: Prediction {
                raw: 0.7125,
                similarities: vec![vec![0.5, 0.1]],
                image_features: vec![vec![2.0]],
                look: Look::default(),
            },
            notes: vec![Note::FirstFrame],
            sharpness: None,
            fingerprint: Fingerprint::default(),
            detail: None,
        };
        assert_eq!(
            serde_json::to_string(&inspection).unwrap(),
            r#"{"width":4,"height":3,"scored_width":2,"scored_height":1,"score":71.25,"raw":0.7125,"similarities":[[0.5,0.1]],"notes":["first_frame"]}"#
        );
    }
}
