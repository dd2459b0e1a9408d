//! The score: what it is, which way is better, what made it, and what it is worth.

use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::gallery::{self, Frame};
use crate::app::scoring::compare::{self, Certainty, SelfReference, compare};
use crate::app::scoring::{Command, Rated, Scored};
use crate::app::theme;
use crate::app::wording::short;
use bpclip_core::image::Exif;
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Label, RichText, Ui};
use std::path::PathBuf;

/// What the score of a frame is shown from.
#[derive(Clone, Copy)]
pub struct ScoreView<'a> {
    pub frame: &'a Frame,
    /// The frame that it is compared with.
    pub second: Option<&'a Frame>,
    pub reference: Option<&'a Frame>,
    /// Whose score.
    pub task: Task,
    /// The score of the reference against itself.
    pub self_check: &'a Scored,
    /// Checkpoints that cannot be used, and why.
    pub refused: &'a [(PathBuf, String)],
}

/// The score of a frame.
pub fn score(ui: &mut Ui, shown: &ScoreView<'_>, commands: &mut Commands) {
    let frame = shown.frame;
    let name = RichText::new(frame.title()).strong();
    ui.add(Label::new(name).truncate());
    let noted = frame.exif.as_ref().map(Exif::to_string);
    if let Some(noted) = noted.filter(|noted| !noted.is_empty()) {
        ui.add(Label::new(RichText::new(noted).small().weak()).wrap());
    }
    for (path, why) in shown.refused {
        let name = short(path);
        let said = format!("{name} cannot be used, another checkpoint scores in its place");
        let bad = theme::bad(ui.visuals());
        let said = Label::new(RichText::new(said).color(bad)).wrap();
        ui.add(said).on_hover_text(why);
    }
    if shown.reference.is_some() {
        tasks(ui, shown.task, commands);
    }
    let is_reference = shown.reference.is_some_and(|other| other.id == frame.id);
    match frame.scored(shown.task) {
        _ if frame.broken.is_some() => {
            failed(
                ui,
                frame,
                frame.broken.as_deref().unwrap_or_default(),
                commands,
            );
        }
        Scored::Done(rated) => number(ui, shown, rated),
        Scored::Failed(reason) => failed(ui, frame, reason, commands),
        Scored::Waiting(_) => waiting(ui, "Waits for its turn"),
        Scored::Running(_) => waiting(ui, "Being scored"),
        Scored::Unasked if is_reference => {
            waiting(ui, "This is the reference itself");
        }
        Scored::Unasked => {
            waiting(ui, "Not scored");
            if ui.button("Score it").clicked() {
                commands.push(gallery::Command::Reread(frame.id));
            }
        }
    }
    reference(ui, shown, commands);
}

/// Which network speaks.
fn tasks(ui: &mut Ui, now: Task, commands: &mut Commands) {
    ui.horizontal(|ui| {
        for (task, label, hint) in [
            (
                Task::NoReference,
                "No reference",
                "How good does it look by itself?",
            ),
            (
                Task::FullReference,
                "Against reference",
                "How close is it to the reference?",
            ),
        ] {
            let button = ui.selectable_label(now == task, label);
            if button.on_hover_text(hint).clicked() {
                commands.push(Command::ActiveTask(task));
            }
        }
    });
}

fn waiting(ui: &mut Ui, text: &str) {
    ui.label(RichText::new("--").size(30.0).weak());
    ui.weak(text);
}

fn failed(ui: &mut Ui, frame: &Frame, reason: &str, commands: &mut Commands) {
    let bad = theme::bad(ui.visuals());
    ui.label(RichText::new("No score").size(20.0).color(bad));
    ui.add(Label::new(RichText::new(reason).color(bad)).wrap());
    if ui
        .button("Try again")
        .on_hover_text("Reads and scores the file again")
        .clicked()
    {
        commands.push(gallery::Command::Reread(frame.id));
    }
}

