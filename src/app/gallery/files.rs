//! Frames that come, and files that change and go.

use super::frame::{Frame, FrameId};
use super::selection::{select, set_reference};
use super::state::State;
use super::view;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::pictures::{Thumbnail, Version};
use crate::app::quality_map::Command as QualityMap;
use crate::app::scoring::{Command as Scoring, Scored};
use bpclip_core::image::Picture;
use bpclip_core::inspect::worker::Source;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Adds files to the list; those that are in it already are looked at again if they were broken.
pub fn add_files(state: &mut State, files: Vec<PathBuf>, as_reference: bool, cx: &mut Context) {
    let known: HashSet<&Path> = state.frames.iter().filter_map(Frame::path).collect();
    let (old, new): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| known.contains(file.as_path()));
    let mut first = old.first().and_then(|path| state.find(path));
    for path in old {
        let broken = |frame: &Frame| frame.broken.is_some();
        let id = state.find(&path);
        if id.and_then(|id| state.frame(id)).is_some_and(broken) {
            file_changed(state, &path, cx);
        }
    }
    let (mut asked, mut recalled) = (Vec::new(), Vec::new());
    for path in new {
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let frame = state.push(Source::File(path.clone()), name);
        recalled.push((frame.id, path));
        first = first.or(Some(frame.id));
        asked.push((frame.version(), frame.source.clone()));
    }
    // Before what takes time is asked for.
    cx.library.recall(recalled);
    cx.textures.ask_thumbnails(asked);
    state.list_changed();
    view::select_wanted(state, cx);
    if let Some(first) = first {
        if as_reference {
            set_reference(state, Some(first), cx);
        }
        if state.selected.is_none() {
            select(state, first, cx);
        }
    }
    cx.then(Scoring::ScoreNew);
}

/// Adds a picture that is in no file.
pub fn add_picture(state: &mut State, picture: Arc<Picture>, cx: &mut Context) {
    let pasted = |frame: &&Frame| frame.path().is_none();
    let count = state.frames.iter().filter(pasted).count();
    let frame = state.push(Source::Memory(picture), format!("Pasted {}", count + 1));
    let id = frame.id;
    cx.textures
        .ask_thumbnails([(frame.version(), frame.source.clone())]);
    state.list_changed();
    select(state, id, cx);
    cx.then(Scoring::ScoreNew);
}

/// A thumbnail was made, or could not be.
pub fn thumbnail_made(
    state: &mut State,
    version: Version,
    made: Result<Thumbnail, String>,
    cx: &mut Context,
) {
    let Some(frame) = state.frame_mut(FrameId(version.0)) else {
        return;
    };
    if frame.revision != version.1 {
        return;
    }
    match made {
        Ok(thumbnail) => {
            frame.size = Some(thumbnail.size);
            frame.modified = thumbnail.modified;
            frame.taken = thumbnail.taken;
            cx.then(Scoring::ScoreAgainstReference);
        }
        Err(reason) => {
            frame.broken = Some(reason.clone());
            let requests = [frame.quality.request(), frame.likeness.request()];
            frame.quality = Scored::Failed(reason.clone());
            frame.likeness = Scored::Failed(reason);
            cx.then(Scoring::Withdraw(requests.into_iter().flatten().collect()));
            if state.selected == Some(FrameId(version.0)) {
                cx.then(Scoring::LookAtSelected);
            }
        }
    }
    state.order_changed(false);
}

/// Reads and scores a frame again.
pub fn reread(state: &mut State, id: FrameId, cx: &mut Context) {
    let Some(frame) = state.frame_mut(id) else {
        return;
    };
    match frame.path().map(Path::to_owned) {
        // It is read again too: what was wrong with it may have been put right.
        Some(path) => {
            cx.then(Scoring::Afresh(id));
            file_changed(state, &path, cx);
        }
        None => {
            frame.quality = Scored::Unasked;
            cx.then(Scoring::ScoreNew);
        }
    }
}

/// A file has other content now.
pub fn file_changed(state: &mut State, path: &Path, cx: &mut Context) {
    let Some(id) = state.find(path) else { return };
    let Some(frame) = state.frame_mut(id) else {
        return;
    };
    frame.revision += 1;
    frame.broken = None;
    frame.size = None;
    let requests = [frame.quality.request(), frame.likeness.request()];
    (frame.quality, frame.likeness) = (Scored::Unasked, Scored::Unasked);
    let asked = (frame.version(), frame.source.clone());
    cx.then(Scoring::Withdraw(requests.into_iter().flatten().collect()));
    cx.textures.forget(id.0);
    cx.textures.ask_thumbnails([asked]);
    if state.reference == Some(id) {
        set_reference(state, Some(id), cx);
    }
    cx.then(Scoring::ScoreNew);
    if state.selected == Some(id) {
        cx.then(Scoring::LookAtSelected);
    }
    cx.then(QualityMap::FrameChanged(id));
}

/// A file is gone. Its frame stays, and says so.
pub fn file_vanished(state: &mut State, path: &Path, cx: &mut Context) {
    let Some(id) = state.find(path) else { return };
    if let Some(frame) = state.frame_mut(id) {
        frame.broken = Some("the file is gone".into());
        let name = &frame.name;
        let said = format!("{name} is gone from its folder; its score stays in the list");
        cx.say(Tone::Plain, said);
    }
}
