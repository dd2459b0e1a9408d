//! The form: the few settings that matter, the rest folded away, and what is wrong with them.

use super::given::Panel;
use super::{folders, network, rows};
use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::theme;
use crate::app::training::{Command, Form, Place, State, fields, headings, help, label};
use crate::app::wording::sentence;
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::Task;
use bpclip_train::train::Preset;
use clap::ValueEnum;
use eframe::egui;
use egui::{Button, CollapsingHeader, Label, RichText, ScrollArea, Ui};

/// The settings in sight, beside the folders, the task, the start and the device.
const MAIN: [&str; 6] = ["epochs", "batch", "crop", "backbone_lr", "lr", "held_out"];
/// Those that have rows of their own.
const OWN: [&str; 7] = [
    "data", "pristine", "task", "start", "backbone", "weights", "device",
];

/// The form.
pub fn form(ui: &mut Ui, panel: &Panel<'_>, commands: &mut Commands) {
    ui.take_available_width();
    let before = &panel.memory.form;
    egui::Panel::bottom("begin training")
        .frame(egui::Frame::NONE)
        .show_separator_line(true)
        .show(ui, |ui| begin(ui, panel.state, before, commands));
    let mut form = before.clone();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.add_space(2.0);
            // The bar lies over what is scrolled.
            ui.set_max_width(ui.available_width() - 8.0);
            pictures(ui, panel.state, &mut form, commands);
            ui.separator();
            few(ui, panel, &mut form, commands);
            ui.separator();
            rest(ui, &mut form);
        });
    if form != *before {
        commands.push(Command::Form(Box::new(form)));
    }
}

fn pictures(ui: &mut Ui, state: &State, form: &mut Form, commands: &mut Commands) {
    let rated = ("Rated pictures", "data", Place::Data);
    folders::folders(ui, rated, &mut form.settings.data, commands);
    let pristine = ("Pristine photographs", "pristine", Place::Pristine);
    folders::folders(ui, pristine, &mut form.settings.pristine, commands);
    folders::known(ui, &state.data);
}

fn few(ui: &mut Ui, panel: &Panel<'_>, form: &mut Form, commands: &mut Commands) {
    let (preset, task) = (form.preset, form.settings.task);
    let begins = help_of(preset);
    rows::row(ui, "Preset", &begins, |ui| {
        let presets = Preset::value_variants().iter();
        let presets = presets.map(|preset| (*preset, name_of(*preset), help_of(*preset)));
        let (response, new) = rows::choice(ui, "Preset", &name_of(preset), presets);
        if let Some(preset) = new {
            form.begin(preset, task);
        }
        response
    });
    rows::row(ui, label("task"), help("task"), |ui| {
        let name = |task: Task| sentence(task.label());
        let tasks = [Task::NoReference, Task::FullReference];
        let tasks = tasks.map(|task| (task, name(task), String::new()));
        let (response, new) = rows::choice(ui, "Task", &name(task), tasks);
        if let Some(task) = new {
            form.begin(form.preset, task);
        }
        response
    });
    network::start(ui, panel.machine, form, commands);
    rows::row(ui, label("device"), help("device"), |ui| {
        let mut devices = panel.state.devices.clone();
        let scores = &panel.machine.chosen;
        if devices.iter().all(|(other, _)| other != scores) {
            devices.push((scores.clone(), scores.to_string()));
        }
        let named = |choice: &DeviceChoice| {
            let found = devices.iter().find(|(other, _)| other == choice);
            found.map_or_else(|| choice.to_string(), |(_, name)| name.clone())
        };
        let chosen = named(&form.settings.device);
        let options = devices.into_iter();
        let options = options.map(|(choice, name)| {
            let help = choice.to_string();
            (choice, name, help)
        });
        let (response, new) = rows::choice(ui, "Device", &chosen, options);
        if let Some(device) = new {
            form.settings.device = device;
        }
        response
    });
    let usual = form.usual();
    let main = MAIN
        .iter()
        .filter_map(|name| fields().iter().find(|f| f.name == *name));
    rows::settings(ui, main, &mut form.settings, &usual);
    let mut choose = false;
    let into = "Where settings, log, checkpoints and the saved state of the run are written";
    rows::row(ui, "Run folder", into, |ui| {
        let (target, runs) = (form.target(None), panel.state.runs.as_deref());
        let usual = form.target(runs);
        let hint = usual.map_or_else(
            || "Choose a folder".into(),
            |path| path.display().to_string(),
        );
        let (typed, clicked) = rows::path(ui, "run folder", target.as_deref(), &hint, "...");
        if let Some(folder) = typed {
            form.folder = folder;
        }
        choose = clicked;
        ui.response()
    });
    if choose {
        commands.push(Command::Choose(Place::Folder));
    }
}

/// Everything else, under the command line's headings.
fn rest(ui: &mut Ui, form: &mut Form) {
    let usual = form.usual();
    for heading in headings() {
        CollapsingHeader::new(heading)
            .id_salt(("settings", heading))
            .show_unindented(ui, |ui| {
                let fields = fields().iter().filter(|field| {
                    let name = field.name.as_str();
                    field.heading.as_deref() == Some(heading)
                        && !MAIN.contains(&name)
                        && !OWN.contains(&name)
                });
                rows::settings(ui, fields, &mut form.settings, &usual);
            });
    }
    if form.settings != usual && ui.button("Back to the preset").clicked() {
        form.settings = usual;
    }
}

/// What is wrong, and the button that begins.
fn begin(ui: &mut Ui, state: &State, form: &Form, commands: &mut Commands) {
    ui.add_space(4.0);
    let active = state.is_active();
    let problem = state.problem(form);
    if let Some(problem) = &problem {
        let colour = theme::bad(ui.visuals());
        ui.add(Label::new(RichText::new(problem).color(colour)).wrap());
    }
    let action = Action::Train;
    let key = action.keys(ui.ctx());
    let button = Button::new(action.label())
        .shortcut_text(key)
        .min_size(egui::vec2(ui.available_width(), 28.0));
    let button = ui.add_enabled(problem.is_none() && !active, button);
    let button = button.on_hover_text(action.help());
    let button = button.on_disabled_hover_text(match active {
        true => "A training is running already",
        false => "Put right what is named above",
    });
    if button.clicked() {
        commands.push(action);
    }
}

fn name_of(preset: Preset) -> String {
    let value = preset.to_possible_value();
    value.map_or_else(String::new, |value| sentence(value.get_name()))
}

fn help_of(preset: Preset) -> String {
    let value = preset.to_possible_value();
    let help = value.and_then(|value| value.get_help().map(ToString::to_string));
    help.unwrap_or_default()
}
