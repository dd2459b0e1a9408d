//! What the worker is asked for, and what is not wanted any more.

use super::lookup;
use super::rated::Scored;
use super::state::{Ended, Progress, Purpose, State};
use crate::app::context::Context;
use crate::app::gallery::{self, Frame, FrameId};
use crate::app::log::Tone;
use bpclip_core::inspect::worker::{Request, RequestId, ScoreRequest};
use bpclip_core::model::Task;
use std::collections::HashSet;
use std::time::Instant;

/// A request for a purpose. The reference is named for a full-reference score.
fn request(
    state: &mut State,
    gallery: &gallery::State,
    purpose: Purpose,
    cx: &mut Context,
) -> Option<ScoreRequest> {
    let source = gallery.frame(purpose.frame)?.source.clone();
    let reference = match purpose.task {
        Task::NoReference => None,
        Task::FullReference => Some(gallery.reference()?.source.clone()),
    };
    let id = cx.worker.next_id();
    state.asked.insert(id, purpose);
    Some(ScoreRequest {
        id,
        source,
        reference,
        detailed: purpose.detailed,
    })
}

/// Asks for the score of every frame that has none and was not asked for.
pub fn score_new(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    let waiting = lookup::look_up(state, gallery, cx);
    let unasked =
        |frame: &Frame| matches!(frame.quality, Scored::Unasked) && !waiting.contains(&frame.id);
    score_then(state, gallery, Task::NoReference, unasked, cx);
}

/// Asks for the full-reference score of every frame of the reference's size.
pub fn score_against_reference(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    let Some(reference) = gallery.reference() else {
        return;
    };
    let (id, size) = (reference.id, reference.size);
    if size.is_none() {
        return;
    }
    let wanted = |frame: &Frame| {
        matches!(frame.likeness, Scored::Unasked) && frame.id != id && frame.size == size
    };
    score_then(state, gallery, Task::FullReference, wanted, cx);
}

/// Asks for scores when there is time.
fn score_then(
    state: &mut State,
    gallery: &mut gallery::State,
    task: Task,
    wanted: impl Fn(&Frame) -> bool,
    cx: &mut Context,
) {
    let frames: Vec<(FrameId, u32)> = gallery
        .frames
        .iter()
        .filter(|frame| frame.broken.is_none() && wanted(frame))
        .map(|frame| (frame.id, frame.revision))
        .collect();
    let mut asked = Vec::with_capacity(frames.len());
    for (frame, revision) in frames {
        let purpose = Purpose {
            frame,
            revision,
            task,
            detailed: false,
            self_check: false,
        };
        let Some(request) = request(state, gallery, purpose, cx) else {
            continue;
        };
        if let Some(frame) = gallery.frame_mut(frame) {
            *frame.scored_mut(task) = Scored::Waiting(request.id);
        }
        asked.push(request);
    }
    if !asked.is_empty() {
        cx.worker.ask(Request::Then(asked));
        sooner(gallery, cx);
        count(state, gallery);
    }
}

/// What is in sight goes before the rest.
pub fn sooner(gallery: &gallery::State, cx: &Context) {
    let in_sight = gallery.in_sight.iter().filter_map(|id| gallery.frame(*id));
    let requests = in_sight.flat_map(|frame| [frame.quality.request(), frame.likeness.request()]);
    let requests: HashSet<RequestId> = requests.flatten().collect();
    if !requests.is_empty() {
        cx.worker.ask(Request::Sooner(requests));
    }
}

/// Asks for all about the selected frame, before everything else.
pub fn look_at_selected(state: &mut State, gallery: &gallery::State, cx: &mut Context) {
    // What the user looked at before is not wanted any more, unless it has begun.
    for id in std::mem::take(&mut state.first) {
        if state.running != Some(id) {
            state.asked.remove(&id);
        }
    }
    let mut asked = Vec::new();
    for (frame, task) in looked_at(state, gallery) {
        let purpose = Purpose {
            frame: frame.id,
            revision: frame.revision,
            task,
            detailed: true,
            self_check: false,
        };
        let there = state.details.get(frame, task).is_some();
        let runs = state.running.and_then(|id| state.asked.get(&id));
        if !there && runs != Some(&purpose) {
            asked.extend(request(state, gallery, purpose, cx));
        }
    }
    if let Some(reference) = gallery.reference()
        && matches!(state.self_check, Scored::Unasked | Scored::Waiting(_))
    {
        let purpose = Purpose {
            frame: reference.id,
            revision: reference.revision,
            task: Task::FullReference,
            detailed: false,
            self_check: true,
        };
        if let Some(request) = request(state, gallery, purpose, cx) {
            state.self_check = Scored::Waiting(request.id);
            asked.push(request);
        }
    }
    state.first = asked.iter().map(|request| request.id).collect();
    cx.worker.ask(Request::First(asked));
}

