//! The `dataset` room: every layout on a small made copy, tables as people write them, splits.

mod folder;
mod layouts;
mod recent;
mod split;
mod split_file;
mod tables;
mod wrong;
