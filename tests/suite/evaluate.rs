//! The `evaluate` room: its statistics beside SciPy's, and `bpclip evaluate` as a process.

mod command;
mod compared;
mod simulated;
mod statistics;
