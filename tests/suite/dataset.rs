//! The `dataset` room: every layout on a small made copy, tables as people write them, splits.

mod folder;
mod layouts;
mod split;
mod tables;
mod wrong;
