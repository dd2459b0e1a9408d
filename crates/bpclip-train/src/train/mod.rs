//! Training: from rated pictures and ladders of distortions to a checkpoint.
//!
//! [`train`] reads its [`Settings`], opens the pictures (`data.rs`), makes or loads the network
//! (`start.rs`) and loops (`trainer.rs`): crops and ladders (`batch.rs`), the loss (`loss.rs`), a
//! step (`optimiser.rs`, `schedule.rs`). Everything lies in a run folder (`run.rs`), from which
//! [`resume`] goes on exactly where a run was stopped or killed.

mod batch;
mod control;
mod crop;
mod data;
mod error;
mod event;
mod experiment;
mod loss;
mod optimiser;
mod pictures;
mod run;
mod schedule;
mod settings;
mod start;
mod trainer;

pub use batch::{Batch, CropLadder};
pub use control::Control;
pub use error::TrainError;
pub use event::{Epoch, Event, Outcome, Plan, Step};
pub use experiment::{Experiment, Variant, experiment};
pub use loss::{Loss, LossTerms, loss};
pub use optimiser::{LearningRates, Optimiser, StateError};
pub use run::{BEST, read_log};
pub use schedule::{Position, Stage};
pub use settings::{Preset, SettingError, Settings, Start};
pub use trainer::{resume, train};
