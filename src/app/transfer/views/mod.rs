//! What can be done with files, and what would happen.

mod dialog;
mod lines;

pub use dialog::dialog;
