//! Words to the two outputs. `println` and `eprintln` panic where an output takes nothing more,
//! because its disk is full or its reader gone.

use anyhow::Context;
use std::fmt::Arguments;
use std::io::{self, Write};

/// Writes a line to standard output, or returns the error from the function around it.
macro_rules! show {
    ($($text:tt)*) => { $crate::cli::print::line(format_args!($($text)*))? };
}

/// Writes a line to standard error, for a person. That nobody can read it ends no work.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::print::aside(format_args!($($text)*)) };
}

pub(super) use {say, show};

/// What [`show!`] does.
pub fn line(text: Arguments) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("standard output")
}

/// What [`say!`] does.
pub fn aside(text: Arguments) {
    let _ = writeln!(io::stderr(), "{text}");
}
