//! Which frame is looked at, and what it is compared with.

use super::command::Step;
use super::frame::FrameId;
use super::state::State;
use super::survey;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::quality_map::Command as QualityMap;
use crate::app::scoring::{Command as Scoring, Scored};
use crate::app::sharpest::Command as Sharpest;
use crate::app::viewer::Command as Viewer;
use std::time::Duration;

/// Looks at what stands in the place of a frame that is not shown any more.
pub fn stay_in_sight(state: &mut State, cx: &mut Context) {
    match state.instead.take() {
        None => {}
        Some(Some(id)) => select(state, id, cx),
        Some(None) if state.selected.is_some() => {
            state.selected = None;
            cx.then(Viewer::Selected);
            cx.then(Scoring::LookAtSelected);
        }
        Some(None) => {}
    }
    survey::keep_focus(state);
}

/// Looks at a frame.
pub fn select(state: &mut State, id: FrameId, cx: &mut Context) {
    if state.selected == Some(id) || state.frame(id).is_none() {
        return;
    }
    state.beside = state.beside_in_survey(id);
    state.selected = Some(id);
    cx.then(Viewer::Selected);
    cx.then(Sharpest::Selected);
    cx.then(Scoring::LookAtSelected);
}

/// Within this time after a decision the step to the next frame belongs to it.
const ONE_BREATH: Duration = Duration::from_millis(400);

/// Looks at another frame, because the user asks for it. Who marks a picture and goes on in one breath
/// does not skip the next one where the mark has led on to it already.
pub fn step_asked_for(state: &mut State, to: Step, cx: &mut Context) {
    let led_on = state.went_on.take();
    let led_on = led_on.is_some_and(|at| at.elapsed() < ONE_BREATH);
    if !(led_on && to == Step::Next) {
        step(state, to, cx);
    }
}

/// Looks at another frame, in the filmstrip's order.
pub fn step(state: &mut State, step: Step, cx: &mut Context) {
    if survey::step(state, step, cx) {
        return;
    }
    state.beside.clear();
    if let Some(id) = reached(state, state.selected, step) {
        select(state, id, cx);
    }
}

/// The frame that a step from another one leads to.
fn reached(state: &State, from: Option<FrameId>, step: Step) -> Option<FrameId> {
    let order: Vec<FrameId> = state.shown().map(|frame| frame.id).collect();
    let at = from.and_then(|from| order.iter().position(|id| *id == from));
    let last = order.len().saturating_sub(1);
    let Some(at) = at else {
        return order.first().copied();
    };
    let to = match step {
        Step::NextGroup => next_group(state, at).unwrap_or(at),
        Step::PreviousGroup => match group_start(state, at) {
            start if start < at => start,
            start => group_start(state, start.saturating_sub(1)),
        },
        step => at.saturating_add_signed(step.by()).min(last),
    };
    order.get(to).copied()
}

/// The group of a row; a frame that is in none is one by itself.
fn group(state: &State, row: usize) -> Option<Result<usize, usize>> {
    let at = *state.order.get(row)?;
    let group = state.groups.get(at).copied().flatten();
    Some(group.map(|(number, _)| number).ok_or(at))
}

/// The first row of a row's group.
fn group_start(state: &State, row: usize) -> usize {
    let here = group(state, row);
    let same = |row: &usize| group(state, *row) == here;
    (0..=row).rev().take_while(same).last().unwrap_or(row)
}

/// The first row of the next group, if there is one.
fn next_group(state: &State, row: usize) -> Option<usize> {
    let here = group(state, row);
    (row + 1..state.order.len()).find(|row| group(state, *row) != here)
}

/// Selects all from the frame that is looked at to another one.
pub fn select_to(state: &mut State, id: FrameId, cx: &mut Context) {
    let order: Vec<FrameId> = state.shown().map(|frame| frame.id).collect();
    let at = |id: FrameId| order.iter().position(|other| *other == id);
    match (state.selected.and_then(at), at(id)) {
        (Some(from), Some(to)) => {
            let mut range = order
                .get(from.min(to)..=from.max(to))
                .unwrap_or_default()
                .to_vec();
            // The other end stands last: it is where a further step goes on.
            range.retain(|other| Some(*other) != state.selected && *other != id);
            if from != to {
                range.push(id);
            }
            state.beside = range;
        }
        _ => select(state, id, cx),
    }
}

/// Selects the next frame too, or one less on the way back.
pub fn extend(state: &mut State, step: Step, cx: &mut Context) {
    let end = state.beside.last().copied().or(state.selected);
    if let Some(id) = reached(state, end, step) {
        select_to(state, id, cx);
    }
}

/// Selects one more frame, or one less.
pub fn select_too(state: &mut State, id: FrameId, cx: &mut Context) {
    if state.selected == Some(id) {
        if let Some(other) = state.beside.pop() {
            let beside = std::mem::take(&mut state.beside);
            select(state, other, cx);
            state.beside = beside;
        }
    } else if state.beside.contains(&id) {
        state.beside.retain(|other| *other != id);
    } else if state.selected.is_none() {
        select(state, id, cx);
    } else {
        state.beside.push(id);
    }
}

/// Selects all that are shown.
pub fn select_all(state: &mut State) {
    let shown = state.shown().map(|frame| frame.id);
    state.beside = shown.filter(|id| Some(*id) != state.selected).collect();
}

/// Chooses the frame to compare with.
pub fn compare_with(state: &mut State, id: Option<FrameId>, cx: &mut Context) {
    state.other = id;
    cx.then(Viewer::Unflip);
    cx.then(Scoring::LookAtSelected);
    if let Some(frame) = id.and_then(|id| state.frame(id)) {
        let name = &frame.name;
        let said = format!("{name} is the second picture now: select another one");
        cx.say(Tone::Plain, said);
    }
}

/// Another reference, or none: nothing that was said against the old one holds any more.
pub fn set_reference(state: &mut State, reference: Option<FrameId>, cx: &mut Context) {
    let frame = reference.and_then(|id| state.frame(id));
    if let Some((frame, reason)) = frame.and_then(|frame| Some((frame, frame.broken.as_ref()?))) {
        let said = format!("{} cannot be the reference: {reason}", frame.name);
        cx.say(Tone::Bad, said);
        return;
    }
    for frame in &mut state.frames {
        frame.likeness = match &frame.broken {
            Some(reason) => Scored::Failed(reason.clone()),
            None => Scored::Unasked,
        };
    }
    state.reference = reference;
    state.order_changed(true);
    cx.then(QualityMap::ReferenceChanged);
    cx.then(Scoring::ReferenceChanged);
}
