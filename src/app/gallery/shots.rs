//! Raw and JPEG of one shot: one frame, unless the user takes them apart.

use super::event::Event;
use super::files::{add_shots, name_of, read_anew};
use super::frame::{Frame, FrameId};
use super::ranking::Decision;
use super::selection::{select, set_reference};
use super::state::State;
use crate::app::context::Context;
use crate::app::scoring::Command as Scoring;
use bpclip_core::image::{Shot, could_be_one_shot, shots};
use bpclip_core::inspect::worker::Source;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Takes all shots of the list apart, or brings them together, as the settings say and where they are
/// not so yet.
pub fn arrange(state: &mut State, cx: &mut Context) {
    if !cx.settings.shots_as_one {
        return take_apart(state, cx);
    }
    let files = state.frames.iter().flat_map(Frame::files);
    let files: Vec<PathBuf> = files.map(Path::to_owned).collect();
    let companions = |frame: &Frame| Some((frame.path()?.to_owned(), frame.companions.len()));
    let now: HashMap<PathBuf, usize> = state.frames.iter().filter_map(companions).collect();
    cx.background.run(move |background| {
        let mut shots = shots(files);
        shots.retain(|shot| now.get(&shot.picture) != Some(&shot.companions.len()));
        if !shots.is_empty() {
            background.tell(Event::Found {
                shots,
                as_reference: false,
            });
        }
    });
}

/// A picture has appeared in a folder: alone, or beside another file of its shot.
pub fn appeared(state: &mut State, path: PathBuf, cx: &mut Context) {
    let files = state.frames.iter().flat_map(Frame::files);
    let alike = files.filter(|file| could_be_one_shot(file, &path));
    let mut files: Vec<PathBuf> = alike.map(Path::to_owned).collect();
    if files.is_empty() {
        return add_shots(state, vec![path.into()], false, cx);
    }
    files.push(path);
    // What they are is in the files.
    cx.background.run(move |background| {
        background.tell(Event::Found {
            shots: shots(files),
            as_reference: false,
        });
    });
}

/// Makes one frame of those that files of a shot have. That of the file that is scored stays, or the
/// first, which then shows it; it has the first decision that was made on any. The others are to be taken
/// off.
pub fn join(
    state: &mut State,
    shot: Shot,
    there: &[FrameId],
    cx: &mut Context,
) -> HashSet<FrameId> {
    let frames = || there.iter().filter_map(|id| state.frame(*id));
    let scored = frames().find(|frame| frame.path() == Some(&shot.picture));
    let Some(stays) = scored.or(frames().next()).map(|frame| frame.id) else {
        return HashSet::new();
    };
    let decided = frames().map(Frame::decision);
    let decision = decided
        .into_iter()
        .find(|decision| *decision != Decision::default());
    let others = there.iter().copied().filter(|id| *id != stays);
    let gone: HashSet<FrameId> = others.collect();
    if let Some(frame) = state.frame_mut(stays) {
        if frame.decision() == Decision::default() {
            frame.decide(decision.unwrap_or_default());
        }
        frame.companions = shot.companions;
        if frame.path() != Some(&shot.picture) {
            show(state, stays, shot.picture, cx);
        }
    }
    let of_gone = |id: Option<FrameId>| id.is_some_and(|id| gone.contains(&id));
    if of_gone(state.selected) {
        select(state, stays, cx);
    }
    if of_gone(state.reference) {
        set_reference(state, Some(stays), cx);
    }
    if of_gone(state.other) {
        state.other = Some(stays);
    }
    gone
}

/// Every file of a shot becomes a frame of its own, with what was decided on the shot.
fn take_apart(state: &mut State, cx: &mut Context) {
    let shots = state.frames.iter_mut();
    let apart: Vec<_> = shots
        .flat_map(|frame| {
            let decision = frame.decision();
            let companions = std::mem::take(&mut frame.companions);
            companions.into_iter().map(move |path| (path, decision))
        })
        .collect();
    if apart.is_empty() {
        return;
    }
    for (path, decision) in apart {
        let name = name_of(&path);
        let frame = state.push(Source::File(path), name);
        frame.decide(decision);
        let asked = (frame.version(), frame.source.clone());
        cx.textures.ask_thumbnails([asked]);
    }
    state.list_changed();
    cx.then(Scoring::ScoreNew);
}

/// The file that a frame shows is gone, and others of its shot are not: the next is shown. False
/// where there is none.
pub fn show_next(state: &mut State, id: FrameId, cx: &mut Context) -> bool {
    let Some(frame) = state
        .frame_mut(id)
        .filter(|frame| !frame.companions.is_empty())
    else {
        return false;
    };
    let next = frame.companions.remove(0);
    show(state, id, next, cx);
    true
}

/// A frame shows another file.
fn show(state: &mut State, id: FrameId, path: PathBuf, cx: &mut Context) {
    if let Some(frame) = state.frame_mut(id) {
        frame.name = name_of(&path);
        frame.source = Source::File(path);
        read_anew(state, id, cx);
    }
}
