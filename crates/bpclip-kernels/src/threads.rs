//! Who does the work.

use rayon::prelude::*;

/// Whether items are worked on by all threads or by the one that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// By Rayon's pool.
    All,
    /// One after the other: what is asked for is a part of an item of all threads.
    One,
}

impl Threads {
    /// Calls `work` with every item.
    pub fn each<T: Send>(self, items: Vec<T>, work: impl Fn(T) + Send + Sync) {
        match self {
            Self::All => items.into_par_iter().for_each(work),
            Self::One => items.into_iter().for_each(work),
        }
    }
}
