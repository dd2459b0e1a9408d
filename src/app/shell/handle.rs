//! What the window does when it is asked to.

use super::command::Command;
use super::state::{Dialog, Page, State};
use super::views::path;
use crate::app::context::Context;
use crate::app::settings::interface;
use crate::app::{gallery, library, quality_map, scoring, theme, training, weights};
use eframe::egui::ViewportCommand;

/// What goes on beside the window itself.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Whether a training runs.
    pub training: bool,
    /// Whether several pictures are shown beside each other.
    pub survey: bool,
}

/// Carries out a command.
pub fn handle(state: &mut State, around: Around, command: Command, cx: &mut Context) {
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
            None if state.full_screen => full_screen(state, false, cx),
            None if around.survey => cx.then(gallery::Command::EndSurvey),
            None => {
                cx.then(quality_map::Command::Stop);
                cx.then(scoring::Command::Cancel);
            }
        },
        Command::ToggleFullScreen => full_screen(state, !state.full_screen, cx),
        Command::TogglePanel(side) => {
            let width = cx.egui.content_rect().width();
            let layout = &mut cx.settings.layout;
            layout.open(side, !layout.shows(side, width), width);
        }
        Command::Interface(steps) => {
            let now = cx.settings.interface;
            cx.settings.interface = steps.map_or(1.0, |steps| interface::stepped(now, steps));
            cx.egui.set_zoom_factor(cx.settings.interface);
        }
        Command::Theme(theme) => {
            cx.settings.theme = theme;
            theme::install(&cx.egui, theme);
        }
        Command::Layout(layout) => cx.settings.layout = layout,
        Command::Size(size) => cx.settings.window = Some(size),
        Command::Quit if around.training && !state.closing => state.dialog = Some(Dialog::Closing),
        Command::Quit | Command::Close => state.closing = true,
    }
}

/// Takes in whether the system says that the window has all of the screen: it may take that away by
/// itself.
pub fn covers_screen(state: &mut State, covers: bool) {
    if state.covers_screen && !covers {
        state.full_screen = false;
    }
    state.covers_screen = covers;
}

fn full_screen(state: &mut State, on: bool, cx: &Context) {
    state.full_screen = on;
    cx.egui.send_viewport_cmd(ViewportCommand::Fullscreen(on));
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
