//! The `bpclip` program: the window ([`app`]) and the command line ([`cli`]), and what both show or
//! write: [`curves`] of a training and [`figure`]s for a paper.

pub mod app;
pub mod cli;
pub mod curves;
pub mod figure;
pub mod metrics;
