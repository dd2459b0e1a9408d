//! What the worker tells.

use bpclip_core::inspect::worker;

/// An event of a worker.
#[derive(Debug)]
pub struct Event {
    /// Which worker: what one that was replaced still tells is of no interest.
    pub generation: u64,
    pub event: worker::Event,
}
