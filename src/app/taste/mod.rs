//! What the user keeps, learned from marks: pictures are ranked by it. See [`bpclip_shoot::Taste`].

mod command;
mod event;
mod handle;
mod marks;
mod state;
pub mod views;

pub use command::{Command, Scope};
pub use event::{Event, For};
pub use handle::{MOST_MARKS, handle, handle_event, recall};
pub use state::State;
