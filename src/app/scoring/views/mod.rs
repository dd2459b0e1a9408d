//! The score of a picture.

mod score;

pub use score::{ScoreView, score};
