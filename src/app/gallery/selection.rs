//! Which frame is looked at, and what it is compared with.

use super::command::Step;
use super::frame::FrameId;
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::quality_map::Command as QualityMap;
use crate::app::scoring::{Command as Scoring, Scored};
use crate::app::viewer::Command as Viewer;

/// Looks at a frame.
pub fn select(state: &mut State, id: FrameId, cx: &mut Context) {
    if state.selected == Some(id) || state.frame(id).is_none() {
        return;
    }
    state.selected = Some(id);
    cx.then(Viewer::Selected);
    cx.then(Scoring::LookAtSelected);
}

/// Looks at another frame, in the filmstrip's order.
pub fn step(state: &mut State, step: Step, cx: &mut Context) {
    let order: Vec<FrameId> = state.shown().map(|frame| frame.id).collect();
    let at = state
        .selected
        .and_then(|selected| order.iter().position(|id| *id == selected));
    let last = order.len().saturating_sub(1);
    let to = match at {
        Some(at) => at.saturating_add_signed(step.by()).min(last),
        None => 0,
    };
    if let Some(id) = order.get(to) {
        select(state, *id, cx);
    }
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
