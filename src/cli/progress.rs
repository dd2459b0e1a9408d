//! How far long work is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

/// A bar without a style on standard error, where a person watches; elsewhere it draws nothing.
pub fn plain(total: Option<u64>) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    ProgressBar::with_draw_target(total, target)
}

/// Likewise, with the words of `template`.
pub fn bar(total: usize, template: &str) -> ProgressBar {
    let bar = plain(Some(total as u64));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Likewise, for pictures.
pub fn pictures(total: usize) -> ProgressBar {
    bar(total, "{bar:30} {pos}/{len}  {per_sec}  {eta} left")
}

/// Likewise, where nobody knows how many there are.
pub fn counted() -> ProgressBar {
    bar(0, "{pos} pictures  {per_sec}")
}
