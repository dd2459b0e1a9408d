//! The window around the concerns: its pages, its dialogs, its looks, and its end.

mod command;
mod dropped;
mod handle;
mod state;
pub mod views;

pub use command::Command;
pub use dropped::dropped;
pub use handle::{Around, covers_screen, handle};
pub use state::{Dialog, Page, PathFor, State};
