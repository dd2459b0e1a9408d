//! What is decided on pictures: marks, stars, labels.

use super::command::{Change, Step};
use super::frame::FrameId;
use super::history::Deed;
use super::ranking::{Decision, Mark};
use super::selection;
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use std::time::Instant;

/// Decides on all that are selected, and goes on to the next one if that is wanted.
pub fn decide(state: &mut State, change: Change, cx: &mut Context) {
    let Some(first) = state.selected().map(super::Frame::decision) else {
        return;
    };
    let selected = state.decided_on();
    let decided = selected.iter().filter_map(|id| {
        let now = state.frame(*id)?.decision();
        Some((*id, change.apply(now, first)))
    });
    let decided: Vec<_> = decided.collect();
    let before = state.selected;
    set(state, &decided, cx);
    // Where the picture has gone from the list, the next one stands in its place already.
    if cx.settings.go_on && selected.len() == 1 && state.selected == before {
        selection::step(state, Step::Next, cx);
    }
    state.went_on = (state.selected != before).then(Instant::now);
}

/// Marks one frame, selected or not.
pub fn mark(state: &mut State, id: FrameId, mark: Option<Mark>, cx: &mut Context) {
    if let Some(frame) = state.frame(id) {
        let decision = Decision {
            mark,
            ..frame.decision()
        };
        set(state, &[(id, decision)], cx);
    }
}

/// Marks several frames, in one step.
pub fn mark_each(state: &mut State, marks: &[(FrameId, Mark)], cx: &mut Context) {
    let decided = marks.iter().filter_map(|(id, mark)| {
        let decision = Decision {
            mark: Some(*mark),
            ..state.frame(*id)?.decision()
        };
        Some((*id, decision))
    });
    let decided: Vec<_> = decided.collect();
    set(state, &decided, cx);
    let count = |wanted: Mark| marks.iter().filter(|(_, mark)| *mark == wanted).count();
    let (kept, rejected) = (count(Mark::Keep), count(Mark::Reject));
    cx.say(Tone::Plain, format!("{kept} kept, {rejected} rejected"));
}

/// Decides, to be taken back by an undo.
fn set(state: &mut State, decided: &[(FrameId, Decision)], cx: &mut Context) {
    let changed = decided.iter().filter_map(|(id, after)| {
        let before = state.frame(*id)?.decision();
        (before != *after).then_some((*id, before, *after))
    });
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        return;
    }
    let decided: Vec<_> = changed.iter().map(|(id, _, after)| (*id, *after)).collect();
    state.history.did(Deed::Decided(changed));
    put(state, &decided, cx);
    state.leave_out_decided();
    selection::stay_in_sight(state, cx);
}

/// Puts decisions in their places, and keeps them.
pub(super) fn put(state: &mut State, decided: &[(FrameId, Decision)], cx: &mut Context) {
    let mut kept = Vec::new();
    for (id, decision) in decided {
        if let Some(frame) = state.frame_mut(*id) {
            frame.decide(*decision);
            frame.decided = true;
            kept.extend(frame.files().map(|path| (path.to_owned(), *decision)));
        }
    }
    cx.library.decide(kept);
}

/// What was decided earlier, or by another program. What was decided since counts more.
pub fn recalled(state: &mut State, decisions: Vec<(FrameId, Decision)>) {
    for (id, decision) in decisions {
        if let Some(frame) = state.frame_mut(id)
            && !frame.decided
        {
            frame.decide(decision);
        }
    }
    if state.filter.is_about_decisions() {
        state.order_changed(true);
    }
}