fn number(ui: &mut Ui, shown: &ScoreView<'_>, rated: &Rated) {
    let inspection = &rated.inspection;
    let heldout = rated.model.metadata.heldout.as_ref();
    let certainty = Certainty::of(&rated.model.metadata);
    let interval = certainty.interval(inspection.prediction.raw);
    ui.horizontal(|ui| {
        let number = RichText::new(format!("{:.1}", inspection.prediction.score()))
            .size(30.0)
            .strong();
        ui.label(number).on_hover_text(format!(
            "Raw score {:.4}: 100 of it is 1, and it is not held to that range",
            inspection.prediction.raw
        ));
        if let Some(([low, high], coverage)) = interval {
            let text = RichText::new(format!("{low:.0} to {high:.0}")).size(18.0);
            let set = heldout.map_or("", |heldout| heldout.set.as_str());
            ui.label(text).on_hover_text(format!(
                "Of {:.0} % of pictures with such a score people's rating lies between these, as \
                 fitted on pictures that the checkpoint never learned from ({set})",
                100.0 * coverage
            ));
        } else if let Some(error) = certainty.of_score() {
            let text = RichText::new(certainty.to_string()).size(18.0);
            let set = heldout.map_or("", |heldout| heldout.set.as_str());
            ui.label(text).on_hover_text(format!(
                "Root mean squared error of the checkpoint on pictures that it was not trained \
                 on, in points of 100: {error:.1} ({set})"
            ));
        }
        ui.label("of 100, higher is better");
    });
    if interval.is_none() && certainty.of_score().is_none() {
        ui.add(
            Label::new(
                RichText::new(
                    "Certainty: cannot be stated, the checkpoint does not say how far it is off",
                )
                .weak(),
            )
            .wrap(),
        );
    }
    let other = shown
        .second
        .and_then(|second| Some((second, second.scored(shown.task).rated()?)));
    if let Some((second, other)) = other {
        // One picture against the other, in a sentence.
        let (first, second) = (part(shown.frame, rated), part(second, other));
        let sentence = compare(&first, &second, certainty).to_string();
        ui.add(Label::new(RichText::new(sentence).strong()).wrap());
    }
    let model = &rated.model;
    let size = format!(
        "{} | scored at {} x {} of {} x {} | {}",
        model.checkpoint,
        inspection.scored_width,
        inspection.scored_height,
        inspection.width,
        inspection.height,
        model.device,
    );
    ui.add(Label::new(RichText::new(size).small().weak()).wrap());
    if rated.model.metadata.has_seen(inspection.fingerprint) {
        let text = "The network learned from this picture: its score is no measure of how good \
                    the network is";
        ui.add(Label::new(RichText::new(text).small()).wrap());
    }
    for note in &inspection.notes {
        ui.add(Label::new(RichText::new(format!("Note: {note}")).small().weak()).wrap());
    }
}

fn part<'a>(frame: &'a Frame, rated: &'a Rated) -> compare::Scored<'a> {
    compare::Scored {
        name: &frame.name,
        raw: rated.inspection.prediction.raw,
        checkpoint: &rated.model.checkpoint,
        size: rated.model.size,
    }
}

/// The reference: choosing it, clearing it, and what it says of the network.
fn reference(ui: &mut Ui, shown: &ScoreView<'_>, commands: &mut Commands) {
    let frame = shown.frame;
    let Some(reference) = shown.reference else {
        ui.horizontal(|ui| {
            let hint = Action::Reference.help();
            let button = egui::Button::new("Use as reference");
            let button = ui.add_enabled(frame.broken.is_none(), button);
            let button = button.on_hover_text(hint);
            let button = button.on_disabled_hover_text("This picture cannot be read");
            if button.clicked() {
                commands.push(gallery::Command::Reference(Some(frame.id)));
            }
        });
        return;
    };
    ui.horizontal(|ui| {
        if ui.small_button("Clear reference").clicked() {
            commands.push(gallery::Command::Reference(None));
        }
        ui.add(Label::new(format!("Reference: {}", reference.name)).truncate());
    });
    if shown.task != Task::FullReference {
        return;
    }
    let text = match (shown.self_check, frame.likeness.rated()) {
        (Scored::Done(own), Some(rated)) => {
            let certainty = Certainty::of(&own.model.metadata);
            let check = SelfReference::new(
                own.inspection.prediction.raw,
                rated.inspection.prediction.raw,
                certainty,
            );
            let mut text = RichText::new(check.to_string());
            if !check.passes() {
                text = text.color(theme::bad(ui.visuals())).strong();
            }
            text
        }
        (Scored::Done(own), None) => RichText::new(format!(
            "The reference against itself scores {:.1} of 100",
            own.inspection.prediction.score()
        )),
        (Scored::Failed(reason), _) => RichText::new(format!("Self-check failed: {reason}")),
        _ => RichText::new("Self-check: the reference is scored against itself").weak(),
    };
    ui.add(Label::new(text.small()).wrap());
}
