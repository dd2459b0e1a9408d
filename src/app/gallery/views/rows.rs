//! Where the lines of the list are: rows of frames, and headings above groups.

use super::row::HEIGHT;
use crate::app::gallery::State;
use eframe::egui::Rangef;

/// Height of a heading, in points.
const HEADING: f32 = 16.0;

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The heading of the group of this number.
    Heading(usize),
    /// The frame of this place in the order.
    Row(usize),
}

/// The lines of the list from the top down. Without groups none is laid out: a row's place follows from
/// its number.
pub enum Lines {
    /// So many rows, each so far below the one before.
    Even(usize, f32),
    /// Each line with where it begins, and where the last one ends.
    Uneven(Vec<(f32, Line)>, f32),
}

impl Lines {
    /// Those of a list, with so much room between two.
    pub fn of(state: &State, between: f32) -> Self {
        let count = state.order.len();
        if state.headings.is_empty() {
            return Self::Even(count, HEIGHT + between);
        }
        let mut lines = Vec::with_capacity(count + state.headings.len());
        let (mut top, mut last) = (0.0, None);
        for (row, at) in state.order.iter().enumerate() {
            let group = state.groups.get(*at).copied().flatten();
            let group = group.map(|(number, _)| number);
            if group != last
                && let Some(number) = group
            {
                lines.push((top, Line::Heading(number)));
                top += HEADING + between;
            }
            last = group;
            lines.push((top, Line::Row(row)));
            top += HEIGHT + between;
        }
        Self::Uneven(lines, top)
    }

    /// Of all of them together.
    pub fn height(&self) -> f32 {
        match self {
            Self::Even(count, step) => *count as f32 * step,
            Self::Uneven(_, end) => *end,
        }
    }

    /// Top and height of a row, its heading included where it is the first of its group.
    pub fn of_row(&self, row: usize) -> Option<(f32, f32)> {
        match self {
            Self::Even(count, step) => (row < *count).then_some((row as f32 * step, HEIGHT)),
            Self::Uneven(lines, _) => {
                let at = lines.iter().position(|(_, line)| *line == Line::Row(row))?;
                let (top, _) = lines.get(at)?;
                match at.checked_sub(1).and_then(|before| lines.get(before)) {
                    Some((above, Line::Heading(_))) => Some((*above, top + HEIGHT - above)),
                    _ => Some((*top, HEIGHT)),
                }
            }
        }
    }

    /// Top, height and what it is, of each line that is in sight.
    pub fn within(&self, sight: Rangef) -> Vec<(f32, f32, Line)> {
        match self {
            Self::Even(count, step) => {
                let first = (sight.min / step).floor().max(0.0) as usize;
                let end = ((sight.max / step).ceil().max(0.0) as usize).min(*count);
                let row = |row: usize| (row as f32 * step, HEIGHT, Line::Row(row));
                (first..end).map(row).collect()
            }
            Self::Uneven(lines, _) => {
                let first = lines.partition_point(|(top, _)| top + HEIGHT < sight.min);
                let rest = lines.iter().skip(first);
                let seen = rest.take_while(|(top, _)| *top <= sight.max);
                let height = |line: &Line| match line {
                    Line::Heading(_) => HEADING,
                    Line::Row(_) => HEIGHT,
                };
                seen.map(|(top, line)| (*top, height(line), *line))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::image::Picture;
    use bpclip_core::inspect::worker::Source;
    use std::sync::Arc;

    fn list(groups: &[Option<usize>]) -> State {
        let mut state = State::default();
        for _ in groups {
            let picture = Picture {
                width: 1,
                height: 1,
                rgb: vec![0; 3],
                notes: Vec::new(),
            };
            state.push(Source::Memory(Arc::new(picture)), "a".into());
        }
        state.order = (0..groups.len()).collect();
        state.groups = groups
            .iter()
            .map(|group| group.map(|n| (n, false)))
            .collect();
        let count = groups.iter().flatten().max().map_or(0, |last| last + 1);
        state.headings = vec!["a group".into(); count];
        state
    }

    #[test]
    fn rows_without_groups_stand_one_below_the_other() {
        let lines = Lines::of(&list(&[None; 100]), 4.0);
        assert_eq!(lines.height(), 7200.0);
        assert_eq!(lines.of_row(3), Some((216.0, 68.0)));
        assert_eq!(lines.of_row(100), None);
        let seen = lines.within(Rangef::new(100.0, 230.0));
        let rows: Vec<_> = seen.iter().map(|(_, _, line)| *line).collect();
        assert_eq!(rows, [Line::Row(1), Line::Row(2), Line::Row(3)]);
        assert!(lines.within(Rangef::new(-50.0, 0.0)).is_empty());
    }

    #[test]
    fn groups_have_headings_and_what_is_in_sight_is_told() {
        let lines = Lines::of(&list(&[Some(1), Some(1), None, Some(0), Some(0)]), 4.0);
        // Two headings of 20 and five rows of 72.
        assert_eq!(lines.height(), 400.0);
        assert_eq!(lines.of_row(0), Some((0.0, 88.0)));
        assert_eq!(lines.of_row(1), Some((92.0, 68.0)));
        assert_eq!(lines.of_row(3), Some((236.0, 88.0)));
        let seen = lines.within(Rangef::new(160.0, 250.0));
        let told = [
            (92.0, 68.0, Line::Row(1)),
            (164.0, 68.0, Line::Row(2)),
            (236.0, 16.0, Line::Heading(0)),
        ];
        assert_eq!(seen, told);
        assert_eq!(lines.within(Rangef::new(0.0, 10.0))[0].2, Line::Heading(1));
    }
}
