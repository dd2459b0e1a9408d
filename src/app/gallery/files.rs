//! Frames that come, and files that change and go.

use super::frame::{Frame, FrameId};
use super::removal::take_off;
use super::selection::{select, set_reference};
use super::shots;
use super::state::State;
use super::view;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::pictures::{Thumbnail, Version};
use crate::app::quality_map::Command as QualityMap;
use crate::app::scoring::{Command as Scoring, Scored};
use bpclip_core::image::{Moment, Picture, Shot};
use bpclip_core::inspect::worker::Source;
use std::collections::{HashMap, HashSet};
use std::iter::repeat;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Adds shots to the list, as one frame each or, if the settings say so, a frame a file; those that
/// are in it already are looked at again if they were broken.
pub fn add_shots(state: &mut State, shots: Vec<Shot>, as_reference: bool, cx: &mut Context) {
    let shots = match cx.settings.shots_as_one {
        true => shots,
        false => {
            let files = shots.iter().flat_map(Shot::files);
            files.map(|file| file.to_owned().into()).collect()
        }
    };
    let files = state
        .frames
        .iter()
        .flat_map(|f| f.files().zip(repeat(f.id)));
    let known: HashMap<PathBuf, FrameId> = files.map(|(file, id)| (file.into(), id)).collect();
    let mut first = None;
    let (mut asked, mut recalled, mut gone) = (Vec::new(), Vec::new(), HashSet::new());
    for shot in shots {
        let there = shot.files().filter_map(|file| known.get(file).copied());
        let mut there: Vec<FrameId> = there.collect();
        there.dedup();
        match there[..] {
            [] => {
                let name = name_of(&shot.picture);
                let frame = state.push(Source::File(shot.picture), name);
                frame.companions = shot.companions;
                recalled.extend(frame.files().map(|file| (frame.id, file.to_owned())));
                first = first.or(Some(frame.id));
                asked.push((frame.version(), frame.source.clone()));
            }
            [id, ..] => {
                first = first.or(Some(id));
                if state.frame(id).is_some_and(|frame| frame.broken.is_some()) {
                    file_changed(state, &shot.picture, cx);
                }
                if !shot.companions.is_empty() {
                    gone.extend(shots::join(state, shot, &there, cx));
                }
            }
        }
    }
    // Before what takes time is asked for.
    cx.library.recall(recalled);
    cx.textures.ask_thumbnails(asked);
    // Not to be brought back: their files are in the list.
    let _ = take_off(state, &gone, cx);
    state.list_changed();
    view::select_wanted(state, cx);
    // It may have become one with another.
    if let Some(first) = first.filter(|id| state.frame(*id).is_some()) {
        if as_reference {
            set_reference(state, Some(first), cx);
        }
        if state.selected.is_none() {
            select(state, first, cx);
        }
    }
    cx.then(Scoring::ScoreNew);
}

/// What a file is called.
pub fn name_of(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.display().to_string(),
    }
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
            let taken = thumbnail.exif.as_ref().and_then(|exif| exif.taken.as_ref());
            frame.taken = taken.map(Moment::time);
            frame.exif = thumbnail.exif;
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
    if let Some(id) = state.find(path) {
        read_anew(state, id, cx);
    }
}

/// Reads and scores the file of a frame, which may be another one than before.
pub fn read_anew(state: &mut State, id: FrameId, cx: &mut Context) {
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

/// A file is gone. Its frame stays, and shows another file of the shot or says so.
pub fn file_vanished(state: &mut State, path: &Path, cx: &mut Context) {
    for frame in &mut state.frames {
        frame.companions.retain(|companion| companion != path);
    }
    state.order_changed(false);
    let Some(id) = state.find(path) else { return };
    let name = name_of(path);
    if shots::show_next(state, id, cx) {
        let next = state.frame(id).map_or("", |frame| &frame.name);
        let said = format!("{name} is gone from its folder; {next} of the same shot is shown");
        cx.say(Tone::Plain, said);
    } else if let Some(frame) = state.frame_mut(id) {
        frame.broken = Some("the file is gone".into());
        let said = format!("{name} is gone from its folder; its score stays in the list");
        cx.say(Tone::Plain, said);
    }
}
