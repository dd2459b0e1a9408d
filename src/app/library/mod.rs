//! What is kept between one start and the next: what was decided on pictures, scores, thumbnails,
//! and how folders were looked at. One thread reads and writes it; see [`bpclip_library`].

mod command;
mod event;
mod handle;
mod line;
mod scored;
mod state;
mod thread;
pub mod views;

pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use line::{Line, Shelf};
pub use scored::{kept_score, rated, scorer};
pub use state::State;
pub use thread::{MOST_BYTES, later_word, modified};
