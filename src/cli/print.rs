//! Words to the two outputs. `println` and `eprintln` panic where an output takes nothing more,
//! because its disk is full or its reader gone. What file names and metadata hide, such as commands to
//! a terminal, is written out.

use anyhow::Context;
use bpclip_core::foreign::{shown, shown_lines};
use std::fmt::Arguments;
use std::io::{self, Write};

/// Writes lines for a person to standard output, or returns the error from the function around it.
macro_rules! show {
    ($($text:tt)*) => { $crate::cli::print::line(format_args!($($text)*))? };
}

/// Writes text for a program to standard output, as it is, such as JSON; errors as [`show!`].
macro_rules! hand_over {
    ($($text:tt)*) => { $crate::cli::print::plain(format_args!($($text)*))? };
}

/// Writes a line to standard error, for a person. That nobody can read it ends no work.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::print::aside(format_args!($($text)*)) };
}

pub(super) use {hand_over, say, show};

/// What [`show!`] does.
pub fn line(text: Arguments) -> anyhow::Result<()> {
    plain(format_args!("{}", shown_lines(&text.to_string())))
}

/// What [`hand_over!`] does.
pub fn plain(text: Arguments) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("standard output")
}

/// What [`say!`] does.
pub fn aside(text: Arguments) {
    let _ = writeln!(io::stderr(), "{}", shown(&text.to_string()));
}
