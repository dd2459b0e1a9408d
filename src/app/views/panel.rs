//! The panel on the right: the score always in sight, and below it one of four parts.

use super::{adjectives, attention, maps, score, tiles};
use crate::app::command::Command;
use crate::app::state::{Tab, View};
use eframe::egui;
use egui::{ScrollArea, Ui};

/// The panel.
pub fn panel(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.take_available_width();
    let Some(frame) = view.first else {
        ui.weak("No picture is selected");
        return;
    };
    score::score(ui, view, frame, commands);
    ui.separator();
    ui.horizontal(|ui| {
        for tab in Tab::ALL {
            if ui
                .selectable_label(view.state.tab == tab, tab.label())
                .clicked()
            {
                commands.push(Command::Tab(tab));
            }
        }
    });
    ui.separator();
    ScrollArea::vertical()
        .id_salt(view.state.tab.label())
        .auto_shrink([false, false])
        .show(ui, |ui| match view.state.tab {
            Tab::Adjectives => adjectives::adjectives(ui, view, commands),
            Tab::Maps => maps::maps(ui, view, commands),
            Tab::Attention => attention::attention(ui, view, commands),
            Tab::Tiles => tiles::tiles(ui, view, commands),
        });
}
