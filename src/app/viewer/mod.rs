//! How the pictures are looked at, and what lies over them.

mod choices;
mod command;
mod handle;
pub mod overlay;
mod scene;
mod state;
pub mod views;

pub use crate::app::settings::ViewerMode;
pub use choices::{AttentionView, Branch, Overlay, Scale, Tab};
pub use command::Command;
pub use handle::handle;
pub use scene::Scene;
pub use state::{Look, Pointed, State};
