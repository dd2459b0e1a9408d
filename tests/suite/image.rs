//! The `image` room: files to pixels, sizes, heatmaps, PNG.

pub mod camera_raw;
mod codecs;
mod colour;
mod damage;
mod decode;
mod files;
mod heatmap;
mod reduced;
mod size;
mod unusual;
mod write;
