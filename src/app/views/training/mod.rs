//! The training panel: what would be trained on the left, how it goes on the right.

mod epochs;
mod folders;
mod form;
mod network;
mod plots;
mod rows;
mod run;

use super::slim;
use crate::app::command::Command;
use crate::app::state::View;
use crate::app::training::Wish;
use eframe::egui;
use egui::{CentralPanel, Frame, Label, Margin, Panel, Ui};

/// The panel.
pub fn page(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    Panel::left("training form")
        .default_size(330.0)
        .size_range(310.0..=480.0)
        .frame(slim(ui))
        .show(ui, |ui| form::form(ui, view, commands));
    CentralPanel::default()
        .frame(Frame::central_panel(ui.style()).inner_margin(Margin::symmetric(10, 6)))
        .show(ui, |ui| run::run(ui, view, commands));
}

/// Asks what becomes of the training when the window closes.
pub fn closing(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.heading("A training is running");
    let run = view.state.training.run.as_ref();
    let folder = run.map(|run| run.folder.display().to_string());
    let folder = folder.unwrap_or_default();
    for text in [
        "Stop and close: it ends after its step and saves its state. Nothing is lost.".to_owned(),
        "Close at once: what it learned since its state was last saved is done again later."
            .to_owned(),
        format!("Either way Resume, or `bpclip train --run {folder} --resume`, goes on."),
    ] {
        ui.add(Label::new(text).wrap());
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if ui.button("Stop and close").clicked() {
            commands.push(Command::Training(Wish::Close { at_once: false }));
        }
        if ui.button("Close at once").clicked() {
            commands.push(Command::Training(Wish::Close { at_once: true }));
        }
        if ui.button("Keep training").clicked() {
            commands.push(Command::Dialog(None));
        }
    });
}
