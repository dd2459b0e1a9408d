use super::state::{Measured, Pair};

/// What a thread tells of a pair.
#[derive(Clone, Debug)]
pub enum Event {
    /// This much is known.
    Known(Pair, Measured),
    /// The thread has ended.
    Over,
}
