//! The sharpest part of a picture: going there, and marking it.

mod command;
mod handle;
mod state;
pub mod views;

pub use command::Command;
pub use handle::handle;
pub use state::State;
