//! Tells how good a picture looks, and why: BPCLIP image quality assessment, from a file to a score.
//!
//! ```no_run
//! # fn main() -> Result<(), bpclip_core::inspect::InspectError> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let score = scorer.score_file("photo.jpg")?;
//! println!("{score:.1} of 100, higher is better");
//! # Ok(())
//! # }
//! ```
//!
//! Pictures are JPEG, PNG, TIFF, WebP, BMP or GIF. `examples/score.rs` scores files, with or without a
//! reference; `examples/inspect.rs` writes where the network sees something, and the words that fit.
//!
//! # Checkpoints
//!
//! A checkpoint is one safetensors file: the network's tensors, and in its metadata all that is
//! needed to use them (the shape of the network, the size to score at, the adjectives, what the
//! label means, how good it is). It scores one of two things: how good a picture looks by itself
//! (no reference), or how close it comes to a reference of the same size (full reference). It is
//! read from a path ([`Scorer::open`]), from bytes ([`checkpoint::Checkpoint::parse`], then
//! [`Scorer::new`]), or is part of the program (feature `bundled`,
//! [`checkpoint::Checkpoint::bundled`]). The released ones lie in the repository's `weights`.
//!
//! # What a score is
//!
//! [`raw`](inspect::Prediction::raw) is the network's answer on the scale of the label, about 0 to 1
//! and not held to it. The [score](inspect::Prediction::score) is 100 times that, held to 0..100.
//! Beside it are the cosines of the picture with each quality adjective, at four levels, -1 to 1.
//! Pictures are scored small, 512 pixels on the shorter side by the released checkpoints, unless
//! [`Scorer::size`](inspect::Scorer::size) says otherwise; [`inspect::tiles`] looks at a photo's own
//! pixels. On a CPU a picture gets the same numbers at each run, alone or beside others; on a GPU they
//! differ from those by less than a thousandth.
//!
//! # Features
//!
//! None is on by default: the crate computes on the CPU and brings no GPU code.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `bundled` | the released checkpoints and the text encoder as part of the program: 88 MB |
//! | `gpu` | Vulkan, Metal and DirectX 12, through wgpu |
//! | `cuda` | NVIDIA cards through CUDA; its build fetches a compiler |
//! | `keep-tuning` | keeps between starts which kernels are fastest on a GPU, in an SQL database |
//! | `clap` | the choices as values of a command line |
//!
//! # Rooms
//!
//! In the order in which data walks through them; a room knows those before it. [`image`] reads
//! files to upright sRGB pixels, within [limits](image::Limits), and writes heatmaps; [`metric`] has
//! PSNR, SSIM and others beside the network; [`model`] is the network, one file an idea of the paper;
//! [`adjective`] has the words; [`checkpoint`] reads and writes files of weights; [`text`] places
//! further words among the adjectives; [`device`] finds what there is to compute on; [`inspect`]
//! brings them together. Beside them stand [`guard`] (panics of other people's code), [`mod@file`]
//! (files that appear whole or not at all) and [`memory`].
//!
//! # Threads
//!
//! A [`Scorer`] blocks until it is done, and one thread at a time should ask it: on the CPU it uses
//! all cores through rayon's global pool. [`inspect::pipeline::run`] decodes on threads of its own
//! ahead of the network. [`inspect::worker::Worker`] is a thread that owns device and networks, for a
//! window that must never wait.
//!
//! # Errors
//!
//! Each room has its error type, whose text names the file and says what to do, and whose `source`
//! is the cause. A damaged or hostile file is an error, also where a decoder panics; so is a lost
//! device, for a scorer that [cannot go on on the CPU](Scorer::or_on_cpu).

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
pub use inspect::Scorer;

/// A picture of the samples, for tests.
#[cfg(test)]
fn sample(name: &str) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples");
    std::path::Path::new(folder).join(format!("{name}.jpg"))
}
