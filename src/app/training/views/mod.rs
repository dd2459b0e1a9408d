//! The training panel: what would be trained on the left, how it goes on the right.

mod closing;
mod epochs;
mod folders;
mod form;
mod given;
mod network;
mod page;
mod plots;
mod rows;
mod run;

pub use closing::closing;
pub use given::Panel;
pub use page::page;
