//! Training, distorting and measuring: `dataset, distort -> evaluate, train`.

#![warn(missing_docs)]

mod any_path;
pub mod dataset;
pub mod distort;
pub mod evaluate;
pub mod train;

pub use any_path::AnyPath;
