//! Keeping the best of each burst, and rejecting the rest.

use super::frame::{Frame, FrameId};
use super::order::Sorting;
use super::ranking::{Entry, GroupKind, Mark, bursts};
use super::state::State;

/// What keeping the best of each burst comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cull {
    /// Bursts in which something is decided.
    pub bursts: usize,
    /// Bursts with pictures whose value is not known yet: nothing is decided in them.
    pub waiting: usize,
    /// Exposure brackets, which are left alone.
    pub brackets: usize,
    /// The marks that are given.
    pub marks: Vec<(FrameId, Mark)>,
}

impl Cull {
    /// Keeps the best `count` of each burst among the frames that are shown, and rejects the others.
    /// What is marked stays so: a picture that was kept is one of those that are. What cannot be read
    /// is left alone.
    pub fn of(state: &State, sorting: &Sorting<'_>, count: usize) -> Self {
        let frames: Vec<&Frame> = state
            .shown()
            .filter(|frame| frame.broken.is_none())
            .collect();
        let entries: Vec<Entry<'_>> = frames
            .iter()
            .enumerate()
            .map(|(index, frame)| sorting.entry(index, frame, &frame.name))
            .collect();
        let mut cull = Self::default();
        for group in bursts(&entries, sorting.bursts) {
            if group.kind == GroupKind::Bracket {
                cull.brackets += 1;
                continue;
            }
            let members = group.members.iter();
            let valued: Option<Vec<(f32, usize)>> = members
                .map(|at| Some((sorting.bursts.best_by.value(entries.get(*at)?)?, *at)))
                .collect();
            let Some(mut valued) = valued else {
                cull.waiting += 1;
                continue;
            };
            // Of equals the one that was taken first.
            valued.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mark = |at: usize| frames.get(at).and_then(|frame| frame.mark);
            let kept = valued
                .iter()
                .filter(|(_, at)| mark(*at) == Some(Mark::Keep));
            let room = count.saturating_sub(kept.count());
            let unmarked = valued.iter().filter(|(_, at)| mark(*at).is_none());
            let given = unmarked.enumerate().filter_map(|(place, (_, at))| {
                let mark = if place < room {
                    Mark::Keep
                } else {
                    Mark::Reject
                };
                Some((frames.get(*at)?.id, mark))
            });
            let before = cull.marks.len();
            cull.marks.extend(given);
            cull.bursts += usize::from(cull.marks.len() > before);
        }
        cull
    }

    /// How many get this mark.
    pub fn count(&self, mark: Mark) -> usize {
        self.marks
            .iter()
            .filter(|(_, given)| *given == mark)
            .count()
    }
}
