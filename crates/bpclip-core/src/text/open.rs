//! An encoder with its weights.

use super::clip::Clip;
use super::encoder::TextEncoder;
use super::error::TextError;
use super::kind::EncoderKind;
use super::minilm::MiniLm;
use std::path::Path;

/// Makes an encoder ready. Without a file of `weights`, those that are part of the program:
/// MiniLM's, with feature `bundled`. What a file must hold is said at [`Clip`] and
/// [`MiniLm::read`].
///
/// # Errors
/// The weights cannot be read, are of another network, or are not to be had without a file
/// ([`TextError::NoWeights`]): CLIP's never are, MiniLM's not without the feature.
pub fn open(kind: EncoderKind, weights: Option<&Path>) -> Result<Box<dyn TextEncoder>, TextError> {
    Ok(match (kind, weights) {
        (EncoderKind::Clip, Some(path)) => Box::new(Clip::read(path)?),
        (EncoderKind::MiniLm, Some(path)) => Box::new(MiniLm::read(path)?),
        #[cfg(feature = "bundled")]
        (EncoderKind::MiniLm, None) => Box::new(MiniLm::bundled()?),
        (kind, None) => return Err(TextError::NoWeights(kind)),
    })
}
