//! What the worker's answers change.

use super::rated::{Rated, Scored};
use super::requests;
use super::state::State;
use crate::app::context::Context;
use crate::app::{gallery, library};
use bpclip_core::inspect::worker::{Answer, RequestId};
use std::sync::Arc;

/// Work on a request has begun.
pub fn begun(state: &mut State, gallery: &mut gallery::State, id: RequestId) {
    state.running = Some(id);
    if let Some(purpose) = state.asked.get(&id).copied()
        && let Some(frame) = gallery.frame_mut(purpose.frame)
        && !purpose.self_check
    {
        let scored = frame.scored_mut(purpose.task);
        if scored.request() == Some(id) {
            *scored = Scored::Running(id);
        }
    }
}

/// An answer has come.
pub fn done(
    state: &mut State,
    gallery: &mut gallery::State,
    id: RequestId,
    answer: Result<Answer, String>,
    cx: &mut Context,
) {
    if state.running == Some(id) {
        state.running = None;
    }
    // Nobody wants it any more.
    let Some(purpose) = state.asked.remove(&id) else {
        return;
    };
    let (scored, detail) = match answer {
        Ok(answer) => {
            let (rated, detail) = Rated::new(answer);
            (Scored::Done(Arc::new(rated)), detail)
        }
        Err(reason) => (Scored::Failed(reason), None),
    };
    if purpose.self_check {
        state.self_check = scored;
        return;
    }
    let Some(frame) = gallery.frame_mut(purpose.frame) else {
        return;
    };
    if frame.revision != purpose.revision {
        return;
    }
    let failed = matches!(scored, Scored::Failed(_));
    if let (Scored::Done(rated), None) = (&scored, frame.scored(purpose.task).rated()) {
        keep(frame, rated, cx);
    }
    let place = frame.scored_mut(purpose.task);
    let counted = place.request().is_some();
    // The same score was waiting its turn among all others.
    let waited = place.request().filter(|waiting| *waiting != id);
    *place = scored;
    if let Some(detail) = detail {
        let (frame, revision) = (purpose.frame, purpose.revision);
        state.details.keep(frame, revision, purpose.task, detail);
    }
    if counted {
        state.progress.done += 1;
        state.progress.failed += usize::from(failed);
    }
    requests::withdraw(state, gallery, waited.into_iter().collect(), cx);
    requests::count(state, gallery);
    gallery.order_changed(false);
}

/// Keeps a score for the next start.
fn keep(frame: &gallery::Frame, rated: &Rated, cx: &Context) {
    if let Some(path) = frame.path()
        && let Some(scorer) = library::scorer(&rated.model)
        && let Some(score) = library::kept_score(rated)
    {
        cx.library.keep_score(scorer, path.to_owned(), score);
    }
}
