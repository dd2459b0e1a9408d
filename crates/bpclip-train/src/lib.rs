//! Training, distorting and measuring for BPCLIP image quality assessment.
//!
//! Data walks one way: `dataset, distort -> evaluate, train`.
//!
//! - [`dataset`] opens folders of rated pictures, the public ones and any with a table `name,mos`,
//!   brings their labels to 0 to 1, higher better, and divides them by content.
//! - [`distort`] makes ladders of ever worse pictures from photographs: 38 kinds of distortion, each
//!   with the adjectives that it should bring, seeded, the same on every machine.
//! - [`evaluate`] scores a dataset, or ladders made of photographs, with a checkpoint and says how
//!   well that agrees: PLCC, SRCC, KRCC and RMSE with intervals, and tables of them.
//! - [`train`] learns from both, in a run folder from which a stopped or killed run goes on, and
//!   writes checkpoints that `bpclip_core` reads.
//!
//! Fine-tuning the bundled checkpoint on a folder of rated pictures:
//!
//! ```no_run
//! use bpclip_core::model::Task;
//! use bpclip_train::train::{Control, Preset, Settings, train};
//!
//! let mut settings = Settings::new(Preset::FineTune, Task::NoReference);
//! settings.data.push("photos".into()); // with a table: name,mos
//! let run = std::path::Path::new("run");
//! let outcome = train(run, &settings, &Control::default(), &mut |event| println!("{event:?}"))?;
//! println!("the best checkpoint: {:?}", outcome.best);
//! # Ok::<(), bpclip_train::train::TrainError>(())
//! ```
//!
//! `examples/fine_tune.rs` is the same as a small program.

#![warn(missing_docs)]

mod any_path;
pub mod dataset;
pub mod distort;
pub mod evaluate;
pub mod train;

pub use any_path::AnyPath;
