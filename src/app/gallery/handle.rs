//! What the list does when it is asked to, and when something is told of its files.

use super::command::Command;
use super::event::Event;
use super::scan::Scan;
use super::state::State;
use super::watch::{Change, FolderEvent};
use super::{decisions, dialogs, files, history, removal, scan, selection, shots, survey, view};
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::scoring::Command as Scoring;
use crate::app::wording::sentence;
use std::collections::HashSet;

/// What is read, for those who have something else.
pub const READ: &str =
    "JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC, AVIF, JPEG XL and camera raw are read";

/// Carries out a command.
pub fn handle(state: &mut State, command: Command, cx: &mut Context) {
    match command {
        Command::OpenFiles => dialogs::open_files(&cx.background),
        Command::OpenFolder => dialogs::open_folder(&cx.background),
        Command::Paste => cx.clipboard.paste(false),
        Command::Add {
            paths,
            as_reference,
        } => {
            for path in &paths {
                cx.settings.remember(path);
            }
            state.scanning += 1;
            let as_one = cx.settings.shots_as_one;
            cx.background
                .run(move |background| scan::scan(paths, as_reference, as_one, background));
        }
        Command::AddPicture(picture) => files::add_picture(state, picture, cx),
        Command::Select(id) => {
            choose_otherwise(state);
            if !state.surveys(id) {
                state.beside.clear();
            }
            selection::select(state, id, cx);
        }
        Command::SelectTo(id) => {
            selection::select_to(state, id, cx);
            survey::selection_changed(state);
        }
        Command::SelectToo(id) => {
            selection::select_too(state, id, cx);
            survey::selection_changed(state);
        }
        Command::SelectAll => {
            selection::select_all(state);
            survey::selection_changed(state);
        }
        Command::Extend(step) => {
            selection::extend(state, step, cx);
            survey::selection_changed(state);
        }
        Command::ToggleSurvey => survey::toggle(state, cx),
        Command::EndSurvey => state.survey = None,
        Command::TakeOut(id) => survey::take_out(state, id, cx),
        Command::Step(step) => {
            choose_otherwise(state);
            selection::step_asked_for(state, step, cx);
        }
        Command::Reference(id) => selection::set_reference(state, id, cx),
        Command::ToggleReference => {
            let same = state.reference == state.selected;
            let id = state.selected.filter(|_| !same);
            selection::set_reference(state, id, cx);
        }
        Command::Compare(id) => selection::compare_with(state, id, cx),
        Command::ToggleCompare => {
            let same = state.other == state.selected;
            let id = state.selected.filter(|_| !same);
            selection::compare_with(state, id, cx);
        }
        Command::Mark(id, mark) => decisions::mark(state, id, mark, cx),
        Command::MarkEach(marks) => decisions::mark_each(state, &marks, cx),
        Command::Decide(change) => decisions::decide(state, change, cx),
        Command::ToggleGoOn => cx.settings.go_on = !cx.settings.go_on,
        Command::InSight(ids) => {
            state.in_sight = ids;
            cx.then(Scoring::Sooner);
        }
        Command::Remove(id) => removal::remove(state, &HashSet::from([id]), cx),
        Command::RemoveSelected => {
            let selected = state.decided_on().into_iter().collect();
            removal::remove(state, &selected, cx);
        }
        Command::RemoveAll => {
            let all = state.frames.iter().map(|frame| frame.id).collect();
            removal::remove(state, &all, cx);
        }
        Command::Undo => history::undo(state, cx),
        Command::Redo => history::redo(state, cx),
        Command::Reread(id) => files::reread(state, id, cx),
        Command::Sort(key, descending) => {
            cx.settings.sort = key;
            cx.settings.descending = descending;
            state.order_changed(true);
        }
        Command::Filter(filter) => {
            state.filter = filter;
            state.order_changed(true);
        }
        Command::Group(grouping) => {
            state.grouping = grouping;
            state.order_changed(true);
        }
        Command::Bursts(bursts) => {
            cx.settings.bursts = bursts.tidy();
            state.order_changed(true);
        }
        Command::ShotsAsOne(as_one) => {
            cx.settings.shots_as_one = as_one;
            shots::arrange(state, cx);
        }
        Command::ForgetRecent => cx.settings.recent.clear(),
    }
}

/// Takes in what a thread tells.
pub fn handle_event(state: &mut State, event: Event, cx: &mut Context) {
    match event {
        Event::Found {
            shots,
            as_reference,
        } => files::add_shots(state, shots, as_reference, cx),
        Event::Opening(folder) => view::opening(state, folder, cx),
        Event::Folder(folder) => {
            if !state.watched.contains(&folder) {
                cx.watch.open(folder.clone(), true);
                state.watched.push(folder);
            }
        }
        Event::Scanned(scan) => scanned(state, scan, cx),
        Event::Watched(FolderEvent::Change(change)) => match change {
            Change::Appeared(path) => shots::appeared(state, path, cx),
            Change::Changed(path) => files::file_changed(state, &path, cx),
            Change::Vanished(path) => files::file_vanished(state, &path, cx),
        },
        Event::Watched(FolderEvent::Trouble(text)) => cx.say(Tone::Bad, sentence(&text)),
        Event::Thumbnail(version, made) => {
            files::thumbnail_made(state, version, made.map(|made| *made), cx);
        }
    }
}

/// Says what a look through files and folders came to, where it is not in sight.
fn scanned(state: &mut State, Scan { pictures, left_out }: Scan, cx: &mut Context) {
    state.scanning = state.scanning.saturating_sub(1);
    if state.scanning == 0 {
        // What has not come by now is not there any more.
        choose_otherwise(state);
    }
    // Files of a shot may have been opened one after the other.
    shots::arrange(state, cx);
    let said = sentence(&left_out.beside(pictures));
    let nothing = pictures == 0 && state.frames.is_empty();
    state.nothing_found = nothing.then(|| said.clone());
    match pictures {
        0 => cx.say(Tone::Bad, format!("{said}. {READ}")),
        _ if !left_out.is_empty() => cx.say(Tone::Plain, said),
        _ => {}
    }
}

/// The user looks at a picture of his own choice: not at the one of the last time.
fn choose_otherwise(state: &mut State) {
    if let Some(home) = &mut state.home {
        home.wanted = None;
    }
}
