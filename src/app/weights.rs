//! The catalogue of weights in the window: what is there, and a fetch that the user has agreed to.

use super::App;
use super::background::Report;
use super::state::Tone;
use bpclip_catalogue::{CatalogueError, ENTRIES, Entry, Progress, State, Store, entry};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the dialog shows.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// What is there of each entry, once known, or why nothing can be.
    pub here: Option<Result<Vec<Known>, String>>,
    /// The entry that the user is asked about.
    pub asking: Option<&'static str>,
    /// The fetch that is under way.
    pub fetching: Option<Fetching>,
    /// How the last one ended.
    pub ended: Option<Ended>,
}

/// What is known of an entry here.
#[derive(Clone, Debug)]
pub struct Known {
    /// The entry.
    pub entry: &'static Entry,
    /// How much of it is there.
    pub state: State,
    /// Where it is fetched from, and where it lies then; none for what is part of the program.
    pub way: Option<(String, PathBuf)>,
    /// What to do with the file.
    pub next: String,
}

/// A fetch under way.
#[derive(Clone, Debug)]
pub struct Fetching {
    /// The entry's name.
    pub name: &'static str,
    /// How far it is.
    pub progress: Progress,
    stop: Arc<AtomicBool>,
}

/// How a fetch ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The entry's name.
    pub name: &'static str,
    /// The file, or why there is none.
    pub result: Result<PathBuf, String>,
}

/// What the user wants of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// To be told what a fetch would be; `None` to think no more of it.
    Ask(Option<&'static str>),
    /// To fetch, having been told.
    Fetch(&'static str),
    /// To fetch no further.
    Stop,
}

/// What a thread has to say of the catalogue.
#[derive(Debug)]
pub enum Heard {
    /// What is there.
    Here(Result<Vec<Known>, String>),
    /// A fetch goes on.
    Progress(&'static str, Progress),
    /// A fetch has ended.
    Ended(Ended),
}

impl App {
    /// Finds out what is there.
    pub(super) fn look_at_weights(&self) {
        let store = self.store();
        self.background.run(move |report| {
            let here = store.map_err(|error| error.to_string());
            let here = here.map(|store| ENTRIES.iter().map(|entry| known(&store, entry)).collect());
            report(Report::Weights(Heard::Here(here)));
        });
    }

    /// The store that the program was started with, or the user's.
    fn store(&self) -> Result<Store, CatalogueError> {
        self.weights.clone().map_or_else(Store::of_user, Ok)
    }

    /// Carries out a wish about the catalogue.
    pub(super) fn apply_weights(&mut self, want: Want) {
        let weights = &mut self.state.weights;
        match want {
            Want::Ask(name) => weights.asking = name,
            Want::Stop => {
                if let Some(fetching) = &weights.fetching {
                    fetching.stop.store(true, Ordering::Relaxed);
                }
            }
            Want::Fetch(name) => {
                let (Some(entry), None) = (entry(name), &weights.fetching) else {
                    return;
                };
                weights.asking = None;
                weights.ended = None;
                let stop = Arc::new(AtomicBool::new(false));
                weights.fetching = Some(Fetching {
                    name,
                    progress: Progress::Connecting,
                    stop: Arc::clone(&stop),
                });
                let store = self.store();
                self.background.run(move |report| {
                    let mut watch =
                        |progress| report(Report::Weights(Heard::Progress(name, progress)));
                    let fetched = store.and_then(|store| store.fetch(entry, &mut watch, &stop));
                    let result = fetched
                        .map(|fetched| fetched.path)
                        .map_err(|error| error.to_string());
                    report(Report::Weights(Heard::Ended(Ended { name, result })));
                });
            }
        }
    }

    /// Takes in what a thread has to say.
    pub(super) fn hear_weights(&mut self, heard: Heard) {
        match heard {
            Heard::Here(here) => self.state.weights.here = Some(here),
            Heard::Progress(name, progress) => {
                if let Some(fetching) = &mut self.state.weights.fetching
                    && fetching.name == name
                {
                    fetching.progress = progress;
                }
            }
            Heard::Ended(ended) => {
                let (tone, said) = match &ended.result {
                    Ok(path) => (Tone::Plain, format!("Fetched: {}", path.display())),
                    Err(reason) => (Tone::Bad, format!("{} is not here: {reason}", ended.name)),
                };
                self.state.log.say(tone, said);
                self.state.weights.fetching = None;
                self.state.weights.ended = Some(ended);
                self.look_at_weights();
            }
        }
    }
}

fn known(store: &Store, entry: &'static Entry) -> Known {
    Known {
        entry,
        state: store.state(entry),
        way: store.url(entry).zip(store.path(entry)),
        next: store.next(entry),
    }
}
