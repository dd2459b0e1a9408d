//! Training: from rated pictures and ladders of distortions to a checkpoint.
//!
//! [`train`] reads its [`Settings`], opens the pictures (`data.rs`), makes or loads the network
//! (`initial_model.rs`) and loops (`trainer`): crops and ladders (`batch.rs`, `crop.rs`), the loss
//! (`loss`), a step (`optimiser.rs`, `schedule.rs`). Everything lies in a run folder (`run.rs`, `origin.rs`),
//! from which [`resume`] goes on exactly where a run was stopped or killed. [`experiment()`] does
//! so on several splits of one dataset.

mod batch;
mod control;
mod criterion;
mod crop;
mod data;
mod error;
mod event;
mod experiment;
mod initial_model;
mod loss;
mod optimiser;
mod origin;
mod pictures;
mod run;
mod schedule;
mod settings;
mod statistics;
mod trainer;

pub use batch::{Batch, CropLadder, Region};
pub use control::Control;
pub use criterion::Criterion;
pub use error::TrainError;
pub use event::{Epoch, Event, Outcome, Plan, Step};
pub use experiment::{Experiment, Variant, experiment};
pub use loss::{Loss, LossTerms, loss};
pub use optimiser::{LearningRates, Optimiser, StateError};
pub use run::{BEST, read_log};
pub use schedule::Position;
pub use settings::{Preset, SettingError, Settings, Start};
pub use statistics::statistics;
pub use trainer::{resume, train};

use schedule::Stage;
