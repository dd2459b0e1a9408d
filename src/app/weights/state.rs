//! What is known of the catalogue.

use bpclip_catalogue::{self as catalogue, CatalogueError, Entry, Progress, Store};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What the dialog shows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What is there of each entry, once known, or why nothing can be.
    pub here: Option<Result<Vec<LocalEntry>, String>>,
    /// The entry that the user is asked about.
    pub asking: Option<&'static str>,
    /// The fetch that is under way.
    pub fetching: Option<Fetching>,
    /// How the last one ended.
    pub ended: Option<FetchEnd>,
    /// The store that the program was started with, where it is not the user's.
    store: Option<Store>,
}

impl State {
    /// Nothing is known yet. Without a store the user's is taken.
    pub fn new(store: Option<Store>) -> Self {
        Self {
            store,
            ..Self::default()
        }
    }

    pub(super) fn store(&self) -> Result<Store, CatalogueError> {
        self.store.clone().map_or_else(Store::of_user, Ok)
    }
}

/// What is known of an entry on this machine.
#[derive(Clone, Debug)]
pub struct LocalEntry {
    pub entry: &'static Entry,
    /// How much of it is there.
    pub state: catalogue::State,
    /// Where it is fetched from, and where it lies then; none for what is part of the program.
    pub way: Option<(String, PathBuf)>,
    /// What to do with the file.
    pub next: String,
}

impl LocalEntry {
    /// Looks into a store.
    pub fn new(store: &Store, entry: &'static Entry) -> Self {
        Self {
            entry,
            state: store.state(entry),
            way: store.url(entry).zip(store.path(entry)),
            next: store.next(entry),
        }
    }
}

/// A fetch under way.
#[derive(Clone, Debug)]
pub struct Fetching {
    /// The entry's name.
    pub name: &'static str,
    pub progress: Progress,
    pub(super) stop: Arc<AtomicBool>,
}

/// How a fetch ended.
#[derive(Clone, Debug)]
pub struct FetchEnd {
    /// The entry's name.
    pub name: &'static str,
    /// The file, or why there is none.
    pub result: Result<PathBuf, String>,
}
