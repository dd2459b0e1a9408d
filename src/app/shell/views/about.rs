//! The program, its networks and its device.

use crate::app::scoring::Machine;
use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Grid, Label, Ui};

/// What is running here.
pub fn about(ui: &mut Ui, machine: &Machine) {
    ui.heading(concat!("BPCLIP Inspector ", env!("CARGO_PKG_VERSION")));
    ui.label(env!("CARGO_PKG_DESCRIPTION"));
    ui.label("Licence: MIT or Apache-2.0. Pictures never leave this machine.");
    ui.add_space(6.0);
    ui.label(format!("Device: {}", machine.name));
    if let Some(why) = &machine.why {
        ui.add(Label::new(why).wrap());
    }
    for task in [Task::NoReference, Task::FullReference] {
        if let Some(model) = machine.network(task) {
            ui.add_space(6.0);
            network(ui, model);
        }
    }
}

fn network(ui: &mut Ui, model: &ModelInfo) {
    ui.strong(format!("{} ({})", model.checkpoint, model.task().label()));
    let metadata = &model.metadata;
    let heldout = match &metadata.heldout {
        Some(heldout) => heldout.to_string(),
        None => "not measured".into(),
    };
    Grid::new(&model.checkpoint).num_columns(2).show(ui, |ui| {
        for (name, value) in [
            ("Backbone", metadata.config.backbone.to_string()),
            ("Scored at", model.size.to_string()),
            ("Label", metadata.label.meaning.clone()),
            ("Held out", heldout),
        ] {
            ui.weak(name);
            ui.add(Label::new(value).wrap());
            ui.end_row();
        }
    });
}
