//! The classic metrics, and what the program says of them.

mod command;
mod golden;
mod learned;
mod niqe;
