//! What a checkpoint keeps of the text side, as plain numbers.

use super::Adjective;
use crate::checkpoint::Metadata;
use crate::model::Network;

/// The adjectives of a checkpoint and where they lie. With the encoder that made it, it becomes a
/// [`TextSpace`](super::TextSpace). [`Scorer::text`](crate::Scorer::text) has it ready.
#[derive(Clone, Debug, PartialEq)]
pub struct TextSide {
    /// The adjectives, in the order of their vectors.
    pub adjectives: Vec<Adjective>,
    /// The name of the encoder that placed them.
    pub encoder: String,
    /// The sentence around a word, with `{adjective}` in its place.
    pub template: String,
    /// `text_features`: a vector of `T` numbers an adjective.
    pub features: Vec<Vec<f32>>,
    /// `text_mean`: what was taken off every vector, where something was.
    pub mean: Option<Vec<f32>>,
}

impl TextSide {
    /// Reads it back from the device of a network.
    pub fn of(metadata: &Metadata, network: &Network) -> Self {
        let (features, mean) = network.text();
        let width = features.dims()[1].max(1);
        let numbers: Vec<f32> = features.into_data().iter().collect();
        Self {
            adjectives: metadata.adjectives.clone(),
            encoder: metadata.text.encoder.clone(),
            template: metadata.text.template.clone(),
            features: numbers.chunks(width).map(<[f32]>::to_vec).collect(),
            mean: mean.map(|mean| mean.into_data().iter().collect()),
        }
    }
}
