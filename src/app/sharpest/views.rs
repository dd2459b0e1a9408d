//! The sharpest part: its number, and its mark in the picture.

use super::Command;
use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::gallery::Frame;
use eframe::egui;
use egui::{Color32, Painter, Rect, Stroke, StrokeKind, Ui, vec2};

/// What the number is.
const MEANING: &str = "The mean difference of a pixel from its neighbours, in levels of 255, where the \
                       picture is sharpest (a twentieth of its parts is sharper). Higher is sharper; \
                       noise and hard contrast count too, so compare pictures of one scene.";

/// The number, and what leads to the place.
pub fn line(ui: &mut Ui, frame: &Frame, marked: bool, commands: &mut Commands) {
    let Some(sharpness) = frame.sharpness() else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(format!("Sharpest part {:.1}", sharpness.value))
            .on_hover_text(MEANING);
        let action = Action::Sharpest;
        let hint = action.hint(ui.ctx());
        if ui.small_button("Go there").on_hover_text(hint).clicked() {
            commands.push(Command::Toggle);
        }
        let action = Action::MarkSharpest;
        let hint = action.hint(ui.ctx());
        let mut on = marked;
        if ui
            .checkbox(&mut on, "Mark it")
            .on_hover_text(hint)
            .changed()
        {
            commands.push(Command::ToggleMark);
        }
    });
}

/// Outlines the sharpest part of a picture that lies at `place`.
pub fn mark(painter: &Painter, place: Rect, frame: &Frame) {
    let Some(sharpness) = frame.sharpness() else {
        return;
    };
    let part = sharpness.place;
    let corner = place.min + place.size() * vec2(part.left, part.top);
    let outline = Rect::from_min_size(corner, place.size() * vec2(part.width, part.height));
    // Seen on any colour.
    for (width, colour) in [(3.0, Color32::BLACK), (1.5, Color32::WHITE)] {
        let stroke = Stroke::new(width, colour);
        painter.rect_stroke(outline, 2.0, stroke, StrokeKind::Outside);
    }
}
