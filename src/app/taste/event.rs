//! What threads tell about the user's taste.

use super::command::Scope;
use bpclip_library::Marked;
use bpclip_shoot::{Taste, TooFew};
use std::path::PathBuf;

/// The folder that a taste is for (none: all), and the network whose numbers it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    pub scope: Scope,
    pub folder: PathBuf,
    pub scorer: String,
}

/// Something about the user's taste.
#[derive(Debug)]
pub enum Event {
    /// What was kept from before.
    Recalled(For, Option<String>),
    /// All pictures that were ever marked.
    Marked(For, Vec<Marked>),
    /// It was learned, or could not be.
    Learned(For, Result<Box<Taste>, TooFew>),
}
