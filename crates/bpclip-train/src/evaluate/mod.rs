//! How well a checkpoint does: its agreement with ratings and its sense of distortions.
//!
//! [`evaluate`] scores a labelled folder (`run.rs`) and sums it up as an [`Evaluation`]: an
//! [`Agreement`](statistics::Agreement) over all and for each kind of distortion, and where the folder
//! has ladders of distortions what becomes of score and adjectives along them (`ladder.rs`).
//! Where the folder notes flaws, the words are measured by them (`flaws.rs`).
//! [`evaluate_maps`] says whether the heatmaps find a spoilt quadrant.
//! [`compare`] says which of several is better, and whether that is more than chance.
//! [`evaluate_ladders`] does the former on ladders that it makes of photographs. [`tables`] turns the results
//! into [`Table`]s, which [`write_tables`] writes as Markdown, CSV and LaTeX.

mod compare;
mod error;
mod evaluation;
mod flaws;
mod ladder;
mod ladder_eval;
mod maps_eval;
mod run;
pub mod statistics;
mod table;
pub mod tables;

pub use compare::{Compared, Measure, compare};
pub use error::EvaluateError;
pub use evaluation::{
    EvaluateOptions, Evaluation, Failure, Measured, OfDistortion, OfMetric, Prediction,
};
pub use flaws::{Area, FlawListError, FlawWords, OfFlaw, OfWord};
pub use ladder::{LadderStats, LadderSummary, ScoredLadder, ScoredLevel, Share};
pub use ladder_eval::{LadderEval, evaluate_ladders};
pub use maps_eval::{MapsEval, OfMap, evaluate_maps};
pub use run::evaluate;
pub use table::{Cell, CellKind, Column, Spread, Table, TableFormat, write_tables};
