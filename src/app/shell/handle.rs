//! What the window does when it is asked to.

use super::command::Command;
use super::state::{Dialog, Page, State};
use super::views::path;
use crate::app::context::Context;
use crate::app::{library, quality_map, scoring, theme, training, weights};

/// Carries out a command; `training` says whether one runs.
pub fn handle(state: &mut State, training: bool, command: Command, cx: &mut Context) {
    match command {
        Command::Page(page) => show(state, page, cx),
        Command::TogglePage => {
            let page = match state.page {
                Page::Pictures => Page::Training,
                Page::Training => Page::Pictures,
            };
            show(state, page, cx);
        }
        Command::Dialog(dialog) => {
            if let Some(Dialog::Path(wanted)) = dialog {
                path::begin(&cx.egui, wanted);
            }
            state.dialog = dialog;
        }
        Command::ToggleDialog(dialog) if state.dialog == Some(dialog) => state.dialog = None,
        Command::ToggleDialog(dialog) => cx.then(Command::Dialog(Some(dialog))),
        Command::ToggleLibrary => {
            toggle(state, Dialog::Library);
            cx.then(library::Command::Look);
        }
        Command::ToggleWeights => {
            toggle(state, Dialog::Weights);
            cx.then(weights::Command::Look);
        }
        Command::Cancel => match state.dialog {
            Some(_) => state.dialog = None,
            None => {
                cx.then(quality_map::Command::Stop);
                cx.then(scoring::Command::Cancel);
            }
        },
        Command::Theme(theme) => {
            cx.settings.theme = theme;
            theme::install(&cx.egui, theme);
        }
        Command::Layout(layout) => cx.settings.layout = layout,
        Command::Size(size) => cx.settings.window = Some(size),
        Command::Quit if training && !state.closing => state.dialog = Some(Dialog::Closing),
        Command::Quit | Command::Close => state.closing = true,
    }
}

fn show(state: &mut State, page: Page, cx: &mut Context) {
    state.page = page;
    if page == Page::Training {
        cx.then(training::Command::Shown);
    }
}

fn toggle(state: &mut State, dialog: Dialog) {
    let open = state.dialog == Some(dialog);
    state.dialog = (!open).then_some(dialog);
}
