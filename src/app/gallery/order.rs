//! The filmstrip's order: worked out again when it does not hold any more.

use super::frame::Frame;
use super::ranking::{Entry, Grouping, SortKey, best_of, rank};
use super::state::State;
use crate::app::settings::Settings;
use bpclip_core::model::Task;
use bpclip_core::text::Adjective;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// While scores stream in, the filmstrip is sorted no more often than this.
pub const SORT_PAUSE: Duration = Duration::from_millis(500);

/// What the filmstrip is sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sorting<'a> {
    pub key: SortKey,
    pub descending: bool,
    /// Whose scores count.
    pub task: Task,
    /// Those of the task's network.
    pub adjectives: &'a [Adjective],
}

impl<'a> Sorting<'a> {
    /// As the settings say, by the scores of a task.
    pub fn new(settings: &Settings, task: Task, adjectives: &'a [Adjective]) -> Self {
        Self {
            key: settings.sort,
            descending: settings.descending,
            task,
            adjectives,
        }
    }
}

impl State {
    /// Works out the filmstrip's order, if it does not hold any more. Returns how long to wait
    /// where it is too early for that: rows that jump all the time cannot be clicked.
    pub fn sort_if_stale(&mut self, sorting: Sorting<'_>) -> Option<Duration> {
        let at_once = self.stale?;
        if !at_once && self.sorted_at.elapsed() < SORT_PAUSE {
            return Some(SORT_PAUSE);
        }
        self.stale = None;
        self.sorted_at = Instant::now();
        let titles: Vec<_> = self.frames.iter().map(Frame::title).collect();
        let entries: Vec<Entry<'_>> = self
            .frames
            .iter()
            .zip(&titles)
            .enumerate()
            .map(|(index, (frame, title))| {
                let rated = frame.scored(sorting.task).rated();
                Entry {
                    index,
                    name: title,
                    path: frame.path().unwrap_or(Path::new("")),
                    modified: frame.modified,
                    taken: frame.taken,
                    score: rated.map(|rated| 100.0 * rated.inspection.prediction.raw),
                    dimensions: rated.map_or(&[], |rated| &rated.dimensions),
                    similarities: rated.map_or(&[], |rated| &rated.mean),
                    mark: frame.mark,
                }
            })
            .collect();
        let mut order = rank(
            &entries,
            sorting.adjectives,
            sorting.key,
            sorting.descending,
            &self.filter,
        );
        let mut groups = vec![None; entries.len()];
        if self.grouping != Grouping::None {
            for (number, members) in self.grouping.groups(&entries).into_iter().enumerate() {
                let best = best_of(&entries, &members);
                for member in members {
                    if let Some(group) = groups.get_mut(member) {
                        *group = Some((number, best == Some(member)));
                    }
                }
            }
            order = together(&order, &groups);
        }
        drop(entries);
        drop(titles);
        self.order = order;
        self.groups = groups;
        None
    }
}

/// Brings the members of a group together, where the first of them stands.
fn together(order: &[usize], groups: &[Option<(usize, bool)>]) -> Vec<usize> {
    let group = |at: usize| groups.get(at).copied().flatten().map(|(number, _)| number);
    let mut placed = HashSet::new();
    let mut together = Vec::with_capacity(order.len());
    for &at in order {
        match group(at) {
            None => together.push(at),
            Some(number) if placed.insert(number) => {
                together.extend(order.iter().filter(|other| group(**other) == Some(number)));
            }
            Some(_) => {}
        }
    }
    together
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn groups_stand_where_their_first_member_does() {
        let groups = [
            Some((0, false)),
            None,
            Some((0, true)),
            Some((1, false)),
            Some((1, true)),
        ];
        assert_eq!(together(&[2, 1, 4, 0, 3], &groups), [2, 0, 1, 4, 3]);
    }
}
