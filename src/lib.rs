//! The `bpclip` program: the window ([`app`]) and the command line ([`cli`]).

pub mod app;
pub mod cli;
