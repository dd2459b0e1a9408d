//! Scores: which are asked for, what has come, and on what they are computed.

mod answers;
mod command;
pub mod compare;
mod details;
mod event;
mod handle;
mod lookup;
mod machine;
mod networks;
mod rated;
mod requests;
mod state;
pub mod views;
mod worker;

pub use command::Command;
pub use details::Details;
pub use event::Event;
pub use handle::{handle, handle_event};
pub use lookup::recalled;
pub use machine::Machine;
pub use rated::{Rated, Scored, score_sentence};
pub use state::{Ended, Progress, State};
pub use worker::ScoringWorker;
