//! The whole window: which parts there are, and what each is given to show.

use super::given::Window;
use super::status::{self, Status};
use super::{dialogs, empty, full_screen, menu, panel};
use crate::app::command::Commands;
use crate::app::gallery;
use crate::app::settings::{Layout, Side};
use crate::app::shell::{Command, Page};
use crate::app::theme::slim;
use crate::app::{training, viewer};
use eframe::egui;
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

/// The whole window.
pub fn window(ui: &mut Ui, window: &Window<'_>, commands: &mut Commands) {
    let (shell, settings) = (&window.state.shell, window.settings);
    let before = settings.layout;
    let mut layout = before;
    let in_full = shell.full_screen
        && shell.page == Page::Pictures
        && !window.state.gallery.frames.is_empty();
    if !in_full {
        Panel::top("menu").frame(slim(ui)).show(ui, |ui| {
            let device = &window.state.scoring.machine.chosen;
            let now = (settings, device);
            menu::bar(ui, shell.page, now, window.possible, commands);
        });
        Panel::bottom("status")
            .frame(slim(ui))
            .show(ui, |ui| status::bar(ui, &status_of(window), commands));
    }
    match shell.page {
        Page::Pictures if in_full => full_screen::full_screen(ui, window, commands),
        Page::Pictures => pictures(ui, window, &mut layout, commands),
        Page::Training => {
            let (training, machine) = (&window.state.training, &window.state.scoring.machine);
            let panel = training::views::Panel {
                state: training,
                memory: &settings.training,
                machine,
                possible: window.possible,
            };
            training::views::page(ui, &panel, commands);
        }
    }
    if let Some(dialog) = shell.dialog {
        dialogs::show(ui, dialog, (window.state, settings, window.log), commands);
    }
    if shell.hovering > 0 {
        empty::drop_hint(ui, shell.page);
    }
    let moved = |a: Layout, b: Layout| {
        (a.filmstrip - b.filmstrip).abs() > 0.5
            || (a.inspector - b.inspector).abs() > 0.5
            || (a.list_open, a.panel_open) != (b.list_open, b.panel_open)
    };
    if moved(layout, before) {
        commands.push(Command::Layout(layout));
    }
    // As it is at the usual size of the interface: that is what a window is opened with.
    let size = ui.ctx().content_rect().size() * ui.ctx().zoom_factor();
    let whole_screen = shell.full_screen || shell.covers_screen;
    if !whole_screen && settings.window != Some([size.x, size.y]) {
        commands.push(Command::Size([size.x, size.y]));
    }
}

/// What the line at the bottom shows.
fn status_of<'a>(window: &Window<'a>) -> Status<'a> {
    let state = window.state;
    let run = state.training.run.as_ref();
    Status {
        progress: state.scoring.progress,
        ended: state.scoring.ended,
        transfer: state.transfer.work.as_ref(),
        training: run.filter(|run| run.phase.is_active() && state.shell.page != Page::Training),
        machine: &state.scoring.machine,
        pointed: state.viewer.pointed,
        last: window.log.news(),
    }
}

/// The list of pictures, the one that is looked at, and what is said of it.
fn pictures(ui: &mut Ui, window: &Window<'_>, layout: &mut Layout, commands: &mut Commands) {
    let (gallery, textures) = (&window.state.gallery, window.textures);
    let scene = window.scene();
    let sorting = window.state.sorting(window.settings);
    let width = ui.ctx().content_rect().width();
    // A small window leaves at least a part of itself to the picture.
    let most = (0.45 * width).max(180.0);
    let mut open = layout.shows(Side::List, width);
    let filmstrip = Panel::left("filmstrip")
        .default_size(layout.filmstrip)
        .size_range(180.0_f32.min(most)..=360.0_f32.min(most))
        .frame(slim(ui))
        .show_collapsible(ui, &mut open, |ui| {
            gallery::views::filmstrip(ui, gallery, sorting, textures, commands);
        });
    if open != layout.shows(Side::List, width) {
        layout.open(Side::List, open, width);
    }
    if let Some(filmstrip) = filmstrip.filter(|_| open) {
        layout.filmstrip = filmstrip.response.rect.width();
    }
    let mut open = layout.shows(Side::Panel, width);
    let inspector = Panel::right("inspector")
        .default_size(layout.inspector)
        .size_range(290.0_f32.min(most)..=480.0_f32.min(most.max(290.0)))
        .frame(slim(ui))
        .show_collapsible(ui, &mut open, |ui| panel::panel(ui, window, commands));
    if open != layout.shows(Side::Panel, width) {
        layout.open(Side::Panel, open, width);
    }
    if let Some(inspector) = inspector.filter(|_| open) {
        layout.inspector = inspector.response.rect.width();
    }
    CentralPanel::default()
        .frame(Frame::central_panel(ui.style()).inner_margin(Margin::same(0)))
        .show(ui, |ui| {
            if gallery.frames.is_empty() {
                empty::welcome(ui, gallery, &window.settings.recent, commands);
            } else {
                let given = (gallery, window.possible);
                viewer::views::viewer(ui, &scene, given, textures, commands);
            }
        });
}
