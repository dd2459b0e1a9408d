//! Frames whose files were moved or put into the bin, and brought back.

use super::frame::{Frame, FrameId};
use super::removal::{bring_back, take_off};
use super::state::State;
use crate::app::context::Context;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Files are not where they were any more; a log says where they are. Frames go with what they show.
pub fn left(state: &mut State, log: &Path, files: &HashSet<PathBuf>, cx: &mut Context) {
    let gone = showing(state, files);
    if let Some(removed) = take_off(state, &gone, cx) {
        let known = state.transferred.entry(log.to_owned()).or_default();
        known.extend(removed);
    }
    for frame in &mut state.frames {
        frame.companions.retain(|file| !files.contains(file));
    }
}

/// Files are where they were again, and no longer in the places that a log had put them.
pub fn came_back(
    state: &mut State,
    log: &Path,
    (files, places): (&HashSet<PathBuf>, &HashSet<PathBuf>),
    cx: &mut Context,
) {
    // A folder that is open may have shown them there meanwhile.
    let there = showing(state, places);
    let _ = take_off(state, &there, cx);
    let Some(known) = state.transferred.remove(log) else {
        return;
    };
    let shows = |frame: &Frame| frame.path().is_some_and(|path| files.contains(path));
    let (back, still): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, frame)| shows(frame));
    if !still.is_empty() {
        state.transferred.insert(log.to_owned(), still);
    }
    let listed = |frame: &Frame| frame.path().is_some_and(|path| state.find(path).is_some());
    let back: Vec<_> = back
        .into_iter()
        .filter(|(_, frame)| !listed(frame))
        .collect();
    if !back.is_empty() {
        bring_back(state, back, cx);
    }
}

/// The frames that show one of these files.
fn showing(state: &State, files: &HashSet<PathBuf>) -> HashSet<FrameId> {
    let shows = |frame: &&Frame| frame.path().is_some_and(|path| files.contains(path));
    let frames = state.frames.iter().filter(shows);
    frames.map(|frame| frame.id).collect()
}
