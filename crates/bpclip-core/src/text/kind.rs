//! Which text encoders there are.

use crate::choice::{UnknownName, named, serde_as_text};
use std::fmt;
use std::str::FromStr;

/// The text encoders that there are. A checkpoint's metadata names its own, `clip` or `minilm`, and
/// only that one places words in it. The released checkpoints are on MiniLM, whose weights are part
/// of a program that is built with feature `bundled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
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
}

impl fmt::Display for EncoderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clip => "clip",
            Self::MiniLm => "minilm",
        })
    }
}

impl FromStr for EncoderKind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named("text encoder", &Self::ALL, |kind| kind, name)
    }
}

serde_as_text!(EncoderKind);
