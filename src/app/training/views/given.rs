//! What the training panel is given to show.

use crate::app::actions::Possible;
use crate::app::scoring::Machine;
use crate::app::training::{Memory, State};

/// All that the panel shows.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub state: &'a State,
    /// The form, and the last run.
    pub memory: &'a Memory,
    /// What scores now.
    pub machine: &'a Machine,
    pub possible: &'a Possible,
}
