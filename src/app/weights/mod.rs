//! The catalogue of weights: what is there, and a fetch that the user has agreed to.

mod command;
mod event;
mod handle;
mod state;
pub mod views;

pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use state::{FetchEnd, Fetching, LocalEntry, State};
