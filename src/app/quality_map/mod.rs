//! Quality maps: pictures scored tile by tile.

mod command;
mod event;
mod handle;
mod map;
mod state;
pub mod views;
pub mod wording;

pub use command::Command;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use map::{QualityMap, SeenTiles};
pub use state::State;
