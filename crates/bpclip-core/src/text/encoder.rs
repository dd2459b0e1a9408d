//! What every text encoder can do, and which ones there are.

use super::{Clip, MiniLm, TextError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A text as an encoder reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Numbers in the vocabulary, with the marks of the start and the end, at most the context.
    pub ids: Vec<u32>,
    /// How many there would be without that limit.
    pub count: usize,
}

impl Tokens {
    /// `inner` between its marks, cut so that no more than `context` remain, marks included.
    pub(super) fn framed(start: u32, inner: &[u32], end: u32, context: usize) -> Self {
        let kept = inner.iter().copied().take(context.saturating_sub(2));
        Self {
            ids: [start].into_iter().chain(kept).chain([end]).collect(),
            count: inner.len() + 2,
        }
    }

    /// Whether the end of the text was cut off.
    pub fn is_cut(&self) -> bool {
        self.count > self.ids.len()
    }
}

/// Turns texts into vectors whose directions can be compared.
pub trait TextEncoder: Send {
    /// Which encoder it is.
    fn kind(&self) -> EncoderKind;

    /// Whose weights: what a checkpoint's metadata says under `source`.
    fn source(&self) -> &str;

    /// `T`: how many numbers a text becomes.
    fn width(&self) -> usize;

    /// How the encoder reads a text. A text longer than its context is cut, as the original does.
    ///
    /// # Errors
    /// The tokenizer refuses it.
    fn tokens(&self, text: &str) -> Result<Tokens, TextError>;

    /// A vector of [`width`](Self::width) numbers a text, as the encoder leaves it: not of length
    /// 1. What a text becomes does not depend on the texts beside it.
    ///
    /// # Errors
    /// The tokenizer refuses a text, or the weights are damaged.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, TextError>;
}

/// The text encoders that there are. A checkpoint's metadata names its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(into = "String", try_from = "String")]
pub enum EncoderKind {
    /// OpenAI's CLIP, the paper's: its weights are the user's to bring.
    Clip,
    /// all-MiniLM-L6-v2, part of the program.
    #[cfg_attr(feature = "clap", value(name = "minilm"))]
    MiniLm,
}

impl EncoderKind {
    /// Every encoder there is.
    pub const ALL: [Self; 2] = [Self::Clip, Self::MiniLm];

    /// Whether a list's mean is subtracted from its vectors: MiniLM's share a large common part.
    pub fn centred(self) -> bool {
        self == Self::MiniLm
    }

    /// All their names, for an error.
    pub(super) fn names() -> String {
        Self::ALL.map(|kind| kind.to_string()).join(", ")
    }
}

impl fmt::Display for EncoderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clip => "clip",
            Self::MiniLm => "minilm",
        })
    }
}

impl From<EncoderKind> for String {
    fn from(kind: EncoderKind) -> Self {
        kind.to_string()
    }
}

impl TryFrom<String> for EncoderKind {
    type Error = TextError;

    fn try_from(name: String) -> Result<Self, TextError> {
        name.parse()
    }
}

impl FromStr for EncoderKind {
    type Err = TextError;

    fn from_str(name: &str) -> Result<Self, TextError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.to_string() == name)
            .ok_or_else(|| TextError::UnknownEncoder(name.to_owned()))
    }
}

/// Makes an encoder ready. Without a file of `weights`, those that are part of the program (feature
/// `bundled`).
///
/// # Errors
/// The weights cannot be read, are of another network, or are not to be had without a file.
pub fn open(kind: EncoderKind, weights: Option<&Path>) -> Result<Box<dyn TextEncoder>, TextError> {
    Ok(match (kind, weights) {
        (EncoderKind::Clip, Some(path)) => Box::new(Clip::read(path)?),
        (EncoderKind::MiniLm, Some(path)) => Box::new(MiniLm::read(path)?),
        #[cfg(feature = "bundled")]
        (EncoderKind::MiniLm, None) => Box::new(MiniLm::bundled()?),
        (kind, None) => return Err(TextError::NoWeights(kind)),
    })
}
