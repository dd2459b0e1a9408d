//! What a training starts from.

use super::rows;
use crate::app::command::Commands;
use crate::app::scoring::Machine;
use crate::app::training::{Command, Form, Place, help, label};
use crate::app::wording::short;
use bpclip_core::model::BackboneKind;
use bpclip_train::train::Start;
use eframe::egui;
use egui::Ui;
use std::path::{Path, PathBuf};

/// What the list of starts offers.
enum Choice {
    Start(Start),
    File,
}

/// The start, and what a fresh network needs.
pub fn start(ui: &mut Ui, machine: &Machine, form: &mut Form, commands: &mut Commands) {
    let chosen = match &form.settings.start {
        Start::Bundled => "The bundled checkpoint".to_owned(),
        Start::Fresh => "A fresh network".to_owned(),
        Start::Checkpoint(path) => short(path),
    };
    let plain = |start, label: &str| (Choice::Start(start), label.to_owned(), String::new());
    let mut options = vec![plain(Start::Bundled, "The bundled checkpoint")];
    if let Some(path) = in_use(machine, form) {
        let label = format!("In use: {}", short(&path));
        let hover = path.display().to_string();
        options.push((Choice::Start(Start::Checkpoint(path)), label, hover));
    }
    options.push(plain(Start::Fresh, "A fresh network"));
    options.push((
        Choice::File,
        "A checkpoint file...".to_owned(),
        String::new(),
    ));
    let mut taken = None;
    rows::row(ui, label("start"), help("start"), |ui| {
        let (response, new) = rows::choice(ui, "Start", &chosen, options);
        taken = new;
        response
    });
    match taken {
        Some(Choice::Start(start)) => form.settings.start = start,
        Some(Choice::File) => commands.push(Command::Choose(Place::Start)),
        None => {}
    }
    if form.settings.start == Start::Fresh {
        fresh(ui, form, commands);
    }
}

fn fresh(ui: &mut Ui, form: &mut Form, commands: &mut Commands) {
    let chosen = form.settings.backbone.to_string();
    let kinds = BackboneKind::ALL.map(|kind| (kind, kind.to_string(), String::new()));
    rows::row(ui, label("backbone"), help("backbone"), |ui| {
        let (response, new) = rows::choice(ui, "Backbone", &chosen, kinds);
        form.settings.backbone = new.unwrap_or(form.settings.backbone);
        response
    });
    let mut choose = false;
    rows::row(ui, label("weights"), help("weights"), |ui| {
        let weights = form.settings.weights.clone();
        let hint = "None: random numbers";
        let (typed, clicked) = rows::path(ui, "weights", weights.as_deref(), hint, "...");
        if let Some(path) = typed {
            form.settings.weights = path;
        }
        choose = clicked;
        ui.response()
    });
    if choose {
        commands.push(Command::Choose(Place::Weights));
    }
}

/// The file that the window scores with, if it is one and not the box.
fn in_use(machine: &Machine, form: &Form) -> Option<PathBuf> {
    let model = machine.network(form.settings.task)?;
    let path = Path::new(&model.checkpoint);
    path.is_absolute().then(|| path.to_owned())
}
