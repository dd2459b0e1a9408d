//! The window, one file a view. Views read, and push what is asked for; they change nothing.

mod about;
mod adjectives;
mod attention;
mod dialogs;
mod empty;
mod filmstrip;
mod filter;
mod keys_help;
mod maps;
mod menu;
mod metrics;
mod overlay_controls;
mod own_words;
mod panel;
mod radar;
mod ratings;
mod score;
mod status;
mod tiles;
mod training;
mod viewer;
mod weights;

use super::command::Command;
use super::settings::Layout;
use super::state::{Page, View};
use eframe::egui;
use egui::{CentralPanel, Frame, Margin, Panel, Ui};

/// The whole window.
pub fn window(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let before = view.state.settings.layout;
    let mut layout = before;
    Panel::top("menu")
        .frame(slim(ui))
        .show(ui, |ui| menu::bar(ui, view, commands));
    Panel::bottom("status")
        .frame(slim(ui))
        .show(ui, |ui| status::bar(ui, view, commands));
    match view.state.page {
        Page::Pictures => pictures(ui, view, &mut layout, commands),
        Page::Training => training::page(ui, view, commands),
    }
    dialogs::open(ui, view, commands);
    empty::drop_hint(ui, view);

    let moved = |a: Layout, b: Layout| {
        (a.filmstrip - b.filmstrip).abs() > 0.5 || (a.inspector - b.inspector).abs() > 0.5
    };
    if moved(layout, before) {
        commands.push(Command::Layout(layout));
    }
    let size = ui.ctx().content_rect().size();
    if view.state.settings.window != Some([size.x, size.y]) {
        commands.push(Command::Window([size.x, size.y]));
    }
}

/// The frame of a panel at a side.
fn slim(ui: &Ui) -> Frame {
    Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(8, 4))
}

/// The list of pictures, the one that is looked at, and what is said of it.
fn pictures(ui: &mut Ui, view: &View<'_>, layout: &mut Layout, commands: &mut Vec<Command>) {
    let filmstrip = Panel::left("filmstrip")
        .default_size(layout.filmstrip)
        .size_range(180.0..=360.0)
        .frame(slim(ui))
        .show(ui, |ui| filmstrip::strip(ui, view, commands));
    layout.filmstrip = filmstrip.response.rect.width();
    let inspector = Panel::right("inspector")
        .default_size(layout.inspector)
        .size_range(290.0..=480.0)
        .frame(slim(ui))
        .show(ui, |ui| panel::panel(ui, view, commands));
    layout.inspector = inspector.response.rect.width();
    CentralPanel::default()
        .frame(Frame::central_panel(ui.style()).inner_margin(Margin::same(0)))
        .show(ui, |ui| {
            if view.state.frames.is_empty() {
                empty::welcome(ui, view, commands);
            } else {
                viewer::viewer(ui, view, commands);
            }
        });
}
