//! What is known of the user's taste.

use super::event::For;
use bpclip_shoot::{Taste, TooFew};

/// What is known of the user's taste.
#[derive(Debug, Default)]
pub struct State {
    /// What it is about, once it was looked for.
    pub(super) about: Option<For>,
    pub(super) known: Option<Box<Taste>>,
    /// Whether it is being learned.
    pub learning: bool,
    /// Why it could not be learned the last time.
    pub refused: Option<TooFew>,
}

impl State {
    /// What was learned.
    pub fn known(&self) -> Option<&Taste> {
        self.known.as_deref()
    }

    /// Whether nothing is being learned.
    pub fn is_idle(&self) -> bool {
        !self.learning
    }
}
