//! Words: the text encoders against others' implementations, and the space of the adjectives.

mod command;
mod encoders;
mod golden;
mod space;
mod tokens;
