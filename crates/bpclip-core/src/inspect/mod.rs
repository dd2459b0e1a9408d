//! A picture in, an [`Inspection`] out.
//!
//! Begin with a [`Scorer`]. It looks at files ([`Scorer::score_file`], [`Scorer::inspect_file`]) or
//! at pictures in memory that [`prepare()`] brought to their size ([`Scorer::inspect`]); many files
//! go through [`pipeline::run`].
//!
//! One path from a file to a number, whether the command line asks with a list ([`pipeline`]) or
//! a window with a queue in which the latest wish comes first ([`worker`]):
//!
//! | what | where |
//! | --- | --- |
//! | decode ahead, guard the decoders, measure, [`prepare`] | `decoder.rs`, on threads of its own |
//! | which pictures go together, and in which order they are answered | `batch.rs` |
//! | run the network; fall back to the CPU | [`Scorer`], in `scorer.rs`; `network.rs` is the tensor work |
//! | several checkpoints and a device that may change, for the window | `worker/engine.rs` |
//!
//! A [`Scorer`] takes several pictures of one size at once on a GPU, and looks at several of any
//! size side by side on the CPU, where small ones of one size share a pass and each gets the same
//! numbers as alone. A device that is lost
//! costs no picture: the scorer reads its checkpoint again, onto the CPU, and looks anew.
//! [`tiles`] cuts a picture into a map; [`report`] writes what was found.

mod batch;
mod branch;
mod cache;
mod decoder;
mod detail;
mod error;
mod look;
mod network;
mod of_files;
pub mod pipeline;
mod prediction;
mod prepare;
pub mod report;
mod scorer;
mod source;
pub mod tiles;
pub mod worker;

pub use branch::{Branch, level_name};
pub use cache::DecodeCache;
pub use detail::{Attention, Detail, MAX_ATTENTION_CELLS};
pub use error::InspectError;
pub use look::Look;
pub use prediction::{Inspection, Prediction, score_of_100};
pub use prepare::{MAX_PIXELS, Prepared, prepare, prepare_unmeasured};
pub use scorer::Scorer;
pub use source::Source;
