//! Words: the text encoders against others' implementations, and the space of the adjectives.

mod command;
pub mod encoders;
pub mod golden;
mod space;
mod tokens;
