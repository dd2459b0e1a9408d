//! The window: menu, pages, panel, status and dialogs.

mod about;
mod dialogs;
mod empty;
mod full_screen;
mod given;
mod keys_help;
mod menu;
mod panel;
pub mod path;
mod status;
mod window;

pub use given::Window;
pub use window::window;
