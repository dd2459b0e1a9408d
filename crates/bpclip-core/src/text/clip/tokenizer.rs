//! CLIP's byte-level BPE: 49,408 tokens, from the list of merges that OpenAI published.

use super::clean::clean;
use crate::text::{TextError, Tokens};
use flate2::read::GzDecoder;
use std::io::{BufRead, BufReader};
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

/// `bpe_simple_vocab_16e6.txt.gz` of github.com/openai/CLIP (MIT), unchanged: after a line of
/// heading one merge a line, most frequent first.
const MERGES: &[u8] = include_bytes!("../../../../../assets/text/bpe_simple_vocab_16e6.txt.gz");

/// How many of them the vocabulary takes: what is left of 49,152 beside 256 bytes and the two
/// marks, after OpenAI's `simple_tokenizer.py`.
const TAKEN: usize = 49_152 - 256 - 2;

/// A byte that ends a word is another token than the same byte inside one.
const WORD_END: &str = "</w>";

const START: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";

/// What becomes one piece before the merging, of text that is lower-case already.
const PIECES: &str = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+";

/// Text to CLIP's tokens.
#[derive(Debug)]
pub struct ClipTokenizer {
    tokenizer: Tokenizer,
    start: u32,
    end: u32,
}

impl ClipTokenizer {
    /// Builds the vocabulary.
    ///
    /// # Errors
    /// None in a program whose tests passed.
    pub fn new() -> Result<Self, TextError> {
        let merges = merges()?;
        let (mut vocabulary, start, end) =
            (Vocab::default(), 512 + merges.len(), 513 + merges.len());
        let bytes = byte_names();
        let singles = bytes.iter().map(char::to_string);
        let ends = bytes.iter().map(|byte| format!("{byte}{WORD_END}"));
        let merged = merges.iter().map(|(left, right)| format!("{left}{right}"));
        let marks = [START, END].map(str::to_owned);
        for (id, token) in (0..).zip(singles.chain(ends).chain(merged).chain(marks)) {
            vocabulary.insert(token, id);
        }
        let model = BPE::builder()
            .vocab_and_merges(vocabulary, merges)
            .end_of_word_suffix(WORD_END.to_owned())
            .build()
            .map_err(TextError::tokenizer)?;

        let mut tokenizer = Tokenizer::new(model);
        let pieces = Split::new(
            SplitPattern::Regex(PIECES.to_owned()),
            SplitDelimiterBehavior::Removed,
            true,
        )
        .map_err(TextError::tokenizer)?;
        let bytes = ByteLevel::new(false, false, false);
        tokenizer.with_pre_tokenizer(Some(Sequence::new(vec![pieces.into(), bytes.into()])));
        tokenizer
            .add_special_tokens([START, END].map(|mark| AddedToken::from(mark, true)))
            .map_err(TextError::tokenizer)?;
        Ok(Self {
            tokenizer,
            start: start as u32,
            end: end as u32,
        })
    }

    /// How many tokens there are.
    pub fn size(&self) -> usize {
        self.end as usize + 1
    }

    /// The end-of-text token.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// A text between the two marks, at most `context` tokens.
    pub fn tokens(&self, text: &str, context: usize) -> Result<Tokens, TextError> {
        let encoding = self
            .tokenizer
            .encode_fast(clean(text)?, false)
            .map_err(TextError::tokenizer)?;
        let inner = encoding.get_ids();
        Ok(Tokens::framed(self.start, inner, self.end, context))
    }
}

/// The merges of the vocabulary.
fn merges() -> Result<Merges, TextError> {
    BufReader::new(GzDecoder::new(MERGES))
        .lines()
        .skip(1)
        .take(TAKEN)
        .map(|line| {
            let line = line.map_err(TextError::tokenizer)?;
            let (left, right) = line
                .split_once(' ')
                .ok_or_else(|| TextError::tokenizer(format!("`{line}` is no merge")))?;
            Ok((left.to_owned(), right.to_owned()))
        })
        .collect()
}

/// The visible character that stands for each byte, in the order of the vocabulary: first the bytes
/// that are visible in Latin-1 and stand for themselves, then the others, counted from 256.
fn byte_names() -> Vec<char> {
    let visible = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let others = (0..=u8::MAX).filter(|byte| !visible(byte)).count() as u32;
    (0..=u8::MAX)
        .filter(visible)
        .map(char::from)
        .chain((256..256 + others).filter_map(char::from_u32))
        .collect()
}
