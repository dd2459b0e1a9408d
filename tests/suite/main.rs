//! All integration tests, as one program: it links the library once.

mod bursts;
mod cases;
mod checkpoint;
mod command_line;
mod dataset;
mod device;
mod distort;
mod documents;
mod evaluate;
mod examples;
mod faults;
mod figure;
mod folders;
mod golden;
mod image;
mod map;
mod metric;
mod noted;
mod packaging;
mod pick;
mod process;
mod ratings;
#[cfg(feature = "remote")]
mod remote;
mod scale;
mod seed;
mod shots;
mod skip;
mod text;
mod training;
mod weights;
mod window;
