//! The list of frames.

mod drag;
mod filmstrip;
mod filter;
mod menu;
mod row;
mod said;

pub use filmstrip::filmstrip;
pub use menu::menu;
pub use said::{decided, described};
