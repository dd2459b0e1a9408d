//! The catalogue of weights, and the question before anything is fetched.

use super::command::Command;
use super::state::{LocalEntry, State};
use crate::app::command::Commands;
use crate::app::theme;
use bpclip_catalogue::{self as catalogue, Digest, Progress};
use eframe::egui;
use egui::{Button, Grid, Label, ProgressBar, RichText, ScrollArea, Ui};

/// Width of the names and what they are for, in points.
const NAMES: f32 = 340.0;

/// The list, or the question about one of it.
pub fn weights(ui: &mut Ui, weights: &State, commands: &mut Commands) {
    ui.heading("Model weights");
    let known = match &weights.here {
        None => {
            ui.weak("Being looked at...");
            return;
        }
        Some(Err(reason)) => {
            bad(ui, reason);
            return;
        }
        Some(Ok(known)) => known,
    };
    let asked = known
        .iter()
        .find(|known| Some(known.entry.name) == weights.asking);
    match asked {
        Some(known) => question(ui, known, commands),
        None => list(ui, weights, known, commands),
    }
}

fn list(ui: &mut Ui, weights: &State, known: &[LocalEntry], commands: &mut Commands) {
    ui.add(
        Label::new(
            "Nothing is ever downloaded without your word. What is downloaded is checked, and lies in \
             your cache folder; training takes it from there.",
        )
        .wrap(),
    );
    if let Some(fetching) = &weights.fetching {
        ui.horizontal(|ui| {
            let (share, text) = match fetching.progress {
                Progress::Waiting => (0.0, "another download of it is under way".to_owned()),
                Progress::Connecting => (0.0, "connecting".to_owned()),
                Progress::Arriving { done, total } => {
                    let share = done as f32 / total.max(1) as f32;
                    (share, format!("{:.0} %", 100.0 * share))
                }
            };
            let text = format!("{}: {text}", fetching.name);
            ui.add(ProgressBar::new(share).desired_width(400.0).text(text));
            if ui.button("Stop downloading").clicked() {
                commands.push(Command::Stop);
            }
        });
    }
    if let Some(ended) = &weights.ended {
        match &ended.result {
            Ok(path) => {
                let next = known.iter().find(|known| known.entry.name == ended.name);
                let next = next.map_or("", |known| &known.next);
                ui.add(Label::new(format!("Downloaded: {}. Next: {next}", path.display())).wrap());
            }
            Err(reason) => bad(ui, &format!("{} is not here: {reason}", ended.name)),
        }
    }
    ui.add_space(4.0);
    let height = (ui.ctx().content_rect().height() - 260.0).max(160.0);
    ScrollArea::vertical()
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            Grid::new("weights")
                .num_columns(3)
                .spacing([12.0, 6.0])
                .striped(true)
                .show(ui, |ui| {
                    for known in known {
                        ui.vertical(|ui| {
                            ui.set_width(NAMES);
                            ui.strong(known.entry.name).on_hover_text(known.entry.title);
                            ui.add(Label::new(RichText::new(known.entry.purpose).weak()).wrap());
                        });
                        ui.label(known.entry.size.to_string());
                        state(ui, weights, known, commands);
                        ui.end_row();
                    }
                });
        });
}

fn state(ui: &mut Ui, weights: &State, known: &LocalEntry, commands: &mut Commands) {
    let (text, label) = match known.state {
        catalogue::State::Bundled => {
            ui.weak("in the program");
            return;
        }
        catalogue::State::Here => {
            ui.label("here").on_hover_text(&known.next);
            return;
        }
        catalogue::State::Wrong => ("Download again...", "Download again"),
        catalogue::State::Partly(_) => ("Download the rest...", "Download the rest of"),
        catalogue::State::Absent => ("Download...", "Download"),
    };
    let button = ui.add_enabled(weights.fetching.is_none(), Button::new(text));
    let button = button.on_hover_text("Asks first");
    let button = button.accessible_name(format!("{label} {}", known.entry.name));
    if button.clicked() {
        commands.push(Command::Ask(Some(known.entry.name)));
    }
}

/// All that somebody must know before agreeing.
fn question(ui: &mut Ui, known: &LocalEntry, commands: &mut Commands) {
    let entry = known.entry;
    let Some((url, path)) = &known.way else {
        return;
    };
    ui.label(RichText::new(format!("Download {}?", entry.name)).strong());
    let checked = match entry.digest {
        Digest::Sha256(digest) => format!("by its SHA-256, {digest}"),
        Digest::AtOrigin => "by the SHA-256 that its origin publishes".to_owned(),
    };
    Grid::new("question").num_columns(2).show(ui, |ui| {
        for (name, value) in [
            ("What", entry.title.to_owned()),
            ("For", entry.purpose.to_owned()),
            ("From", url.clone()),
            ("Size", entry.size.to_string()),
            ("Licence", entry.licence.to_owned()),
            ("Checked", checked),
            ("To", path.display().to_string()),
        ] {
            ui.weak(name);
            ui.add(Label::new(value).wrap());
            ui.end_row();
        }
    });
    ui.horizontal(|ui| {
        if ui.button(format!("Download {}", entry.size)).clicked() {
            commands.push(Command::Fetch(entry.name));
        }
        if ui.button("Do not download").clicked() {
            commands.push(Command::Ask(None));
        }
    });
}

fn bad(ui: &mut Ui, text: &str) {
    let colour = theme::bad(ui.visuals());
    ui.add(Label::new(RichText::new(text).color(colour)).wrap());
}
