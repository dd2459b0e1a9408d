//! The list of pictures: which there are, their order, which is looked at and with what it is
//! compared.

mod command;
mod dialogs;
mod event;
mod files;
mod frame;
mod handle;
mod order;
pub mod ranking;
mod removal;
mod scan;
mod selection;
mod shots;
mod state;
pub mod views;
mod watch;

pub use command::{Command, Step};
pub use event::Event;
pub use frame::{Frame, FrameId};
pub use handle::{READ, handle, handle_event};
pub use order::{SORT_PAUSE, Sorting};
pub use state::State;
pub use watch::Watch;