/// What is looked at with maps, the most wanted first: the selected frame through both networks,
/// and the one beside it.
fn looked_at<'a>(state: &State, gallery: &'a gallery::State) -> Vec<(&'a Frame, Task)> {
    let mut looked_at = Vec::new();
    if let Some(frame) = gallery.selected() {
        looked_at.push((frame, Task::NoReference));
        if gallery.reference.is_some_and(|id| id != frame.id) {
            looked_at.push((frame, Task::FullReference));
        }
        if state.active_task == Task::FullReference {
            looked_at.reverse();
        }
    }
    let second = gallery.second();
    looked_at.extend(second.map(|frame| (frame, Task::NoReference)));
    looked_at.retain(|(frame, _)| frame.broken.is_none());
    looked_at
}

/// These are not wanted any more.
pub fn withdraw(
    state: &mut State,
    gallery: &gallery::State,
    ids: Vec<RequestId>,
    cx: &mut Context,
) {
    if ids.is_empty() {
        return;
    }
    for id in &ids {
        state.asked.remove(id);
    }
    cx.worker.ask(Request::Withdraw(ids));
    count(state, gallery);
}

/// Stops scoring; what is scored stays.
pub fn cancel(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    let looked_up = std::mem::take(&mut state.lookup.asked);
    if state.progress.left == 0 && looked_up.is_empty() {
        return;
    }
    state.lookup.known.extend(looked_up);
    state.progress = Progress::default();
    forget(state, gallery);
    cx.worker.ask(Request::Cancel);
    cx.say(Tone::Plain, "Scoring was cancelled; F5 scores the rest");
    look_at_selected(state, gallery, cx);
}

/// Scores what has no score, and what failed for a reason that may have gone.
pub fn score_rest(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    for frame in &mut gallery.frames {
        for task in [Task::NoReference, Task::FullReference] {
            let scored = frame.scored_mut(task);
            if matches!(scored, Scored::Failed(_)) {
                *scored = Scored::Unasked;
            }
        }
    }
    score_new(state, gallery, cx);
    score_against_reference(state, gallery, cx);
    look_at_selected(state, gallery, cx);
}

/// Asks again for all that was asked and is not answered.
pub fn start_over(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    forget(state, gallery);
    if state.self_check.request().is_some() {
        state.self_check = Scored::Unasked;
    }
    ask_all(state, gallery, cx);
}

/// Asks for all that is looked at, and all that has no score.
pub fn ask_all(state: &mut State, gallery: &mut gallery::State, cx: &mut Context) {
    look_at_selected(state, gallery, cx);
    score_new(state, gallery, cx);
    score_against_reference(state, gallery, cx);
}

/// Forgets what was asked, as the worker does.
pub fn forget(state: &mut State, gallery: &mut gallery::State) {
    state.asked.clear();
    state.first.clear();
    for frame in &mut gallery.frames {
        for task in [Task::NoReference, Task::FullReference] {
            let scored = frame.scored_mut(task);
            if scored.request().is_some() {
                *scored = Scored::Unasked;
            }
        }
    }
    count(state, gallery);
}

/// Counts what is still awaited.
pub fn count(state: &mut State, gallery: &gallery::State) {
    let waits = |scored: &Scored| usize::from(scored.request().is_some());
    let frames = gallery.frames.iter();
    let left = frames.map(|f| waits(&f.quality) + waits(&f.likeness)).sum();
    let progress = &mut state.progress;
    progress.left = left;
    if left > 0 {
        state.ended = None;
    }
    if left == 0 {
        if let Some(since) = progress.since.filter(|_| progress.done > 0) {
            state.ended = Some(Ended {
                done: progress.done,
                failed: progress.failed,
                seconds: since.elapsed().as_secs_f64(),
                at: Instant::now(),
            });
        }
        *progress = Progress::default();
    } else if progress.since.is_none() {
        progress.since = Some(Instant::now());
    }
}
