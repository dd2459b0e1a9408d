//! What was decided and removed, to be taken back and done again.

use super::decisions;
use super::frame::{Frame, FrameId};
use super::ranking::Decision;
use super::removal;
use super::selection::select;
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::transfer::Command as Transfer;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Deeds that can be taken back.
const MOST: usize = 500;
/// Removed frames hold their scores: of these fewer are kept.
const MOST_REMOVALS: usize = 50;

/// What was removed together, and where it stood.
pub type Removed = Vec<(usize, Frame)>;

/// Something that was done.
#[derive(Debug)]
pub enum Deed {
    /// Decisions on frames: before and after.
    Decided(Vec<(FrameId, Decision, Decision)>),
    /// Frames were removed.
    Removed(Removed),
    /// Files were copied, moved or binned, as a log says.
    Transferred(PathBuf),
}

/// Something that was taken back.
#[derive(Debug)]
enum Undone {
    Decided(Vec<(FrameId, Decision, Decision)>),
    Removed(HashSet<FrameId>),
}

/// What was done, the last one last, and what was taken back of it.
#[derive(Debug, Default)]
pub struct History {
    done: Vec<Deed>,
    undone: Vec<Undone>,
}

impl History {
    /// Whether there is anything to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is anything to do again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Something new was done: what was taken back before cannot be done again.
    pub(super) fn did(&mut self, deed: Deed) {
        self.undone.clear();
        self.push(deed);
    }

    /// Files were copied, moved or binned, as a log says.
    pub fn transferred(&mut self, log: PathBuf) {
        self.did(Deed::Transferred(log));
    }

    /// What a log says was taken back.
    pub fn forget(&mut self, log: &Path) {
        let is = |deed: &Deed| matches!(deed, Deed::Transferred(other) if other == log);
        self.done.retain(|deed| !is(deed));
    }

    fn push(&mut self, deed: Deed) {
        self.done.push(deed);
        if self.done.len() > MOST {
            self.done.remove(0);
        }
        let removal = |deed: &Deed| matches!(deed, Deed::Removed(_));
        if self.done.iter().filter(|deed| removal(deed)).count() > MOST_REMOVALS
            && let Some(oldest) = self.done.iter().position(removal)
        {
            self.done.remove(oldest);
        }
    }
}

/// Takes back what was done last.
pub fn undo(state: &mut State, cx: &mut Context) {
    match state.history.done.pop() {
        None => cx.say(Tone::Plain, "Nothing to undo"),
        Some(Deed::Decided(changes)) => {
            let before: Vec<_> = changes.iter().map(|(id, now, _)| (*id, *now)).collect();
            state.history.undone.push(Undone::Decided(changes));
            show(state, &before, cx);
        }
        Some(Deed::Removed(removed)) => {
            let ids = removed.iter().map(|(_, frame)| frame.id).collect();
            state.history.undone.push(Undone::Removed(ids));
            removal::bring_back(state, removed, cx);
        }
        // Not to be done again without another look at what would happen.
        Some(Deed::Transferred(log)) => cx.then(Transfer::TakeBack(log)),
    }
}

/// Does again what was taken back last.
pub fn redo(state: &mut State, cx: &mut Context) {
    match state.history.undone.pop() {
        None => cx.say(Tone::Plain, "Nothing to do again"),
        Some(Undone::Decided(changes)) => {
            let after: Vec<_> = changes.iter().map(|(id, _, then)| (*id, *then)).collect();
            state.history.push(Deed::Decided(changes));
            show(state, &after, cx);
        }
        Some(Undone::Removed(ids)) => {
            if let Some(removed) = removal::take_off(state, &ids, cx) {
                state.history.push(Deed::Removed(removed));
            }
        }
    }
}

/// Decides as it was, and looks at the first of it.
fn show(state: &mut State, decided: &[(FrameId, Decision)], cx: &mut Context) {
    decisions::put(state, decided, cx);
    // What a filter had taken away stands in the list again.
    state.order_changed(true);
    if let Some((first, _)) = decided.first() {
        select(state, *first, cx);
    }
}
