//! The filmstrip's order: worked out again when it does not hold any more.

use super::frame::{Frame, FrameId};
use super::ranking::{BestBy, Bursts, Entry, Group, Grouping, SortKey, best_of, rank};
use super::state::State;
use super::survey;
use crate::app::settings::Settings;
use bpclip_core::model::Task;
use bpclip_core::text::Adjective;
use bpclip_shoot::Taste;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// While scores stream in, the filmstrip is sorted no more often than this.
pub const SORT_PAUSE: Duration = Duration::from_millis(500);

/// And not before the user has let go of mouse and keys for so long.
pub const HOLD: Duration = Duration::from_secs(3);

/// What the filmstrip is sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sorting<'a> {
    pub key: SortKey,
    pub descending: bool,
    /// Whose scores count.
    pub task: Task,
    /// Those of the task's network.
    pub adjectives: &'a [Adjective],
    /// How bursts are found.
    pub bursts: Bursts,
    /// What the user keeps, where that was learned.
    pub taste: Option<&'a Taste>,
}

impl<'a> Sorting<'a> {
    /// As the settings say, by the scores of a task.
    pub fn new(
        settings: &Settings,
        (task, adjectives): (Task, &'a [Adjective]),
        taste: Option<&'a Taste>,
    ) -> Self {
        Self {
            key: settings.sort,
            descending: settings.descending,
            task,
            adjectives,
            bursts: settings.bursts,
            taste,
        }
    }

    /// How much a frame is to the user's taste.
    pub fn taste_of(&self, frame: &Frame) -> Option<f32> {
        self.taste?.value(&frame.quality.rated()?.sight())
    }

    /// Likewise, where anything goes by it: it is worked out anew for every frame.
    fn wanted_taste(&self, frame: &Frame) -> Option<f32> {
        let wanted = self.key == SortKey::Taste || self.bursts.best_by == BestBy::Taste;
        wanted.then(|| self.taste_of(frame)).flatten()
    }

    /// What is known of a frame, the one of this place.
    pub fn entry(&self, index: usize, frame: &'a Frame, title: &'a str) -> Entry<'a> {
        let path = frame.path().unwrap_or(Path::new(""));
        let rated = frame.scored(self.task).rated();
        Entry {
            modified: frame.modified,
            taken: frame.taken,
            exif: frame.exif.as_ref(),
            score: rated.map(|rated| 100.0 * rated.inspection.prediction.raw),
            dimensions: rated.map_or(&[], |rated| &rated.dimensions),
            similarities: rated.map_or(&[], |rated| &rated.mean),
            layout: frame.layout(),
            sharpness: frame.sharpness().map(|sharpness| sharpness.value),
            taste: self.wanted_taste(frame),
            decision: frame.decision(),
            unreadable: frame.broken.is_some(),
            ..Entry::new(index, title, path)
        }
    }
}

impl State {
    /// Works out the filmstrip's order, if it does not hold any more. Returns how long to wait
    /// where it is too early for that: rows that jump cannot be clicked, and who looks through
    /// pictures one by one must not lose his place.
    pub fn sort_if_stale(&mut self, sorting: Sorting<'_>) -> Option<Duration> {
        let at_once = self.stale?;
        let pause = SORT_PAUSE.saturating_sub(self.sorted_at.elapsed());
        let hold = HOLD.saturating_sub(self.touched.elapsed());
        let wait = pause.max(hold);
        if !at_once && !wait.is_zero() {
            return Some(wait);
        }
        self.stale = None;
        self.sorted_at = Instant::now();
        let titles: Vec<_> = self.frames.iter().map(Frame::title).collect();
        let mut entries: Vec<Entry<'_>> = self
            .frames
            .iter()
            .zip(&titles)
            .enumerate()
            .map(|(index, (frame, title))| sorting.entry(index, frame, title))
            .collect();
        // The best of nothing but bursts can be asked for without groups.
        let grouping = match self.grouping {
            Grouping::None if self.filter.best => Grouping::Bursts,
            grouping => grouping,
        };
        let found = grouping.groups(&entries, sorting.bursts);
        let groups = grouped(&found, &entries, sorting.bursts);
        for entry in &mut entries {
            entry.best = matches!(groups.get(entry.index), Some(Some((_, true))));
        }
        let mut order = rank(
            &entries,
            sorting.adjectives,
            sorting.key,
            sorting.descending,
            &self.filter,
        );
        if self.grouping != Grouping::None {
            order = together(&order, &groups);
        }
        let headings = found.iter().map(|group| group.heading(&entries)).collect();
        drop(entries);
        drop(titles);
        (self.groups, self.headings) = match self.grouping {
            Grouping::None => (vec![None; groups.len()], Vec::new()),
            _ => (groups, headings),
        };
        self.show(order);
        None
    }

    /// Shows frames in this order. If the one that is looked at is not among them, the next one
    /// that is comes in its place.
    pub(super) fn show(&mut self, order: Vec<usize>) {
        let before: Vec<FrameId> = self.shown().map(|frame| frame.id).collect();
        self.order = order;
        let shown: HashSet<FrameId> = self.shown().map(|frame| frame.id).collect();
        self.beside.retain(|id| shown.contains(id));
        let in_survey = survey::narrow(self, &shown);
        if self.selected.is_some_and(|id| shown.contains(&id)) {
            self.instead = None;
            return;
        }
        let at = before.iter().position(|id| Some(*id) == self.selected);
        let (earlier, later) = before.split_at(at.unwrap_or(before.len()));
        let stays = |id: &&FrameId| shown.contains(id);
        let next = later.iter().find(stays);
        let next = next.or_else(|| earlier.iter().rev().find(stays)).copied();
        let first = self.shown().next().map(|frame| frame.id);
        let instead = in_survey.or(next.filter(|_| at.is_some()));
        self.instead = Some(instead.or(first));
    }
}

/// The group of each entry, and whether it is its best.
fn grouped(groups: &[Group], entries: &[Entry<'_>], bursts: Bursts) -> Vec<Option<(usize, bool)>> {
    let mut grouped = vec![None; entries.len()];
    for (number, group) in groups.iter().enumerate() {
        let best = best_of(entries, group, bursts.best_by);
        for member in &group.members {
            if let Some(place) = grouped.get_mut(*member) {
                *place = Some((number, best.contains(member)));
            }
        }
    }
    grouped
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
    use super::*;

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
