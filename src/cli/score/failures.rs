//! What went wrong, named at the end.

use crate::cli::named;
use crate::cli::print::say;
use std::path::{Path, PathBuf};

/// So many are named; of a list of millions nobody reads more, and their rows say it too.
const NAMED: usize = 100;

/// Pictures with what went wrong.
#[derive(Default)]
pub struct Failures {
    count: usize,
    first: Vec<(PathBuf, String)>,
}

impl Failures {
    /// Adds one.
    pub fn push(&mut self, path: &Path, reason: String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push((path.to_owned(), reason));
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Names them below a heading, where there are any.
    pub fn tell(&self, heading: &str) {
        if self.count == 0 {
            return;
        }
        say!("{heading}");
        for (path, reason) in &self.first {
            say!("  {}", named(path, reason));
        }
        if let more @ 1.. = self.count - self.first.len() {
            say!("  and {more} more, whose rows say why");
        }
    }
}
