//! Tells how good a picture looks, and shows why: BPCLIP, from a file on disk to a score.
//!
//! Rooms in the order that data walks through them; a room knows those before it: [`image`],
//! [`metric`], [`model`], [`text`], [`checkpoint`], [`device`], [`inspect`].

#![warn(missing_docs)]

pub mod adjective;
pub mod checkpoint;
mod choice;
pub mod device;
pub mod file;
pub mod guard;
pub mod image;
pub mod inspect;
pub mod memory;
pub mod metric;
pub mod model;
pub mod text;

pub use choice::UnknownName;

/// A picture of the samples, for tests.
#[cfg(test)]
fn sample(name: &str) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples");
    std::path::Path::new(folder)
        .join(name)
        .with_extension("jpg")
}
