//! Synthetic distortions with levels, and ladders of them.
//!
//! A [`Distortion`] knows its family, the dimension and the adjectives of [`bpclip_core::text`] that it
//! costs, and how to do it ([`Distortion::apply`]); [`apply_all`] does several one after another.
//! [`Ladder`] makes a series of ever worse pictures; [`ssimulacra2()`] measures how bad each is.

mod apply;
mod blur;
mod colour;
mod convolve;
mod effect;
mod exposure;
mod family;
mod jpeg;
mod kind;
mod label;
mod ladder;
mod light;
mod lighting;
mod noise;
mod random;
mod raster;
mod sharpening;
mod smoothing;
mod spatial;
mod strength;
mod wavelet;
mod webp;

pub use apply::apply_all;
pub use effect::Effect;
pub use family::Family;
pub use kind::Distortion;
pub use label::{forgiven, label, ssimulacra2};
pub use ladder::Ladder;
pub use strength::{LEVELS, level_strength};
