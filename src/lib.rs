//! BPCLIP Inspector: tells how good a picture looks, and shows why.
//!
//! Rooms in the order that data walks through them; a room knows those to its left:
//! [`device`], [`image`] and [`text`], [`model`], [`checkpoint`], [`inspect`], [`app`], [`cli`].

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod app;
pub mod checkpoint;
pub mod cli;
pub mod device;
mod file;
pub mod image;
pub mod inspect;
pub mod model;
pub mod text;
