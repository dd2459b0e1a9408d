//! The part of the panel about quality maps, and a map over its picture.

mod over;
mod panel;

pub use over::over;
pub use panel::panel;
