//! The trainer: its numbers against PyTorch's, and its runs against themselves.

mod criterion;
pub mod gradients;
mod killed;
mod recipe;
pub mod runs;
mod words;
