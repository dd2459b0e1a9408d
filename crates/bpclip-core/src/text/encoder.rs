//! What every text encoder can do.

use super::error::TextError;
use super::kind::EncoderKind;

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
