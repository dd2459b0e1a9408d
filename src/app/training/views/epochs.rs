//! The epochs with their figures and checkpoints, and the pictures that were left out.

use crate::app::command::Commands;
use crate::app::scoring::{Command, Machine};
use crate::app::training::Run;
use bpclip_train::train::Epoch;
use eframe::egui;
use egui::{Button, CollapsingHeader, Grid, Label, RichText, ScrollArea, Ui};

/// The list.
pub fn epochs(ui: &mut Ui, run: &Run, machine: &Machine, height: f32, commands: &mut Commands) {
    ui.horizontal(|ui| ui.strong("Epochs"));
    ScrollArea::vertical()
        .id_salt("epochs")
        .max_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            skipped(ui, run);
            if run.curves.epochs.is_empty() {
                ui.weak("None is done yet");
                return;
            }
            Grid::new("epochs")
                .num_columns(6)
                .striped(true)
                .spacing([12.0, 3.0])
                .show(ui, |ui| {
                    for name in ["", "Loss", "SRCC", "PLCC", "RMSE"] {
                        ui.weak(name);
                    }
                    ui.end_row();
                    for epoch in run.curves.epochs.iter().rev() {
                        line(ui, run, machine, epoch, commands);
                        ui.end_row();
                    }
                });
        });
}

fn line(ui: &mut Ui, run: &Run, machine: &Machine, epoch: &Epoch, commands: &mut Commands) {
    let best = run.curves.best().map(|best| best.epoch) == Some(epoch.epoch);
    let number = match epoch.epoch {
        0 => "start".to_owned(),
        number => number.to_string(),
    };
    let name = match best {
        true => RichText::new(format!("{number} best")).strong(),
        false => RichText::new(number),
    };
    ui.label(name);
    let figure = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let loss = f64::from(epoch.loss.total);
    for value in [Some(loss), epoch.srcc, epoch.plcc, epoch.rmse] {
        ui.label(figure(value));
    }
    let path = match best {
        true => run.best(),
        false => run.checkpoint(epoch),
    };
    match path {
        Some(path) if machine.uses(&path, epoch.epoch) => {
            ui.label("in use");
        }
        Some(path) => {
            let button = ui.add(Button::new("Use").small());
            let button = button.on_hover_text(format!("Scores with {}", path.display()));
            let button = button.accessible_name(format!("Use epoch {}", epoch.epoch));
            if button.clicked() {
                commands.push(Command::Checkpoint(path));
            }
        }
        None => {
            ui.weak("not kept");
        }
    }
}

fn skipped(ui: &mut Ui, run: &Run) {
    let skipped = &run.curves.skipped;
    if skipped.is_empty() {
        return;
    }
    let title = match skipped.len() {
        1 => "1 picture is left out".to_owned(),
        count => format!("{count} pictures are left out"),
    };
    CollapsingHeader::new(title)
        .id_salt("left out")
        .show_unindented(ui, |ui| {
            for (path, reason) in skipped {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let text = format!("{}: {reason}", name.to_string_lossy());
                let line = ui.add(Label::new(text).wrap());
                line.on_hover_text(path.display().to_string());
            }
        });
}
