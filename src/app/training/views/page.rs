//! The panel.

use super::given::Panel;
use super::{form, run};
use crate::app::command::Commands;
use crate::app::theme::slim;
use eframe::egui;
use egui::{CentralPanel, Frame, Margin, Ui};

/// The form, and the run that is shown.
pub fn page(ui: &mut Ui, panel: &Panel<'_>, commands: &mut Commands) {
    egui::Panel::left("training form")
        .default_size(330.0)
        .size_range(310.0..=480.0)
        .frame(slim(ui))
        .show(ui, |ui| form::form(ui, panel, commands));
    CentralPanel::default()
        .frame(Frame::central_panel(ui.style()).inner_margin(Margin::symmetric(10, 6)))
        .show(ui, |ui| run::run(ui, panel, commands));
}
