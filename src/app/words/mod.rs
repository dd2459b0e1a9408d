//! The words that pictures are compared with: those of the networks, and the user's own.

mod command;
mod event;
mod handle;
mod state;
pub mod views;

pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use state::{AdjectiveLevel, CustomWords, State};
