//! The `image` room: files to pixels, sizes, heatmaps, PNG.

#[path = "image/colour.rs"]
mod colour;
#[path = "image/damage.rs"]
mod damage;
#[path = "image/decode.rs"]
mod decode;
#[path = "image/files.rs"]
mod files;
#[path = "image/heatmap.rs"]
mod heatmap;
#[path = "image/size.rs"]
mod size;
#[path = "image/write.rs"]
mod write;
