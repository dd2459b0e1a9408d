//! Which pictures are of one burst.

use super::frame::Frame;
use super::ranking::{Decision, Entry, bursts};
use super::state::State;
use std::path::Path;

impl State {
    /// The number of each frame's burst, parallel to `frames`; `None` for one that is in none.
    pub fn bursts(&self) -> Vec<Option<usize>> {
        let frames = self.frames.iter().enumerate();
        let entries: Vec<Entry<'_>> = frames.map(|(at, frame)| entry(at, frame)).collect();
        let mut numbers = vec![None; entries.len()];
        for (number, members) in bursts(&entries).into_iter().enumerate() {
            for member in members {
                if let Some(place) = numbers.get_mut(member) {
                    *place = Some(number);
                }
            }
        }
        numbers
    }
}

/// As much of a frame as bursts are told by.
fn entry(index: usize, frame: &Frame) -> Entry<'_> {
    Entry {
        index,
        name: "",
        path: frame.path().unwrap_or(Path::new("")),
        modified: frame.modified,
        taken: frame.taken,
        score: None,
        dimensions: &[],
        similarities: &[],
        decision: Decision::default(),
        best: false,
        unreadable: false,
    }
}
