//! The survey: up to nine frames beside each other, of which one has the focus, the one that is looked at.

use super::command::Step;
use super::frame::{Frame, FrameId};
use super::selection::select;
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use std::collections::HashSet;

/// Most frames that are shown at once; of more, those around the one in focus are.
pub const MOST: usize = 9;

/// The frames of a survey, in the filmstrip's order when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    all: Vec<FrameId>,
    /// Whether they are a burst, and not what was selected.
    of_burst: bool,
}

impl Survey {
    /// Of the several that are selected, else of the group of the one that is looked at; none where that is
    /// one alone.
    pub fn possible(state: &State) -> Option<Self> {
        let selected = state.all_selected();
        let of_burst = selected.len() < 2;
        let all = match (of_burst, state.selected) {
            (false, _) => selected,
            (true, Some(id)) => state.group_of(id).map(|group| burst(state, group))?,
            (true, None) => return None,
        };
        (all.len() > 1).then_some(Self { all, of_burst })
    }

    /// All frames, more perhaps than are shown.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    fn place(&self, id: FrameId) -> Option<usize> {
        self.all.iter().position(|other| *other == id)
    }

    /// Those that are shown while this one has the focus: nine by nine, the last nine full too.
    fn page(&self, focus: Option<FrameId>) -> &[FrameId] {
        let at = focus.and_then(|id| self.place(id)).unwrap_or(0);
        let last = self.all.len().saturating_sub(MOST);
        let start = (at / MOST * MOST).min(last);
        let end = (start + MOST).min(self.all.len());
        self.all.get(start..end).unwrap_or_default()
    }
}

impl State {
    /// The frames that a survey shows; none where there is no survey.
    pub fn surveyed(&self) -> Vec<&Frame> {
        let survey = self.survey.as_ref();
        let page = survey.map_or(&[][..], |survey| survey.page(self.selected));
        page.iter().filter_map(|id| self.frame(*id)).collect()
    }

    /// What a decision is on: in a survey the frame in focus alone, else all that are selected.
    pub fn decided_on(&self) -> Vec<FrameId> {
        match self.survey {
            Some(_) => self.selected.into_iter().collect(),
            None => self.all_selected(),
        }
    }

    /// What stays selected beside a frame that gets the focus: the others, where it was among them.
    pub(super) fn beside_in_survey(&self, id: FrameId) -> Vec<FrameId> {
        let all: Vec<FrameId> = self.selected.into_iter().chain(self.beside()).collect();
        if self.survey.is_none() || !all.contains(&id) {
            return Vec::new();
        }
        all.into_iter().filter(|other| *other != id).collect()
    }

    /// Whether a survey has this frame.
    pub(super) fn surveys(&self, id: FrameId) -> bool {
        let survey = self.survey.as_ref();
        survey.is_some_and(|survey| survey.place(id).is_some())
    }
}

/// The frames of a group, in the filmstrip's order.
fn burst(state: &State, group: usize) -> Vec<FrameId> {
    let shown = state.shown().map(|frame| frame.id);
    shown
        .filter(|id| state.group_of(*id) == Some(group))
        .collect()
}

/// Begins a survey, or ends it.
pub fn toggle(state: &mut State, cx: &mut Context) {
    if state.survey.take().is_some() {
        return;
    }
    state.survey = Survey::possible(state);
    if state.survey.is_none() {
        let said = "A survey shows 2 to 9 pictures beside each other: select them first (Shift or Ctrl \
                    and click in the list), or group bursts and look at one";
        cx.say(Tone::Plain, said);
    }
}

/// What is selected has changed: the survey is of that now.
pub fn selection_changed(state: &mut State) {
    if state.survey.is_some() {
        state.survey = Survey::possible(state);
    }
}

