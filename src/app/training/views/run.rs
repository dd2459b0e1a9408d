//! The run that is shown: what it is doing, and what can be done with it.

use super::given::Panel;
use super::{epochs, plots};
use crate::app::actions::{Action, Possible};
use crate::app::command::Commands;
use crate::app::theme;
use crate::app::training::{Command, Curves, Phase, Place, Run};
use crate::app::wording::{in_words, sentence, short};
use eframe::egui;
use egui::{Align, Button, Label, Layout, ProgressBar, RichText, ScrollArea, Ui};

/// Least height of a plot, in points.
const LEAST: f32 = 150.0;

/// The right side of the panel.
pub fn run(ui: &mut Ui, panel: &Panel<'_>, commands: &mut Commands) {
    let Some(run) = &panel.state.run else {
        nothing(ui, panel, commands);
        return;
    };
    head(ui, panel, run, commands);
    let compared = panel.state.compared.as_ref();
    ui.separator();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let height = (ui.available_height() / 2.0 - 30.0).max(LEAST);
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    let (shown, series) = ((&run.curves, compared), panel.state.series);
                    plots::steps(left, shown, series, height, commands);
                    plots::held_out(right, shown, height);
                }
            });
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    plots::scatter(left, (&run.curves, compared), height);
                    epochs::epochs(right, run, panel.machine, height, commands);
                }
            });
        });
}

/// No run is shown.
fn nothing(ui: &mut Ui, panel: &Panel<'_>, commands: &mut Commands) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.28);
        ui.heading("No run is shown");
        ui.add_space(4.0);
        let text = "Name a folder of rated pictures and start: a table with the columns name \
                    and mos beside the pictures will do, and the public datasets as they unpack.";
        ui.add(Label::new(RichText::new(text).weak()).wrap());
        ui.add_space(12.0);
        action(ui, Action::OpenRun, panel.possible, commands);
        if let Some(folder) = &panel.memory.last_run {
            let last = ui.button(format!("Show the last run: {}", short(folder)));
            if last.on_hover_text(folder.display().to_string()).clicked() {
                commands.push(Command::Open(folder.clone()));
            }
        }
    });
}

fn head(ui: &mut Ui, panel: &Panel<'_>, run: &Run, commands: &mut Commands) {
    let possible = panel.possible;
    ui.horizontal(|ui| {
        let name = ui.strong(short(&run.folder));
        name.on_hover_text(run.folder.display().to_string());
        ui.separator();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            compare(ui, panel, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if !matches!(run.phase, Phase::Failed(_)) {
                    ui.add(Label::new(said(run, panel.state.leaving)).truncate());
                }
            });
        });
    });
    if let Phase::Failed(reason) = &run.phase {
        let mut text = sentence(reason);
        if run.can_resume() {
            text.push_str(". What was saved is kept: Continue goes on from it.");
        }
        let text = RichText::new(text).color(theme::bad(ui.visuals()));
        ui.add(Label::new(text).wrap());
    }
    let bar = ProgressBar::new(run.curves.share())
        .desired_height(8.0)
        .desired_width(ui.available_width());
    ui.add(bar).accessible_name("Training progress");
    ui.horizontal(|ui| {
        if run.phase.is_active() {
            let waits = matches!(run.phase, Phase::Pausing | Phase::Paused);
            let label = if waits { "Go on" } else { "Pause" };
            named(ui, Action::PauseTraining, label, possible, commands);
            named(ui, Action::StopTraining, "Stop", possible, commands);
        } else {
            named(ui, Action::ResumeTraining, "Continue", possible, commands);
            action(ui, Action::OpenRun, panel.possible, commands);
        }
        ui.separator();
        named(
            ui,
            Action::UseBest,
            "Use this checkpoint",
            possible,
            commands,
        );
        if let (Some(best), Some(path)) = (run.curves.best(), run.best()) {
            let text = match panel.machine.uses(&path, best.epoch) {
                true => format!("in use: epoch {}, the best", best.epoch),
                false => format!("epoch {}, the best", best.epoch),
            };
            ui.weak(text).on_hover_text(path.display().to_string());
        }
    });
    facts(ui, run);
}

