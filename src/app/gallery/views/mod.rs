//! The list of frames.

mod bursts;
mod drag;
mod filmstrip;
mod filter;
mod menu;
mod row;
mod rows;
mod said;

pub use bursts::bursts;
pub use filmstrip::filmstrip;
pub use menu::menu;
pub use said::{decided, described};
