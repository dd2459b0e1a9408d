//! The list of keys.

use crate::app::actions::GROUPS;
use eframe::egui;
use egui::{Grid, RichText, ScrollArea, Ui};

/// Every action that has a key, and what the mouse does.
pub fn keys(ui: &mut Ui) {
    ui.heading("Keys");
    let height = (ui.ctx().content_rect().height() - 170.0).max(200.0);
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .max_height(height)
        .show(ui, |ui| {
            // One grid, so that the columns of all groups stand below each other.
            Grid::new("keys")
                .num_columns(3)
                .spacing([14.0, 3.0])
                .show(ui, |ui| {
                    for (name, actions) in GROUPS {
                        if actions.iter().all(|action| action.shortcuts().is_empty()) {
                            continue;
                        }
                        ui.label(RichText::new(name).strong());
                        ui.end_row();
                        for action in actions.iter().filter(|a| !a.shortcuts().is_empty()) {
                            ui.monospace(action.keys(ui.ctx()));
                            ui.label(action.label());
                            ui.weak(action.help());
                            ui.end_row();
                        }
                    }
                });
            ui.add_space(6.0);
            ui.label(RichText::new("Mouse").strong());
            for line in [
                "Wheel: zoom at the pointer; drag: move; double click: fit or 100 %",
                "Shift+click in the list, or drag over it: select all up to there; Ctrl+click: one more or one less",
                "Alt+click in the list: compare with that picture",
                "Shift while dropping: use as reference",
                "Right click in the list: more",
                "Survey: click a picture to give it the focus; right click: more",
                "Attention: point at a cell to see where it looks, click to keep it",
            ] {
                ui.label(line);
            }
        });
}
