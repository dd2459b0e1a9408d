//! What another device, network or reference makes of the scores.

use super::rated::Scored;
use super::requests;
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use crate::app::{quality_map, words};
use bpclip_core::device::DeviceChoice;
use bpclip_core::inspect::worker::{ModelInfo, Request, RequestId};
use bpclip_core::model::Task;
use std::path::PathBuf;
use std::sync::Arc;

/// Computes on another device.
pub fn use_device(
    state: &mut State,
    gallery: &mut gallery::State,
    choice: DeviceChoice,
    cx: &mut Context,
) {
    cx.settings.device = choice.clone();
    state.machine.chosen = choice.clone();
    let checkpoints = cx.settings.checkpoints.files();
    cx.worker.restart(choice, cx.settings.size, checkpoints);
    state.machine.preparing = None;
    state.running = None;
    requests::start_over(state, gallery, cx);
    cx.then(quality_map::Command::Restart);
}

/// Frames are compared with another reference, or with none.
pub fn reference_changed(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    let against = state
        .asked
        .iter()
        .filter(|(_, purpose)| purpose.task == Task::FullReference);
    let ids: Vec<RequestId> = against.map(|(id, _)| *id).collect();
    requests::withdraw(state, gallery, ids, cx);
    state.details.forget(Task::FullReference);
    state.self_check = Scored::Unasked;
    if gallery.reference.is_none() {
        state.active_task = Task::NoReference;
    }
    requests::look_at_selected(state, gallery, cx);
    requests::score_against_reference(state, gallery, cx);
    gallery.order_changed(true);
}

/// A network scores for its task from now on. Scores of another one are not kept beside its.
pub fn network_changed(
    state: &mut State,
    gallery: &mut gallery::State,
    model: Arc<ModelInfo>,
    cx: &mut Context,
) {
    let task = model.task();
    let place = match task {
        Task::NoReference => &mut state.machine.no_reference,
        Task::FullReference => &mut state.machine.full_reference,
    };
    let before = place.replace(Arc::clone(&model));
    if before.is_none() && task == Task::NoReference {
        // Now that it is known who scores, what is kept of its scores is known too.
        cx.then(super::Command::ScoreNew);
    }
    // Remembered only now: a file that is no checkpoint is not worth it.
    let chosen = |path: &std::path::PathBuf| model.file.as_ref() == Some(path);
    if model.file.is_some() {
        state.refused.clear();
    }
    if let Some(at) = state.chosen.iter().position(chosen) {
        *cx.settings.checkpoints.of(task) = Some(state.chosen.swap_remove(at));
    }
    gallery.order_changed(true);
    let before = before.as_deref();
    if before.is_none_or(|before| before.text != model.text) {
        cx.then(words::Command::Place);
    }
    // Tiles have a size of their own.
    let other = before.is_none_or(|before| {
        (&before.checkpoint, &before.metadata) != (&model.checkpoint, &model.metadata)
    });
    let same = before.is_none_or(|before| !other && before.size == model.size);
    if same {
        return;
    }
    let said = format!("Scoring again with {}", model.checkpoint);
    cx.say(Tone::Plain, said);
    requests::forget(state, gallery);
    cx.worker.ask(Request::Cancel);
    state.details.forget(task);
    for frame in &mut gallery.frames {
        if frame.broken.is_none() {
            *frame.scored_mut(task) = Scored::Unasked;
        }
    }
    if task == Task::FullReference {
        state.self_check = Scored::Unasked;
    }
    gallery.filter.problem = None;
    requests::ask_all(state, gallery, cx);
    // What was cancelled with all else begins anew.
    cx.then(quality_map::Command::NetworkChanged { task, other });
}

/// A checkpoint cannot be used. That stays in sight: scores come from another one.
pub fn refused(state: &mut State, path: PathBuf, why: &str, cx: &mut Context) {
    state.chosen.retain(|chosen| *chosen != path);
    cx.say(Tone::Bad, sentence(why));
    state.refused.retain(|(other, _)| *other != path);
    state.refused.push((path, why.to_owned()));
}
