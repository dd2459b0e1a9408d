//! What the quality maps do when they are asked to, and when the worker tells of tiles.

use super::command::Command;
use super::event::Event;
use super::map::QualityMap;
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery;
use crate::app::log::Tone;
use crate::app::viewer::{self, Overlay};
use bpclip_core::inspect::worker::{MapRequest, Request};
use bpclip_core::model::Task;
use std::time::Instant;

/// Maps that are kept.
const KEPT: usize = 12;

/// Carries out a command; `task` is that of the network that is shown, `overlay` what lies over
/// the picture.
pub fn handle(
    state: &mut State,
    gallery: &gallery::State,
    (task, overlay): (Task, Overlay),
    command: Command,
    cx: &mut Context,
) {
    let stale: &dyn Fn(&QualityMap) -> bool = match command {
        Command::Begin => return begin(state, gallery, task, cx),
        Command::Stop => return stop(state, cx),
        Command::Aspect(aspect) => {
            state.aspect = aspect;
            let seen = state.maps.iter_mut().filter_map(|map| map.seen.as_mut());
            seen.for_each(|seen| seen.show(aspect));
            return;
        }
        Command::TileSide(side) => {
            cx.settings.tile = side;
            return;
        }
        Command::ReferenceChanged => {
            let against = |map: &QualityMap| map.task == Task::FullReference;
            if state.in_the_making().is_some_and(against) {
                stop(state, cx);
            }
            state.maps.retain(|map| !against(map));
            return;
        }
        Command::Restart => &|map| map.request.is_some(),
        Command::FrameChanged(id) => &move |map| map.frame == id,
        Command::NetworkChanged { task, other } => {
            &move |map| other && map.task == task || map.request.is_some()
        }
    };
    // One in the making among those that do not hold any more begins anew if its frame is still
    // looked at.
    let mut again = false;
    state.maps.retain(|map| {
        let stale = stale(map);
        again |= stale && map.request.is_some() && gallery.selected == Some(map.frame);
        !stale
    });
    if again && overlay == Overlay::Tiles {
        begin(state, gallery, task, cx);
    }
}

/// Takes in what the worker tells.
pub fn handle_event(state: &mut State, event: Event) {
    let mut maps = state.maps.iter_mut();
    if let Some(map) = maps.find(|map| map.request == Some(event.id)) {
        map.take(event.tiles, state.aspect);
    }
}

fn begin(state: &mut State, gallery: &gallery::State, task: Task, cx: &mut Context) {
    cx.then(viewer::Command::Overlay(Overlay::Tiles));
    let Some(frame) = gallery.selected() else {
        return;
    };
    if frame.broken.is_some() {
        return;
    }
    let reference = match task {
        Task::NoReference => None,
        Task::FullReference => {
            let reference = gallery.reference();
            let Some(reference) = reference.filter(|reference| reference.id != frame.id) else {
                let said = "The reference has no quality map against itself: select another \
                            picture";
                cx.say(Tone::Plain, said);
                return;
            };
            Some(reference.source.clone())
        }
    };
    stop(state, cx);
    let (id, side) = (cx.worker.next_id(), cx.settings.tile);
    let maps = &mut state.maps;
    maps.retain(|map| (map.frame, map.task, map.side) != (frame.id, task, side));
    if maps.len() >= KEPT {
        maps.remove(0);
    }
    maps.push(QualityMap {
        frame: frame.id,
        revision: frame.revision,
        task,
        side,
        request: Some(id),
        failed: None,
        since: Instant::now(),
        seen: None,
    });
    cx.worker.ask(Request::Tiles(Some(MapRequest {
        id,
        source: frame.source.clone(),
        reference,
        side,
    })));
}

/// Ends the map in the making; what was seen stays.
fn stop(state: &mut State, cx: &Context) {
    let mut making = state.maps.iter_mut();
    if let Some(map) = making.find(|map| map.request.is_some()) {
        map.request = None;
        cx.worker.ask(Request::Tiles(None));
    }
}
