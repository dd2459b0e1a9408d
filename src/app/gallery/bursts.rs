//! Which pictures are of one burst.

use super::ranking::{Bursts, Entry, GroupKind, bursts};
use super::state::State;
use std::path::Path;

impl State {
    /// The number of each frame's burst by this rule, parallel to `frames`; `None` for one that is in
    /// none.
    pub fn bursts(&self, rule: Bursts) -> Vec<Option<usize>> {
        let frames = self.frames.iter().enumerate();
        let entries: Vec<Entry<'_>> = frames
            .map(|(at, frame)| Entry {
                taken: frame.taken,
                exif: frame.exif.as_ref(),
                layout: frame.layout(),
                ..Entry::new(at, "", frame.path().unwrap_or(Path::new("")))
            })
            .collect();
        let mut numbers = vec![None; entries.len()];
        let found = bursts(&entries, rule).into_iter();
        let found = found.filter(|group| group.kind == GroupKind::Burst);
        for (number, group) in found.enumerate() {
            for member in group.members {
                if let Some(place) = numbers.get_mut(member) {
                    *place = Some(number);
                }
            }
        }
        numbers
    }
}
