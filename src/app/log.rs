//! What happened, in lines.

use std::collections::VecDeque;

/// Lines that are kept.
const KEPT: usize = 500;

/// How a line of the log is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Plain,
    /// Something failed.
    Bad,
}

/// The last things that happened, newest last.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub lines: VecDeque<(Tone, String)>,
}

impl Log {
    /// Adds a line; old ones are forgotten.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        if self.lines.len() >= KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back((tone, text.into()));
    }
}
