//! Tells how good a picture looks, and why: BPCLIP image quality assessment, from a file to a
//! score.
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
//! Pictures are JPEG, PNG, TIFF, WebP, BMP, GIF, camera raw, and with their features HEIC, AVIF and
//! JPEG XL. `examples/score.rs` scores files, with or
//! without a reference; `examples/inspect.rs` writes where the network sees something, and the
//! words that fit.
//!
//! # Getting started
//!
//! The way in is a [`Scorer`]: a network with its weights, ready on a device. What follows works on
//! the CPU and without any feature, unless it says otherwise. The terms are explained
//! [below](#terms).
//!
//! ## Load a checkpoint
//!
//! ```no_run
//! use bpclip_core::Scorer;
//! use bpclip_core::checkpoint::Checkpoint;
//! use bpclip_core::device;
//! use bpclip_core::image::SizePolicy;
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // From a file.
//! let mut scorer = Scorer::open("bpclip-nr.safetensors")?;
//! // Pictures are shrunk to the size that the checkpoint was made for, unless told otherwise.
//! scorer.size = SizePolicy::at_most(Some(384));
//!
//! // From bytes; the path only names them in errors.
//! let cpu = device::cpu();
//! let bytes = std::fs::read("bpclip-nr.safetensors")?;
//! let checkpoint = Checkpoint::parse(&bytes, Path::new("bpclip-nr"), &cpu.device)?;
//! let scorer = Scorer::new(checkpoint, cpu);
//! # Ok(())
//! # }
//! ```
//!
//! With feature `bundled`, [`Checkpoint::bundled`](checkpoint::Checkpoint::bundled) stands in the
//! place of `parse` and needs no file.
//!
//! ## Score, and read the similarities
//!
//! ```no_run
//! use std::path::Path;
//!
//! # fn main() -> Result<(), bpclip_core::inspect::InspectError> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let seen = scorer.inspect_file(Path::new("photo.jpg"), None, false)?;
//! println!("{:.1} of 100", seen.prediction.score());
//! let similarities = seen.prediction.mean_similarities();
//! for (adjective, similarity) in scorer.metadata.adjectives.iter().zip(similarities) {
//!     println!("{} {similarity:+.3}", adjective.word);
//! }
//!
//! // A full-reference checkpoint wants the original of every picture.
//! let scorer = bpclip_core::Scorer::open("bpclip-fr.safetensors")?;
//! let (edit, original) = (Path::new("edit.jpg"), Path::new("original.png"));
//! let seen = scorer.inspect_file(edit, Some(original), false)?;
//! # Ok(())
//! # }
//! ```
//!
//! A picture that is in no file comes from [`image::decode()`], or is a [`image::Picture`] made of
//! pixels; [`inspect::prepare()`] brings it to its size and [`Scorer::inspect`] looks at it.
//! [`text::dimension_value`] sums the adjectives of a dimension up, and
//! [`Ranks::looks`](inspect::report::Ranks::looks) chooses the words that fit best.
//!
//! ## Words of your own
//!
//! Any word or short phrase can be compared with a picture. The score does not change by it. The
//! text encoder that made the adjectives' vectors is needed: MiniLM for the released checkpoints,
//! which feature `bundled` brings; else name the file of its weights in the place of `None`.
//!
//! ```no_run
//! use bpclip_core::text::{self, EncoderKind, TextSpace};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let kind: EncoderKind = scorer.text.encoder.parse()?;
//! let space = TextSpace::of(&scorer.text, text::open(kind, None)?)?;
//! let words = space.place(&["dreamy", "film grain"])?;
//! let seen = scorer.inspect_file(Path::new("photo.jpg"), None, false)?;
//! for word in &words {
//!     let similarity = word.mean_similarity(&seen.prediction.image_features);
//!     let doubt = if word.far { ", little to be relied on" } else { "" };
//!     println!("{} {similarity:+.3}{doubt}", word.word);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ## Heatmaps
//!
//! ```no_run
//! use bpclip_core::image::{self, ColourMap, Limits};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let path = Path::new("photo.jpg");
//! // `true` asks for maps and attention.
//! let seen = scorer.inspect_file(path, None, true)?;
//! let detail = seen.detail.ok_or("no maps")?;
//! let photo = image::read(path, &Limits::of_this_machine())?;
//! for (level, map) in detail.information.iter().enumerate() {
//!     let drawn = image::overlay(&photo, map, map.range(), ColourMap::Viridis, 0.6);
//!     image::write_png(&drawn, Path::new(&format!("level-{}.png", level + 1)))?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`inspect::Detail`] says what each map shows. [`inspect::tiles`] makes another kind, the quality
//! map: a score for each part of a photo at its own resolution.
//!
//! ## Many pictures
//!
//! ```no_run
//! use bpclip_core::image::Limits;
//! use bpclip_core::inspect::pipeline::{self, Job, Reference};
//! use std::sync::atomic::AtomicBool;
//!
//! # fn main() -> Result<(), bpclip_core::inspect::InspectError> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let jobs = ["a.jpg", "b.jpg"].map(|path| Job {
//!     path: path.into(),
//!     reference: Reference::None,
//! });
//! let (limits, cancel) = (Limits::of_this_machine(), AtomicBool::new(false));
//! pipeline::run(&scorer, &jobs, &[], &limits, &cancel, |index, answer, _| {
//!     let path = jobs[index].path.display();
//!     match answer {
//!         Ok(seen) => println!("{:.1} {path}", seen.prediction.score()),
//!         Err(error) => eprintln!("{path}: {error}"),
//!     }
//! });
//! # Ok(())
//! # }
//! ```
//!
//! ## PSNR and other metrics
//!
//! [`metric::measure`] compares two pictures by PSNR, SSIM, MS-SSIM, SSIMULACRA2 or Butteraugli, by
//! LPIPS or DISTS with weights that the user imports, or tells one by NIQE with parameters of our own.
//! It needs no checkpoint.
//!
//! ## A GPU
//!
//! With feature `gpu` or `cuda`. Without them [`DeviceChoice::Auto`](device::DeviceChoice::Auto) is
//! the CPU, and a GPU asked for by name is an error.
//!
//! ```no_run
//! use bpclip_core::Scorer;
//! use bpclip_core::checkpoint::Checkpoint;
//! use bpclip_core::device::{self, DeviceChoice};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = device::select(DeviceChoice::Auto)?;
//! println!("on {}", device.name);
//! // If the device fails, now or later, the checkpoint is read again, onto the CPU.
//! let scorer = Scorer::read(
//!     |device| Checkpoint::read(Path::new("bpclip-nr.safetensors"), device),
//!     device,
//!     |said| eprintln!("{said}"),
//! )?;
//! # Ok(())
//! # }
//! ```
//!
//! ## Errors
//!
//! ```no_run
//! use bpclip_core::inspect::InspectError;
//!
//! # fn main() -> Result<(), InspectError> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! match scorer.score_file("photo.jpg") {
//!     Ok(score) => println!("{score:.1}"),
//!     // The file is missing, damaged, too large, or no picture that is read.
//!     Err(InspectError::Image(error)) => eprintln!("{error}"),
//!     Err(InspectError::TooSmall { width, height }) => eprintln!("only {width}x{height}"),
//!     Err(other) => eprintln!("{other}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Checkpoints
//!
//! A checkpoint is one safetensors file: the network's tensors, and in its metadata all that is
//! needed to use them (the shape of the network, the size to score at, the adjectives, what the
//! label means, how good it is). It scores one of two things: how good a picture looks by itself
//! (no reference), or how close it comes to a reference of the same size (full reference). It is
//! read from a path ([`Scorer::open`]), from bytes ([`checkpoint::Checkpoint::parse`], then
//! [`Scorer::new`]), or is part of the program (feature `bundled`,
//! [`checkpoint::Checkpoint::bundled`]). The released ones, `bpclip-nr.safetensors` (no reference)
//! and `bpclip-fr.safetensors` (full reference), lie in the repository's `weights`.
//!
//! # What a score is
//!
//! [`raw`](inspect::Prediction::raw) is the network's answer on the scale of the label, about 0 to 1
//! and not held to it. The [score](inspect::Prediction::score) is 100 times that, held to 0..100.
//! Beside it are the cosines of the picture with each quality adjective, at four levels, -1 to 1.
//! Pictures are scored small, 512 pixels on the shorter side by the released checkpoints, unless
//! [`Scorer::size`] says otherwise; [`inspect::tiles`] looks at a photo's own pixels. On a CPU a
//! picture gets the same numbers at each run, alone or beside others; on a GPU they differ from
//! those by less than a thousandth.
//!
//! # Terms
//!
//! * *Distorted*, *reference*: the picture that is judged, and the one that it is compared with:
//!   the same subject at the same size, taken as perfect.
//! * *Task*: whether a network wants a reference ([`model::Task`]).
//! * *Label*: the number that training pictures were rated with and that the network learned to
//!   tell, 0 to 1. For the released no-reference checkpoint it is the *mean opinion score* (MOS),
//!   the mean of many people's ratings, over 100; for the full-reference one it is computed from
//!   SSIMULACRA2. [`checkpoint::Label::meaning`] says it in words.
//! * *Raw score*, *score*: [as above](#what-a-score-is), on the label's scale and of 100.
//! * *Adjective*: a word for the looks of a picture, such as `blurry`. The released checkpoints
//!   have 40 ([`adjective::standard`]).
//! * *Similarity*: how well an adjective fits, the cosine between the vectors of picture and word,
//!   -1 to 1. It is no probability.
//! * *Dimension*: what adjectives speak of, such as `sharpness`: some mean better, some worse.
//! * *Level*: a depth of the network, from shallow (fine detail) to deep (what the picture shows).
//!   The backbone has five, four of them are compared with the text.
//! * *Backbone*: the convolutional network at the start, ResNet-50 or EfficientNet-Lite.
//! * *Grid*, *cell*: the network divides a picture into cells of about 32 x 32 scored pixels. A map
//!   has a value for each.
//! * *Information branch*, *weight branch*: the cross attention that carries flaws from a level to
//!   the one above, and the self attention that says how much each cell of that counts.
//! * *Image features*, *text features*: the vectors of a picture (one a level) and of the
//!   adjectives, in one space.
//! * *Prepared*, *prediction*, *inspection*: a picture at the size that it is scored at, the
//!   numbers that the network gives for it, and these with the sizes and notes of the file.
//!
//! # Features
//!
//! None is on by default: the crate computes on the CPU and brings no GPU code. The crate is built
//! from a checkout of its repository (`cargo add bpclip-core --path PATH/crates/bpclip-core`): a
//! file that it includes lies in the repository's `weights`.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `bundled` | the released checkpoints and the text encoder as part of the program: 88 MB |
//! | `gpu` | Vulkan, Metal and DirectX 12, through wgpu |
//! | `cuda` | NVIDIA cards through CUDA; its build fetches a compiler |
//! | `keep-tuning` | keeps between starts which kernels are fastest on a GPU, in an SQL database |
//! | `clap` | `clap::ValueEnum` for choices such as [`image::ColourMap`] and [`model::Task`] |
//!
//! # Rooms
//!
//! In the order in which data walks through them; a room knows those before it. [`image`] reads
//! files to upright sRGB pixels, within [limits](image::Limits), and writes heatmaps; [`metric`]
//! has PSNR, SSIM and others beside the network; [`model`] is the network, one file an idea of the
//! paper; [`adjective`] has the words; [`checkpoint`] reads and writes files of weights; [`text`]
//! places further words among the adjectives; [`device`] finds what there is to compute on;
//! [`inspect`] brings them together. Beside them stand [`guard`] (panics of other people's code),
//! [`mod@file`] (files that appear whole or not at all), [`foreign`] (text that others chose) and [`memory`].
//!
//! # Threads
//!
//! A [`Scorer`] blocks until it is done, and one thread at a time should ask it: on the CPU it uses
//! all cores through rayon's global pool. [`inspect::pipeline::run`] decodes on threads of its own
//! ahead of the network. [`inspect::worker::Worker`] is a thread that owns device and networks, for
//! a window that must never wait.
//!
//! # Errors
//!
//! Each room has its error type, whose text names the file and says what to do, and whose `source`
//! is the cause: [`inspect::InspectError`] for scoring, with [`image::ImageError`] and
//! [`checkpoint::CheckpointError`] inside, [`device::DeviceError`], [`text::TextError`],
//! [`metric::MetricError`]. Texts speak to users of the program `bpclip`, so some advise one of its
//! options, such as `--device cpu`; here that is [`device::cpu`]. A damaged or hostile file is an
//! error, also where a decoder panics; so is a lost device, for a scorer that [cannot go on on the
//! CPU](Scorer::or_on_cpu).

#![warn(missing_docs)]

pub mod adjective;
pub mod checkpoint;
mod choice;
pub mod device;
pub mod file;
pub mod foreign;
pub mod guard;
pub mod image;
pub mod inspect;
pub mod memory;
pub mod metric;
pub mod model;
pub mod name;
pub mod text;

pub use choice::UnknownName;
pub use inspect::Scorer;

/// A picture of the samples, for tests.
#[cfg(test)]
fn sample(name: &str) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples");
    std::path::Path::new(folder).join(format!("{name}.jpg"))
}
