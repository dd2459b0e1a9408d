//! The classic metrics of the pair that is looked at.

mod command;
mod event;
mod handle;
mod state;
pub mod views;

pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event, measure};
pub use state::{Measured, Pair, State};
