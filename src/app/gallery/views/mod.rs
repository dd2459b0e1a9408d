//! The list of frames.

mod filmstrip;
mod filter;
mod menu;
mod row;

pub use filmstrip::filmstrip;
