//! What can be wrong with words, encoders and lists.

use super::kind::EncoderKind;
use crate::checkpoint::CheckpointError;
use crate::choice::UnknownName;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why words could not be read, encoded or placed.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum TextError {
    /// An encoder's weights could not be read.
    #[error(transparent)]
    Weights(#[from] CheckpointError),
    /// No encoder is called so.
    #[error(transparent)]
    UnknownEncoder(#[from] UnknownName),
    /// An encoder whose weights are not part of the program was wanted without any.
    #[error(
        "the weights of the text encoder `{0}` are not part of this program: fetch them with `bpclip \
         weights fetch clip-rn50`, or name a file of them with --encoder"
    )]
    NoWeights(EncoderKind),
    /// A tokenizer could not be built or refused a text.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(#[source] Box<dyn Error + Send + Sync>),
    /// The encoder made something that is no number.
    #[error("the text encoder's answer is not a number: its weights are damaged")]
    NotANumber,
    /// The encoder's vectors are of another width than the checkpoint's.
    #[error(
        "the text encoder makes {encoder} numbers a word, the checkpoint has {checkpoint}: \
         these are not the weights that it was trained with"
    )]
    Width {
        /// `T` of the encoder.
        encoder: usize,
        /// `T` of the checkpoint.
        checkpoint: usize,
    },
    /// The encoder places an adjective of the checkpoint elsewhere than the checkpoint does.
    #[error(
        "the text encoder does not place `{word}` where the checkpoint has it (cosine \
         {cosine:.3}): these are not the weights that it was trained with"
    )]
    OtherWeights {
        word: String,
        /// The cosine between the two places.
        cosine: f32,
    },
    /// Adjectives and their vectors make no space.
    #[error("the text features cannot be used: {0}")]
    Space(String),
    /// The sentence around a word has no place for it.
    #[error("the template `{0}` has no {{adjective}} in it")]
    Template(String),
    /// A word without a letter.
    #[error("an adjective is empty")]
    Empty,
    /// A word that the encoder would not read to its end.
    #[error("`{word}...` is too long: {tokens} tokens with its sentence, and {read} are read")]
    TooLong {
        /// Its beginning.
        word: String,
        /// Its tokens, with the sentence's.
        tokens: usize,
        /// The most that the encoder reads.
        read: usize,
    },
    /// A list of adjectives could not be read or written.
    #[error("{}: {source}", origin.display())]
    Io { origin: PathBuf, source: io::Error },
    /// A line of a list of adjectives is wrong.
    #[error("{}, line {line}: {reason}", origin.display())]
    Line {
        origin: PathBuf,
        /// The line, from 1.
        line: usize,
        reason: String,
    },
    /// A list of adjectives lists none.
    #[error("{} lists no adjectives", .0.display())]
    NoAdjectives(PathBuf),
}

impl TextError {
    /// An error of the tokenizers' library.
    pub(super) fn tokenizer(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Tokenizer(error.into())
    }
}
