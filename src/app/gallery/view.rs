//! How a folder is looked at: order, groups, filter and selection, which come back with it.

use super::frame::Frame;
use super::ranking::{Filter, Grouping, SortKey};
use super::selection::select;
use super::state::State;
use crate::app::context::Context;
use crate::app::settings::Settings;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The folder that a list began with.
#[derive(Clone, Debug)]
pub struct Home {
    pub folder: PathBuf,
    /// How it was looked at when that was last kept; `None` until it is known how it was looked at
    /// the last time.
    kept: Option<View>,
    /// The picture that was selected the last time, until it has come or the user selects another.
    pub wanted: Option<PathBuf>,
}

/// How a folder is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct View {
    sort: SortKey,
    descending: bool,
    #[serde(default)]
    grouping: Grouping,
    #[serde(default)]
    filter: Filter,
    /// Its path in the folder.
    #[serde(default)]
    selected: Option<String>,
}

impl View {
    fn now(state: &State, home: &Home, settings: &Settings) -> Self {
        let selected = state.selected().and_then(Frame::path);
        let within = selected.and_then(|path| path.strip_prefix(&home.folder).ok());
        Self {
            sort: settings.sort,
            descending: settings.descending,
            grouping: state.grouping,
            filter: Filter {
                problem: None,
                ..state.filter.clone()
            },
            selected: within.and_then(Path::to_str).map(str::to_owned),
        }
    }
}

/// A folder is opened: if the list is empty it is the one that the list begins with, and is looked at
/// as the last time.
pub fn opening(state: &mut State, folder: PathBuf, cx: &Context) {
    if state.frames.is_empty() && cx.library.is_on() {
        cx.library.view_of(folder.clone());
        state.home = Some(Home {
            folder,
            kept: None,
            wanted: None,
        });
    }
}

/// It is known how a folder was looked at the last time.
pub fn view_recalled(state: &mut State, folder: &Path, view: Option<String>, cx: &mut Context) {
    let is = |home: &Home| home.folder == folder;
    if !state.home.as_ref().is_some_and(is) {
        return;
    }
    let Some(mut home) = state.home.take() else {
        return;
    };
    // One of another version is as good as none.
    let view = view.and_then(|view| serde_json::from_str::<View>(&view).ok());
    home.kept = Some(view.clone().unwrap_or_default());
    if let Some(view) = view {
        home.wanted = view.selected.map(|path| folder.join(path));
        (cx.settings.sort, cx.settings.descending) = (view.sort, view.descending);
        (state.grouping, state.filter) = (view.grouping, view.filter);
        state.order_changed(true);
    }
    state.home = Some(home);
    select_wanted(state, cx);
}

/// Looks at the picture that was looked at the last time, once it is there.
pub fn select_wanted(state: &mut State, cx: &mut Context) {
    let wanted = state.home.as_ref().and_then(|home| home.wanted.clone());
    if let Some(id) = wanted.and_then(|path| state.find(&path)) {
        select(state, id, cx);
        if let Some(home) = &mut state.home {
            home.wanted = None;
        }
    }
}

/// Keeps how the folder is looked at, if that has changed.
pub fn keep_view(state: &mut State, cx: &Context) {
    let Some(home) = &state.home else { return };
    let view = View::now(state, home, &cx.settings);
    let changed = home.kept.as_ref().is_some_and(|kept| *kept != view);
    if !changed || home.wanted.is_some() {
        return;
    }
    if let Ok(text) = serde_json::to_string(&view) {
        cx.library.view(home.folder.clone(), text);
    }
    if let Some(home) = &mut state.home {
        home.kept = Some(view);
    }
}
