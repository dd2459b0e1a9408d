//! The pictures with their toolbar, and the parts of the panel about maps and attention.

mod ahead;
mod align;
mod attention;
mod geometry;
mod hand;
mod histogram;
mod ink_legend;
mod legend;
mod maps;
mod marks;
pub mod overlay_controls;
mod pane;
mod pixels;
mod survey;
mod toolbar;
mod viewer;

pub use attention::attention;
pub use histogram::histogram;
pub use legend::legend;
pub use maps::maps;
pub use marks::{chip, outline};
pub use viewer::{pictures, viewer};
