//! Scores that were kept from an earlier start: what was computed once is not computed again.

use super::rated::Scored;
use super::requests;
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery::{self, Frame, FrameId};
use crate::app::library;
use bpclip_core::model::Task;
use bpclip_library::Score;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A version of a frame.
type Version = (FrameId, u32);

/// Looks up the scores of frames that nobody has looked up, and says which have to wait for that. All
/// wait until it is known who scores.
pub fn look_up(state: &mut State, gallery: &gallery::State, cx: &Context) -> HashSet<FrameId> {
    if !cx.library.is_on() {
        return HashSet::new();
    }
    let unasked =
        |frame: &&Frame| frame.broken.is_none() && matches!(frame.quality, Scored::Unasked);
    let frames = gallery.frames.iter().filter(unasked);
    let Some(model) = state.machine.network(Task::NoReference) else {
        return frames.map(|frame| frame.id).collect();
    };
    let Some(scorer) = library::scorer(model) else {
        return HashSet::new();
    };
    let lookup = &mut state.lookup;
    if lookup.scorer.as_ref() != Some(&scorer) {
        *lookup = Default::default();
        lookup.scorer = Some(scorer.clone());
    }
    let mut asked: Vec<(FrameId, u32, PathBuf)> = Vec::new();
    let mut waiting = HashSet::new();
    for frame in frames {
        let version: Version = (frame.id, frame.revision);
        let Some(path) = frame.path().filter(|_| !lookup.known.contains(&version)) else {
            continue;
        };
        waiting.insert(frame.id);
        if lookup.asked.insert(version) {
            asked.push((frame.id, frame.revision, path.to_owned()));
        }
    }
    cx.library.scores(&scorer, &asked);
    waiting
}

/// A frame is to be scored, whatever is kept of it.
pub fn afresh(state: &mut State, gallery: &gallery::State, id: FrameId) {
    if let Some(frame) = gallery.frame(id) {
        let version = (frame.id, frame.revision);
        state.lookup.asked.remove(&version);
        state.lookup.known.insert(version);
    }
}

/// What was looked up. What is not kept is computed.
pub fn recalled(
    state: &mut State,
    gallery: &mut gallery::State,
    scorer: &str,
    found: Vec<(FrameId, u32, Option<Score>)>,
    cx: &mut Context,
) {
    let model = state.machine.network(Task::NoReference).cloned();
    let Some(model) = model.filter(|_| state.lookup.scorer.as_deref() == Some(scorer)) else {
        return;
    };
    for (id, revision, score) in found {
        // It is scored afresh, or scoring was cancelled.
        if !state.lookup.asked.remove(&(id, revision)) {
            continue;
        }
        state.lookup.known.insert((id, revision));
        let rated = score.and_then(|score| library::rated(score, &model));
        if let Some(rated) = rated
            && let Some(frame) = gallery.frame_mut(id)
            && frame.revision == revision
            && matches!(frame.quality, Scored::Unasked)
        {
            frame.quality = Scored::Done(Arc::new(rated));
        }
    }
    gallery.order_changed(false);
    requests::score_new(state, gallery, cx);
}