/// Moves the focus. False where there is no survey.
pub fn step(state: &mut State, step: Step, cx: &mut Context) -> bool {
    let Some(survey) = &state.survey else {
        return false;
    };
    if survey.of_burst && matches!(step, Step::NextGroup | Step::PreviousGroup) {
        other_burst(state, step, cx);
        return true;
    }
    let at = state.selected.and_then(|id| survey.place(id)).unwrap_or(0);
    let last = survey.all.len().saturating_sub(1);
    let by = match step {
        Step::NextGroup => MOST as isize,
        Step::PreviousGroup => -(MOST as isize),
        step => step.by(),
    };
    if let Some(id) = survey.all.get(at.saturating_add_signed(by).min(last)) {
        select(state, *id, cx);
    }
    true
}

/// Goes on to the next burst, or the one before, past frames that are in none.
fn other_burst(state: &mut State, step: Step, cx: &mut Context) {
    let mut shown: Vec<FrameId> = state.shown().map(|frame| frame.id).collect();
    if step == Step::PreviousGroup {
        shown.reverse();
    }
    let surveyed = state.survey.iter().flat_map(|survey| &survey.all);
    let surveyed: HashSet<&FrameId> = surveyed.collect();
    let last = shown.iter().rposition(|id| surveyed.contains(id));
    let beyond = last.map_or(0, |at| at + 1);
    let beyond = shown.get(beyond..).unwrap_or_default();
    // The frames of a burst stand together.
    let next = beyond.windows(2).find_map(|pair| {
        let mut groups = pair.iter().map(|id| state.group_of(*id));
        let group = groups.next()??;
        (groups.next() == Some(Some(group))).then_some(group)
    });
    let Some(all) = next.map(|group| burst(state, group)) else {
        return;
    };
    let first = all.first().copied();
    state.survey = Some(Survey {
        all,
        of_burst: true,
    });
    if let Some(first) = first {
        select(state, first, cx);
    }
}

/// Takes a frame out of the survey, and off what is selected.
pub fn take_out(state: &mut State, id: FrameId, cx: &mut Context) {
    let Some(survey) = &mut state.survey else {
        return;
    };
    let at = survey.place(id).unwrap_or(0);
    survey.all.retain(|other| *other != id);
    let next = survey.all.get(at).or(survey.all.last()).copied();
    if let Some(next) = next.filter(|_| state.selected == Some(id)) {
        select(state, next, cx);
    }
    state.beside.retain(|other| *other != id);
}

/// What the filmstrip does not show any more leaves the survey; one of less than two ends. Gives who has
/// the focus then; none where it is not in the survey.
pub fn narrow(state: &mut State, shown: &HashSet<FrameId>) -> Option<FrameId> {
    let next = neighbour(state, |id| shown.contains(&id));
    let mut survey = state.survey.take()?;
    survey.all.retain(|id| shown.contains(id));
    state.survey = Some(survey).filter(|survey| survey.all.len() > 1);
    next
}

/// A survey whose focus has gone elsewhere ends.
pub fn keep_focus(state: &mut State) {
    let has_focus = state.selected.is_some_and(|id| state.surveys(id));
    if !has_focus {
        state.survey = None;
    }
}

/// The frame of the survey that stays and is the one in focus, else the next, else the one before.
pub fn neighbour(state: &State, stays: impl Fn(FrameId) -> bool) -> Option<FrameId> {
    let survey = state.survey.as_ref()?;
    let at = survey.place(state.selected?)?;
    let (before, after) = survey.all.split_at(at);
    let mut nearest = after.iter().chain(before.iter().rev()).copied();
    nearest.find(|id| stays(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(count: u64) -> Survey {
        Survey {
            all: (0..count).map(FrameId).collect(),
            of_burst: false,
        }
    }

    #[test]
    fn nine_are_shown_at_once_and_the_last_nine_are_full() {
        let first = |count, focus| survey(count).page(Some(FrameId(focus)))[0].0;
        assert_eq!(survey(4).page(Some(FrameId(3))).len(), 4);
        assert_eq!(survey(25).page(Some(FrameId(24))).len(), 9);
        assert_eq!((first(25, 8), first(25, 9), first(25, 18)), (0, 9, 16));
        assert_eq!(survey(3).page(None).len(), 3);
    }
}
