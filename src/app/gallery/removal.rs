//! Frames that are taken off the list, and brought back.

use super::frame::FrameId;
use super::history::{Deed, Removed};
use super::selection::{select, set_reference};
use super::shots;
use super::state::State;
use super::survey;
use crate::app::context::Context;
use crate::app::scoring::{Command as Scoring, Scored};
use bpclip_core::model::Task;
use std::collections::HashSet;

/// Takes frames off the list, to be brought back by an undo.
pub fn remove(state: &mut State, gone: &HashSet<FrameId>, cx: &mut Context) {
    if let Some(removed) = take_off(state, gone, cx) {
        state.history.did(Deed::Removed(removed));
    }
}

/// Takes frames off the list; hands out what was taken, and where it stood.
pub(super) fn take_off(
    state: &mut State,
    gone: &HashSet<FrameId>,
    cx: &mut Context,
) -> Option<Removed> {
    let in_survey = survey::neighbour(state, |id| !gone.contains(&id));
    let next = in_survey.or_else(|| neighbour(state, gone));
    let mut removed = Vec::new();
    let mut kept = Vec::new();
    let mut requests = Vec::new();
    for (at, mut frame) in std::mem::take(&mut state.frames).into_iter().enumerate() {
        if !gone.contains(&frame.id) {
            kept.push(frame);
            continue;
        }
        for task in [Task::NoReference, Task::FullReference] {
            let scored = frame.scored_mut(task);
            if let Some(request) = scored.request() {
                requests.push(request);
                *scored = Scored::Unasked;
            }
        }
        removed.push((at, frame));
    }
    state.frames = kept;
    if removed.is_empty() {
        return None;
    }
    cx.then(Scoring::Withdraw(requests));
    state.beside.retain(|id| !gone.contains(id));
    state.list_changed();
    if state.reference.is_some_and(|id| gone.contains(&id)) {
        set_reference(state, None, cx);
    }
    if state.other.is_some_and(|id| gone.contains(&id)) {
        state.other = None;
    }
    if state.selected.is_some_and(|id| gone.contains(&id)) {
        state.selected = None;
        match next {
            Some(next) => select(state, next, cx),
            None => cx.then(Scoring::LookAtSelected),
        }
    }
    if state.frames.is_empty() {
        state.home = None;
        for folder in std::mem::take(&mut state.watched) {
            cx.watch.close(folder);
        }
    }
    Some(removed)
}

/// The frame to look at when the selected one goes: the next in order that stays, else the one
/// before.
pub(super) fn neighbour(state: &State, gone: &HashSet<FrameId>) -> Option<FrameId> {
    let order: Vec<FrameId> = state.shown().map(|frame| frame.id).collect();
    let selected = state.selected?;
    let at = order.iter().position(|id| *id == selected)?;
    let (before, after) = order.split_at(at);
    let stays = |id: &&FrameId| !gone.contains(id);
    let next = after.iter().find(stays);
    next.or_else(|| before.iter().rev().find(stays)).copied()
}

/// Brings back what was taken off.
pub(super) fn bring_back(state: &mut State, removed: Removed, cx: &mut Context) {
    let first = removed.first().map(|(_, frame)| frame.id);
    for (at, frame) in removed {
        let at = at.min(state.frames.len());
        state.frames.insert(at, frame);
    }
    state.list_changed();
    if let Some(first) = first {
        select(state, first, cx);
    }
    // They may have been taken apart or brought together since.
    shots::arrange(state, cx);
    cx.then(Scoring::ScoreNew);
    cx.then(Scoring::ScoreAgainstReference);
}
