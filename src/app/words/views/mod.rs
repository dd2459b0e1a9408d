//! The part of the panel about words.

mod adjectives;
mod bar;
mod custom_words;
mod radar;
mod shown;

pub use adjectives::adjectives;
pub use shown::Shown;
