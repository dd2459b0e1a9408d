//! The list of pictures: which there are, their order, which is looked at and with what it is
//! compared.

mod bursts;
mod command;
mod cull;
mod decisions;
mod dialogs;
mod event;
mod files;
mod frame;
mod handle;
mod history;
mod order;
pub mod ranking;
mod removal;
mod scan;
mod selection;
mod shots;
mod state;
mod survey;
mod transferred;
mod view;
pub mod views;
mod watch;

pub use command::{Change, Command, Step};
pub use cull::Cull;
pub use decisions::recalled;
pub use event::Event;
pub use frame::{Frame, FrameId};
pub use handle::{READ, handle, handle_event};
pub use order::{HOLD, SORT_PAUSE, Sorting};
pub use selection::stay_in_sight;
pub use state::State;
pub use survey::{MOST as SURVEY, Survey};
pub use transferred::{came_back, left};
pub use view::{keep_view, view_recalled};
pub use watch::Watch;
