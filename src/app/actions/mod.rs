//! What can be done at any time: label, help and key of each action, and the command that it is.
//! Menus, shortcuts and the help window all come from this table.

mod action;
mod commands;
mod possible;
mod shortcuts;
mod wording;

pub use action::{Action, GROUPS};
pub use possible::Possible;
pub use shortcuts::pressed;
