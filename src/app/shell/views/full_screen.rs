//! The pictures on all of the screen, and a line that says which it is and how to leave.

use super::given::Window;
use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::theme::slim;
use crate::app::{gallery, viewer};
use eframe::egui;
use egui::{Align, Button, CentralPanel, Frame, Label, Layout, Margin, Panel, Ui};

/// Pictures and line.
pub fn full_screen(ui: &mut Ui, window: &Window<'_>, commands: &mut Commands) {
    let (gallery, scene) = (&window.state.gallery, window.scene());
    Panel::bottom("full screen").frame(slim(ui)).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let action = Action::FullScreen;
            let leave = ui.add(Button::new("Leave full screen").small());
            let hint = format!("{}, or Escape", action.keys(ui.ctx()));
            if leave.on_hover_text(hint).clicked() {
                commands.push(action);
            }
            let Some(frame) = scene.shown() else { return };
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let at = gallery.shown().position(|other| other.id == frame.id);
                let place = at.map_or(String::new(), |at| {
                    format!("{} of {}: ", at + 1, gallery.order.len())
                });
                let text = gallery::views::described(frame, scene.task);
                ui.add(Label::new(format!("{place}{text}")).truncate());
            });
        });
    });
    CentralPanel::default()
        .frame(Frame::central_panel(ui.style()).inner_margin(Margin::same(0)))
        .show(ui, |ui| {
            viewer::views::pictures(ui, &scene, gallery, window.textures, commands);
        });
}
