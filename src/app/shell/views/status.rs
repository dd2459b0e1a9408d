//! The line at the bottom: how far the work is, what happened last, and on what it runs.

use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::log::Tone;
use crate::app::scoring::{Ended, Machine, Progress};
use crate::app::shell::{Command, Dialog, Page};
use crate::app::theme;
use crate::app::training::{Phase, Run};
use crate::app::transfer::{self, Work};
use crate::app::viewer::Pointed;
use crate::app::wording::in_words;
use eframe::egui;
use egui::{Align, Button, Label, Layout, ProgressBar, RichText, Ui};

/// What the status bar shows.
pub struct Status<'a> {
    pub progress: Progress,
    /// What the last scoring came to.
    pub ended: Option<Ended>,
    /// Files that are being copied, moved or binned.
    pub transfer: Option<&'a Work>,
    /// The training, where it is not in sight.
    pub training: Option<&'a Run>,
    pub machine: &'a Machine,
    pub pointed: Option<Pointed>,
    /// The last thing that happened.
    pub last: Option<&'a (Tone, String)>,
}

/// The status bar.
pub fn bar(ui: &mut Ui, status: &Status<'_>, commands: &mut Commands) {
    ui.horizontal(|ui| {
        progress(ui, status.progress, commands);
        ended(ui, status.ended);
        if let Some(work) = status.transfer {
            transfer(ui, work, commands);
        }
        if let Some(run) = status.training {
            training(ui, run, commands);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            machine(ui, status.machine);
            if let Some(pointed) = status.pointed {
                pixel(ui, pointed);
            }
            message(ui, status.last, commands);
        });
    });
}

fn progress(ui: &mut Ui, progress: Progress, commands: &mut Commands) {
    let Progress { done, left, .. } = progress;
    if left == 0 {
        return;
    }
    let of = done + left;
    let mut text = format!("{done} of {of} scored");
    if let Some(time) = time_left(progress) {
        text.push_str(&format!(", {time} left"));
    }
    let share = done as f32 / of.max(1) as f32;
    ui.add(
        ProgressBar::new(share)
            .desired_width(110.0)
            .desired_height(10.0),
    )
    .accessible_name("Scoring");
    ui.label(text);
    let cancel = Button::new("Cancel").small();
    if ui
        .add(cancel)
        .on_hover_text(Action::Cancel.help())
        .clicked()
    {
        commands.push(Action::Cancel);
    }
    ui.separator();
}

/// What the work came to.
fn ended(ui: &mut Ui, ended: Option<Ended>) {
    let Some(Ended {
        done,
        failed,
        seconds,
        ..
    }) = ended
    else {
        return;
    };
    let time = in_words(seconds);
    let text = match failed {
        0 => format!("{done} scored in {time}"),
        _ => format!("{} scored in {time}, {failed} failed", done - failed),
    };
    ui.label(text);
    ui.separator();
}

/// How far the files are.
fn transfer(ui: &mut Ui, work: &Work, commands: &mut Commands) {
    ui.label(format!("{} {} of {}", work.label(), work.done, work.of));
    let stop = Button::new("Stop").small();
    if ui.add_enabled(!work.is_stopping(), stop).clicked() {
        commands.push(transfer::Command::Stop);
    }
    ui.separator();
}

/// How far the training is.
fn training(ui: &mut Ui, run: &Run, commands: &mut Commands) {
    let mut text = format!("Training {:.0} %", 100.0 * run.curves.share());
    match (&run.phase, run.curves.seconds_left()) {
        (Phase::Paused, _) => text.push_str(", paused"),
        (_, Some(seconds)) => text.push_str(&format!(", {} left", in_words(seconds))),
        _ => {}
    }
    let button = ui.add(Button::new(text).small());
    if button.on_hover_text("Shows the training panel").clicked() {
        commands.push(Command::Page(Page::Training));
    }
    ui.separator();
}

/// How long the rest will take, in words; nothing until that can be guessed.
fn time_left(progress: Progress) -> Option<String> {
    let elapsed = progress.since?.elapsed().as_secs_f64();
    if progress.done < 3 || elapsed < 1.0 {
        return None;
    }
    Some(in_words(
        elapsed / progress.done as f64 * progress.left as f64,
    ))
}

fn machine(ui: &mut Ui, machine: &Machine) {
    let text = match &machine.preparing {
        Some(_) => format!("{} (GPU is being made ready)", machine.name),
        None => machine.name.clone(),
    };
    let why = match (&machine.preparing, &machine.why) {
        (Some(name), _) => format!("{name} compiles its kernels; the CPU scores meanwhile"),
        (None, Some(why)) => why.clone(),
        (None, None) => "What scores are computed on".into(),
    };
    ui.label(text).on_hover_text(why);
}

fn pixel(ui: &mut Ui, ((x, y), [r, g, b]): Pointed) {
    ui.separator();
    let text = RichText::new(format!("{x}, {y}:  {r} {g} {b}")).monospace();
    ui.label(text).on_hover_text(
        "Column and row of the pixel under the pointer, and its red, green and blue",
    );
}

/// The last thing that happened; the log has the others.
fn message(ui: &mut Ui, last: Option<&(Tone, String)>, commands: &mut Commands) {
    ui.separator();
    if ui
        .add(Button::new("Log").small())
        .on_hover_text("What happened (F2)")
        .clicked()
    {
        commands.push(Command::Dialog(Some(Dialog::Log)));
    }
    let Some((tone, text)) = last else { return };
    let mut rich = RichText::new(text);
    if *tone == Tone::Bad {
        rich = rich.color(theme::bad(ui.visuals())).strong();
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(rich).truncate());
    });
}
