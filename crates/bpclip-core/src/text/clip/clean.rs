//! A text as CLIP was trained to read it.

use super::entities::unescape;
use crate::text::TextError;
use tokenizers::normalizers::NFC;
use tokenizers::{NormalizedString, Normalizer};

/// Composes accents (NFC), turns HTML entities into characters twice over, makes every run of white
/// space one space, and lower-cases.
///
/// That is OpenAI's `basic_clean`, `whitespace_clean` and `lower`, but for `ftfy.fix_text`, of
/// which only the composing is here: it also repairs text that was decoded wrongly, straightens
/// curly quotes and narrows wide letters. Hugging Face's tokenizer leaves entities as they are.
pub fn clean(text: &str) -> Result<String, TextError> {
    let mut composed = NormalizedString::from(text);
    NFC.normalize(&mut composed).map_err(TextError::tokenizer)?;
    let text = unescape(&unescape(composed.get()));
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(words.join(" ").to_lowercase())
}
