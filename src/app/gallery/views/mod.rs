//! The list of frames.

mod drag;
mod filmstrip;
mod filter;
mod menu;
mod row;

pub use filmstrip::filmstrip;
