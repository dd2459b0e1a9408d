//! `minilm`: sentence-transformers' all-MiniLM-L6-v2, whose weights are part of the program.

mod network;

use super::batch::batched;
use super::encoder::{TextEncoder, Tokens};
use super::error::TextError;
use super::kind::EncoderKind;
use crate::checkpoint::{Tensors, read_bytes};
use burn::tensor::Device;
use network::MiniLmText;
use std::path::Path;
use tokenizers::Tokenizer;

/// Its vocabulary, which is small: weights from a file are read without feature `bundled` too.
const TOKENIZER: &[u8] = include_bytes!("../../../../../weights/minilm-tokenizer.json");

/// The most tokens that the model was made for (its `sentence_bert_config.json`).
const CONTEXT: usize = 256;

/// all-MiniLM-L6-v2 with its tokenizer: lower-cased WordPiece, BERT, the mean over the tokens.
/// `T` is 384.
#[derive(Debug)]
pub struct MiniLm {
    tokenizer: Tokenizer,
    start: u32,
    end: u32,
    network: MiniLmText,
    source: String,
}

impl MiniLm {
    /// The weights that are part of the program, of 16 bits.
    ///
    /// # Errors
    /// None in a program whose tests passed.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Self, TextError> {
        let bytes = bpclip_weights::MINILM;
        let origin = Path::new("minilm (bundled)");
        let source = Tensors::parse(bytes, origin)?
            .metadata()
            .get("source")
            .cloned();
        let read = Self::parse(bytes, origin)?;
        Ok(Self {
            source: source.unwrap_or(read.source),
            ..read
        })
    }

    /// Reads the `model.safetensors` of the Hugging Face repository, or any BERT of this family.
    ///
    /// # Errors
    /// The file cannot be read, or a tensor is missing, misshapen or no number: names it.
    pub fn read(path: &Path) -> Result<Self, TextError> {
        Self::parse(&read_bytes(path)?, path)
    }

    /// Reads the bytes of a weights file; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`MiniLm::read`].
    pub fn parse(bytes: &[u8], origin: &Path) -> Result<Self, TextError> {
        let tensors = Tensors::parse(bytes, origin)?;
        let mut tokenizer = Tokenizer::from_bytes(TOKENIZER).map_err(TextError::tokenizer)?;
        // The file cuts and fills up to 128 tokens, which the model's own settings overrule.
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(TextError::tokenizer)?;
        let mark = |token: &str| {
            let id = tokenizer.token_to_id(token);
            id.ok_or_else(|| TextError::tokenizer(format!("it has no {token}")))
        };
        let (start, end) = (mark("[CLS]")?, mark("[SEP]")?);
        let network = MiniLmText::read(&tensors, origin, tokenizer.get_vocab_size(true))?;
        Ok(Self {
            tokenizer,
            start,
            end,
            network,
            source: origin.display().to_string(),
        })
    }
}

impl TextEncoder for MiniLm {
    fn kind(&self) -> EncoderKind {
        EncoderKind::MiniLm
    }

    fn source(&self) -> &str {
        &self.source
    }

    fn width(&self) -> usize {
        self.network.width()
    }

    fn tokens(&self, text: &str) -> Result<Tokens, TextError> {
        let encoding = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(TextError::tokenizer)?;
        let context = CONTEXT.min(self.network.context());
        Ok(Tokens::framed(
            self.start,
            encoding.get_ids(),
            self.end,
            context,
        ))
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, TextError> {
        let tokens = texts
            .iter()
            .map(|text| self.tokens(text))
            .collect::<Result<Vec<_>, _>>()?;
        batched(&tokens, &Device::flex(), |ids| self.network.forward(ids))
    }
}
