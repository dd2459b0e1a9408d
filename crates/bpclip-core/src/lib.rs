//! Tells how good a picture looks, and shows why: BPCLIP, from a file on disk to a score.
//!
//! ```no_run
//! let scorer = bpclip_core::inspect::Scorer::open("bpclip-nr.safetensors")?;
//! let score = scorer.score_file("photo.jpg")?;
//! println!("{score:.1} of 100, higher is better");
//! # Ok::<(), bpclip_core::inspect::InspectError>(())
//! ```
//!
//! A checkpoint is one safetensors file: the network's weights, and what they were trained on. There
//! are two kinds. A no-reference checkpoint looks at a picture alone; a full-reference one compares it
//! with its undistorted original ([`Scorer::inspect_file`](inspect::Scorer::inspect_file)). The released
//! ones lie in the repository's `weights`, or come with the feature `bundled`.
//!
//! An [`Inspection`](inspect::Inspection) holds the score, the similarities of the picture with the
//! checkpoint's adjectives (cosines, four levels from fine detail to the whole scene), and, where asked
//! for, maps of where the network looked. Pictures are JPEG, PNG, TIFF, WebP, BMP or GIF; they are
//! brought to the checkpoint's size first. The CPU uses all cores; one scorer serves one thread at a
//! time. For many pictures, [`inspect::pipeline::run`] decodes ahead and keeps the order. Nothing here
//! panics on a damaged file: every error is an error, and names the file.
//!
//! | feature | what it brings |
//! | --- | --- |
//! | none | the CPU |
//! | `gpu` | Vulkan, Metal, DirectX 12 through wgpu |
//! | `cuda` | NVIDIA cards; its build fetches a compiler |
//! | `keep-tuning` | which kernels are fastest on a GPU is kept between starts |
//! | `bundled` | the released checkpoints as part of the program: 88 MB |
//! | `clap` | choices as values of a command line |
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