/// Chooses the run to compare with, or takes it away.
fn compare(ui: &mut Ui, panel: &Panel<'_>, commands: &mut Commands) {
    let (label, help, command) = match &panel.state.compared {
        None => (
            "Compare with a run...",
            "Shows the curves of a second run in the same plots, paler".to_owned(),
            Command::Choose(Place::Compared),
        ),
        Some(other) => (
            "Compare no more",
            format!("Takes away the curves of {}", other.folder.display()),
            Command::CompareNoMore,
        ),
    };
    if ui.small_button(label).on_hover_text(help).clicked() {
        commands.push(command);
    }
}

/// What the run is doing, in words.
fn said(run: &Run, leaving: bool) -> String {
    let at = place(&run.curves);
    match &run.phase {
        Phase::Preparing => "Reading the pictures' table and the network".into(),
        Phase::Running => at,
        Phase::Pausing => "Pausing after this step".into(),
        Phase::Paused => format!("Paused, its state saved: {at}"),
        Phase::Stopping if leaving => "Stopping after this step; the window closes then".into(),
        Phase::Stopping => "Stopping after this step".into(),
        Phase::Stopped => format!("Stopped, its state saved: {at}"),
        Phase::Opened if !run.curves.finished() => format!("Not finished: {at}"),
        Phase::Finished | Phase::Opened => format!("Finished: {} epochs", run.curves.position.0),
        Phase::Failed(_) => String::new(),
    }
}

/// Where a training stands, in words.
fn place(curves: &Curves) -> String {
    let Some(plan) = &curves.plan else {
        return "nothing is done yet".into();
    };
    let (epoch, step) = curves.position;
    let (epochs, steps) = (plan.epochs, plan.epoch_steps);
    match curves.validating {
        Some((done, total)) => {
            format!(
                "epoch {} of {epochs}, scoring {done} of {total} held out",
                epoch + 1
            )
        }
        None if curves.finished() => format!("{epochs} epochs"),
        None => format!("epoch {} of {epochs}, step {step} of {steps}", epoch + 1),
    }
}

/// Speed, time, and what the last step said.
fn facts(ui: &mut Ui, run: &Run) {
    let curves = &run.curves;
    let mut facts = Vec::new();
    if let Some(speed) = curves.speed() {
        facts.push((
            format!("{speed:.1} pictures/s"),
            "The median of the last 20 steps",
        ));
    }
    if let (Some(seconds), true) = (curves.seconds_left(), run.phase.is_active()) {
        let text = format!("{} left", in_words(seconds));
        facts.push((text, "Guessed from the last steps and the last validation"));
    }
    if let Some(step) = &curves.last {
        facts.push((
            format!("rate {}", short_number(step.lr)),
            "Learning rate of the last step",
        ));
        let norm = short_number(f64::from(step.grad_norm));
        facts.push((
            format!("gradient norm {norm}"),
            "Of the last step, before it was clipped",
        ));
    }
    if let Some(plan) = &curves.plan {
        let mut text = format!("{} rated, {} held out", plan.rated, plan.held_out);
        if plan.pristine > 0 {
            text.push_str(&format!(", {} pristine", plan.pristine));
        }
        facts.push((
            text,
            "Pictures learned from, and pictures that it is judged by",
        ));
        facts.push((plan.device.clone(), "What it is computed on"));
    }
    if let Some(saved) = curves.saved.filter(|_| !curves.finished()) {
        let text = format!("saved at epoch {}, step {}", saved.epoch + 1, saved.step);
        facts.push((text, "Where a run that is killed goes on"));
    }
    ui.horizontal_wrapped(|ui| {
        for (at, (text, help)) in facts.into_iter().enumerate() {
            if at > 0 {
                ui.weak("|");
            }
            ui.label(text).on_hover_text(help);
        }
    });
}

/// Three digits, small numbers as powers of ten.
fn short_number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size < 1e-3 => format!("{value:.1e}"),
        _ => format!("{value:.3}"),
    }
}

fn action(ui: &mut Ui, action: Action, possible: &Possible, commands: &mut Commands) {
    named(ui, action, &action.label(), possible, commands);
}

/// An action as a button, under a name that says enough here.
fn named(ui: &mut Ui, action: Action, label: &str, possible: &Possible, commands: &mut Commands) {
    let button = ui.add_enabled(possible.has(action), Button::new(label));
    if button.on_hover_text(action.hint(ui.ctx())).clicked() {
        commands.push(action);
    }
}
