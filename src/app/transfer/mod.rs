//! What was decided is acted on: pictures are copied, moved or put into the bin with what belongs to
//! them, after a look at what will happen, and one undo takes it back. `bpclip pick` does the same with
//! the same functions ([`bpclip_library::transfer`]).

mod best;
mod choice;
mod command;
mod event;
mod handle;
mod state;
mod thread;
pub mod views;

pub use best::best;
pub use choice::{Which, chosen};
pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use state::{LOGS, Planned, Preview, State, Wish, Work, outcome};
