//! What becomes of the training when the window closes.

use crate::app::command::Commands;
use crate::app::shell;
use crate::app::training::{Command, Run};
use eframe::egui;
use egui::{Label, Ui};

/// Asks for it.
pub fn closing(ui: &mut Ui, run: Option<&Run>, commands: &mut Commands) {
    ui.heading("A training is running");
    let folder = run.map(|run| run.folder.display().to_string());
    let folder = folder.unwrap_or_default();
    for text in [
        "Stop and close: it ends after its step and saves its state. Nothing is lost.".to_owned(),
        "Close at once: what it learned since its state was last saved is done again later."
            .to_owned(),
        format!("Either way Continue goes on, with the run in {folder}."),
    ] {
        ui.add(Label::new(text).wrap());
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if ui.button("Stop and close").clicked() {
            commands.push(Command::Close { at_once: false });
        }
        if ui.button("Close at once").clicked() {
            commands.push(Command::Close { at_once: true });
        }
        if ui.button("Keep training").clicked() {
            commands.push(shell::Command::Dialog(None));
        }
    });
}
