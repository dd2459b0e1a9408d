//! The trainer: its numbers against PyTorch's, and its runs against themselves.

mod gradients;
mod killed;
pub mod runs;
mod words;
