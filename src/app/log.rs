//! What happened, in lines.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Lines that are kept.
const KEPT: usize = 500;
/// How long a line must have been in sight before it is taken for read.
pub const READ: Duration = Duration::from_secs(4);

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
    /// When the last line came, until it is old.
    fresh: Option<Instant>,
}

impl Log {
    /// Adds a line; old ones are forgotten.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        if self.lines.len() >= KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back((tone, text.into()));
        self.fresh = Some(Instant::now());
    }

    /// The last line, unless it is old: what is no news any more stands in the log alone.
    pub fn news(&self) -> Option<&(Tone, String)> {
        self.lines.back().filter(|_| self.fresh.is_some())
    }

    /// The user has done something: what was in sight for a while before is old.
    pub fn touched(&mut self) {
        self.fresh = self.fresh.filter(|said| said.elapsed() < READ);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_news_until_the_user_goes_on_and_has_had_time_to_read_it() {
        let mut log = Log::default();
        log.say(Tone::Plain, "one");
        log.touched();
        assert_eq!(log.news(), Some(&(Tone::Plain, "one".to_owned())));
        log.fresh = Instant::now().checked_sub(READ);
        log.touched();
        assert_eq!((log.news(), log.lines.len()), (None, 1));
        log.say(Tone::Bad, "two");
        assert!(log.news().is_some());
    }
}
