//! The part of the panel about words.

mod adjectives;
mod bar;
mod custom_words;
mod given;
mod radar;

pub use adjectives::adjectives;
pub use given::WordsView;
