//! BPCLIP Inspector: tells how good a picture looks, and shows why.
//!
//! Rooms in the order that data walks through them; a room knows those to its left:
//! [`device`], [`image`] and [`text`], [`metric`], [`kernel`], [`model`], [`checkpoint`], [`inspect`], [`dataset`] and
//! [`distort`], [`evaluate`], [`train`], [`app`], [`cli`].

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod app;
pub mod checkpoint;
pub mod cli;
pub mod dataset;
pub mod device;
pub mod distort;
pub mod evaluate;
mod file;
mod folders;
pub mod image;
pub mod inspect;
pub mod kernel;
mod memory;
pub mod metric;
pub mod model;
pub mod text;
pub mod train;
