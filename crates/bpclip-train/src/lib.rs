//! Training, distorting and measuring: `dataset, distort -> evaluate, train`.

#![warn(missing_docs)]

pub mod dataset;
pub mod distort;
pub mod evaluate;
pub mod train;
