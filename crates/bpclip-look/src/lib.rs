//! What an eye looks for in a photograph, before any network: its histogram, clipped light,
//! [edges in focus](peaking), how far two frames are [shifted](shift()) against each other, and how they
//! [differ](difference()).
//!
//! All of it is of 8-bit sRGB pixels as they are coded, a level being 1 of 255. Nothing here knows files,
//! windows or threads.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod clipping;
mod difference;
mod fourier;
mod histogram;
mod peaking;
mod plane;
mod raster;
mod shift;

pub use clipping::{Clip, Clipped, HIGHLIGHT, SHADOW, clipping};
pub use difference::difference;
pub use histogram::{Histogram, LEVELS};
pub use peaking::peaking;
pub use plane::{Plane, Pool};
pub use raster::Raster;
pub use shift::{Shift, shift};
