//! Text encoders, ready to place words, with the weights that the user has fetched.

use crate::{Store, entry};
use bpclip_core::text::{self, EncoderKind, TextEncoder, TextError, TextSide, TextSpace};
use std::path::{Path, PathBuf};

/// CLIP's weights in the catalogue, the paper's first, with their `T`.
const CLIPS: [(&str, usize); 2] = [("clip-rn50", 1024), ("clip-vit-b32", 512)];

/// Makes an encoder ready as [`text::open`] does. Without a file of `weights`, those are taken that
/// are part of the program, or that the user has fetched; `width` is the `T` that it must have, if
/// it must.
///
/// # Errors
/// As [`text::open`].
pub fn open_encoder(
    kind: EncoderKind,
    weights: Option<&Path>,
    width: Option<usize>,
) -> Result<Box<dyn TextEncoder>, TextError> {
    let fetched = match (kind, weights) {
        (EncoderKind::Clip, None) => fetched_clip(width),
        _ => None,
    };
    text::open(kind, weights.or(fetched.as_deref()))
}

/// The text space of a checkpoint, with the encoder that its metadata names, made ready by
/// [`open_encoder`].
///
/// # Errors
/// As [`open_encoder`] and [`TextSpace::of`].
pub fn open_space(side: &TextSide, weights: Option<&Path>) -> Result<TextSpace, TextError> {
    let width = side.features.first().map(Vec::len);
    TextSpace::of(side, open_encoder(side.encoder.parse()?, weights, width)?)
}

fn fetched_clip(width: Option<usize>) -> Option<PathBuf> {
    let store = Store::of_user().ok()?;
    CLIPS
        .iter()
        .filter(|(_, of)| width.is_none_or(|width| width == *of))
        .filter_map(|(name, _)| store.path(entry(name)?))
        .find(|path| path.is_file())
}
