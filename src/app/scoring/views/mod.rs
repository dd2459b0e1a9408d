//! The score of a picture.

mod score;

pub use score::{Shown, score};
