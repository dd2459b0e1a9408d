//! Windows over the window.

use super::{about, keys_help, ratings, training, weights};
use crate::app::command::Command;
use crate::app::state::{Dialog, Tone, View};
use crate::app::theme;
use eframe::egui;
use egui::{Id, Modal, RichText, ScrollArea, Ui};

/// Shows the one that is open.
pub fn open(ui: &Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let Some(dialog) = view.state.dialog else {
        return;
    };
    let modal = Modal::new(Id::unique(dialog)).show(ui.ctx(), |ui| {
        ui.set_width(560.0);
        ui.set_max_height(ui.ctx().content_rect().height() - 80.0);
        match dialog {
            Dialog::Keys => keys_help::keys(ui),
            Dialog::Log => log(ui, view),
            Dialog::Ratings => ratings::ratings(ui, view, commands),
            Dialog::About => about::about(ui, view),
            Dialog::Weights => weights::weights(ui, view, commands),
            Dialog::Closing => {
                training::closing(ui, view, commands);
                return;
            }
        }
        ui.add_space(6.0);
        if ui.button("Close").clicked() {
            commands.push(Command::Dialog(None));
        }
    });
    if modal.should_close() {
        commands.push(Command::Dialog(None));
    }
}

fn log(ui: &mut Ui, view: &View<'_>) {
    ui.heading("Log");
    ui.style_mut().interaction.selectable_labels = true;
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .stick_to_bottom(true)
        .max_height(ui.available_height() - 40.0)
        .show(ui, |ui| {
            for (tone, text) in &view.state.log.lines {
                match tone {
                    Tone::Plain => ui.label(text),
                    Tone::Bad => {
                        let colour = theme::bad(ui.visuals());
                        ui.label(RichText::new(format!("! {text}")).color(colour))
                    }
                };
            }
        });
}
