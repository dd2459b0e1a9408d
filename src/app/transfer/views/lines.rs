//! The files, and where they would go. Only the lines in sight are drawn.

use crate::app::theme;
use bpclip_library::transfer::Step;
use eframe::egui;
use egui::{Label, RichText, ScrollArea, Ui};
use std::path::Path;

/// A list of files.
pub fn lines(ui: &mut Ui, steps: &[Step]) {
    let height = ui.text_style_height(&egui::TextStyle::Body);
    ScrollArea::vertical()
        .id_salt("files")
        .max_height(220.0)
        .auto_shrink([false, true])
        .show_rows(ui, height, steps.len(), |ui, rows| {
            for step in steps.get(rows).unwrap_or_default() {
                line(ui, step);
            }
        });
}

fn line(ui: &mut Ui, step: &Step) {
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let text = match (&step.to, step.is_renamed()) {
        (Some(to), true) => {
            let said = format!("{} becomes {}", name(&step.from), name(to));
            RichText::new(said).color(theme::bad(ui.visuals()))
        }
        _ => RichText::new(name(&step.from)),
    };
    let label = ui.add(Label::new(text).truncate());
    let from = step.from.display();
    label.on_hover_text(match &step.to {
        Some(to) => format!("{from}\nto {}", to.display()),
        None => from.to_string(),
    });
}
