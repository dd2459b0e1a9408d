//! `clip`: the text side of OpenAI's CLIP, from the files that Hugging Face and OpenCLIP publish.

mod clean;
mod entities;
mod network;
mod openai;
mod tokenizer;

use super::batch::batched;
use super::encoder::{TextEncoder, Tokens};
use super::error::TextError;
use super::kind::EncoderKind;
use crate::checkpoint::{Tensors, encode_tensors, read_bytes};
use burn::tensor::Device;
use network::ClipText;
use std::path::Path;
use tokenizer::ClipTokenizer;

/// OpenAI's CLIP text transformer with its tokenizer. `T` is 1024 for RN50, 512 for ViT-B/32.
///
/// Reads `model.safetensors` of the repositories `openai/clip-*`, files that hold no more than
/// `CLIPTextModelWithProjection`, and OpenCLIP's `open_clip_model.safetensors`, which has OpenAI's own
/// names; what belongs to the picture side is passed over. Other people's
/// CLIPs with an exact GELU instead of OpenAI's quick one have the same tensors, but are not meant.
#[derive(Debug)]
pub struct Clip {
    tokenizer: ClipTokenizer,
    network: ClipText,
    source: String,
}

impl Clip {
    /// Reads weights.
    ///
    /// # Errors
    /// The file cannot be read, or a tensor is missing, misshapen or no number: names it.
    pub fn read(path: &Path) -> Result<Self, TextError> {
        Self::parse(&read_bytes(path)?, path)
    }

    /// Reads the bytes of a weights file; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`Clip::read`].
    pub fn parse(bytes: &[u8], origin: &Path) -> Result<Self, TextError> {
        let tensors = Tensors::parse(bytes, origin)?;
        let renamed = openai::renamed(&tensors)?;
        let renamed = renamed.map(|renamed| encode_tensors(&renamed, origin));
        let renamed = renamed.transpose()?;
        let tensors = match &renamed {
            Some(bytes) => Tensors::parse(bytes, origin)?,
            None => tensors,
        };
        let tokenizer = ClipTokenizer::new()?;
        let network = ClipText::read(&tensors, origin, tokenizer.size())?;
        Ok(Self {
            tokenizer,
            network,
            source: origin.display().to_string(),
        })
    }
}

impl TextEncoder for Clip {
    fn kind(&self) -> EncoderKind {
        EncoderKind::Clip
    }

    fn source(&self) -> &str {
        &self.source
    }

    fn width(&self) -> usize {
        self.network.width()
    }

    fn tokens(&self, text: &str) -> Result<Tokens, TextError> {
        self.tokenizer.tokens(text, self.network.context())
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, TextError> {
        let mut tokens = texts
            .iter()
            .map(|text| self.tokens(text))
            .collect::<Result<Vec<_>, _>>()?;
        // The feature is read at the first end-of-text token, and no token sees a later one. There
        // is an earlier one than the last where a text spells it out.
        for text in &mut tokens {
            let end = text.ids.iter().position(|id| *id == self.tokenizer.end());
            text.ids.truncate(end.map_or(text.ids.len(), |end| end + 1));
        }
        batched(&tokens, &Device::flex(), |ids| self.network.forward(ids))
    }
}
