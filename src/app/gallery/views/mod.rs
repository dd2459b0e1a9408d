//! The list of frames.

mod bursts;
mod filmstrip;
mod filter;
mod menu;
mod row;
mod rows;

pub use bursts::bursts;
pub use filmstrip::filmstrip;
