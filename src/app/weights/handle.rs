//! What the catalogue does when it is asked to, and when a thread tells something of it.

use super::command::Command;
use super::event::Event;
use super::state::{FetchEnd, Fetching, LocalEntry, State};
use crate::app::context::Context;
use crate::app::log::Tone;
use bpclip_catalogue::{ENTRIES, Progress, entry};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Carries out a command.
pub fn handle(state: &mut State, command: Command, cx: &mut Context) {
    match command {
        Command::Look => look(state, cx),
        Command::Ask(name) => state.asking = name,
        Command::Fetch(name) => fetch(state, name, cx),
        Command::Stop => {
            if let Some(fetching) = &state.fetching {
                fetching.stop.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// Takes in what a thread tells.
pub fn handle_event(state: &mut State, event: Event, cx: &mut Context) {
    match event {
        Event::Here(here) => state.here = Some(here),
        Event::Progress(name, progress) => {
            if let Some(fetching) = &mut state.fetching
                && fetching.name == name
            {
                fetching.progress = progress;
            }
        }
        Event::Ended(ended) => {
            let (tone, said) = match &ended.result {
                Ok(path) => (Tone::Plain, format!("Downloaded: {}", path.display())),
                Err(reason) => (Tone::Bad, format!("{} is not here: {reason}", ended.name)),
            };
            cx.say(tone, said);
            state.fetching = None;
            state.ended = Some(ended);
            look(state, cx);
        }
    }
}

/// Finds out what is there.
fn look(state: &State, cx: &Context) {
    let store = state.store();
    cx.background.run(move |background| {
        let here = store.map_err(|error| error.to_string()).map(|store| {
            let entries = ENTRIES.iter();
            entries
                .map(|entry| LocalEntry::new(&store, entry))
                .collect()
        });
        background.tell(Event::Here(here));
    });
}

fn fetch(state: &mut State, name: &'static str, cx: &Context) {
    let (Some(entry), None) = (entry(name), &state.fetching) else {
        return;
    };
    state.asking = None;
    state.ended = None;
    let stop = Arc::new(AtomicBool::new(false));
    state.fetching = Some(Fetching {
        name,
        progress: Progress::Connecting,
        stop: Arc::clone(&stop),
    });
    let store = state.store();
    cx.background.run(move |background| {
        let mut watch = |progress| {
            background.tell(Event::Progress(name, progress));
        };
        let fetched = store.and_then(|store| store.fetch(entry, &mut watch, &stop));
        let result = fetched
            .map(|fetched| fetched.path)
            .map_err(|error| error.to_string());
        background.tell(Event::Ended(FetchEnd { name, result }));
    });
}
