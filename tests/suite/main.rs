//! All integration tests, as one program: it links the library once.

mod cases;
mod checkpoint;
mod command_line;
mod dataset;
mod device;
mod distort;
mod evaluate;
mod examples;
mod faults;
mod figure;
mod folders;
mod golden;
mod image;
mod map;
mod metric;
mod pick;
mod seed;
mod shots;
mod skip;
mod text;
mod training;
mod weights;
mod window;
