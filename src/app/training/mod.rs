//! The training panel: what would be trained (`form.rs`), what its folders hold
//! (`dataset_probe.rs`), the run that is shown (`run.rs`), and the thread that trains (`train_thread.rs`).

mod command;
mod dataset_probe;
mod event;
mod events;
mod fields;
mod folder;
mod form;
mod handle;
mod memory;
mod run;
mod state;
mod train_thread;
pub mod views;

pub use crate::curves::{Curves, Point, Series, Track};
pub use command::{Command, Place};
pub use dataset_probe::{DatasetState, Found, ProbeRequest};
pub use event::Event;
pub use events::handle_event;
pub use fields::{Field, all as fields, headings, help, label};
pub use form::Form;
pub use handle::handle;
pub use memory::Memory;
pub use run::{ComparedRun, Phase, Run};
pub use state::State;
