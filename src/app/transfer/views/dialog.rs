//! Which pictures, what becomes of them, what would happen, and how far it is.

use super::lines;
use crate::app::command::Commands;
use crate::app::gallery;
use crate::app::gallery::ranking::Bursts;
use crate::app::theme;
use crate::app::transfer::{Command, Planned, Preview, State, Which, Wish, Work, chosen, outcome};
use crate::app::wording::{counted, in_words};
use bpclip_library::transfer::{GIVES_BACK, How, Plan};
use eframe::egui;
use egui::{Button, DragValue, Label, ProgressBar, RichText, TextEdit, Ui};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Best pictures that are offered at first.
const BEST: usize = 20;

/// The dialog.
pub fn dialog(
    ui: &mut Ui,
    state: &State,
    gallery: &gallery::State,
    rule: Bursts,
    commands: &mut Commands,
) {
    ui.heading("Copy, move or bin files");
    let said = "Raw files, JPEGs of the same shot and XMP sidecars go along. Nothing is ever \
                overwritten, and one undo takes all of it back.";
    ui.add(Label::new(said).wrap());
    ui.add_space(6.0);
    if let Some(work) = &state.work {
        return progress(ui, work, commands);
    }
    which(ui, state.wish.which, (gallery, rule), commands);
    how(ui, &state.wish, commands);
    ui.separator();
    match &state.preview {
        Preview::NoPicture => {
            ui.weak("No picture in the list is one of these");
        }
        Preview::NoFolder => {
            ui.weak("Type or choose the folder");
        }
        Preview::Looking => {
            ui.weak("Looking at the files");
        }
        Preview::Ready(planned) => preview(ui, &state.wish, planned, commands),
    }
    if let Some((log, plan)) = &state.last {
        ui.separator();
        last(ui, log, plan, commands);
    }
}

fn which(
    ui: &mut Ui,
    now: Which,
    (gallery, rule): (&gallery::State, Bursts),
    commands: &mut Commands,
) {
    let best = match now {
        Which::Best { .. } => now,
        _ => Which::Best {
            count: BEST,
            per_burst: None,
        },
    };
    ui.horizontal_wrapped(|ui| {
        ui.label("Pictures");
        for which in [Which::Selected, Which::Kept, Which::Rejected, best] {
            let label = match which {
                Which::Best { .. } => which.label().to_owned(),
                _ => format!("{} ({})", which.label(), chosen(gallery, which, rule).len()),
            };
            if ui.radio(which == now, label).clicked() && which != now {
                commands.push(Command::Which(which));
            }
        }
    });
    let Which::Best { count, per_burst } = now else {
        return;
    };
    let (mut wanted, mut limit, mut limited) = (count, per_burst.unwrap_or(1), per_burst.is_some());
    ui.horizontal(|ui| {
        ui.add(DragValue::new(&mut wanted).range(1..=100_000))
            .accessible_name("How many of the best");
        ui.label("by score, none that is rejected;");
        ui.checkbox(&mut limited, "of each burst at most");
        ui.add_enabled(limited, DragValue::new(&mut limit).range(1..=1000))
            .accessible_name("How many of each burst");
    });
    let wish = Which::Best {
        count: wanted,
        per_burst: limited.then_some(limit),
    };
    if wish != now {
        commands.push(Command::Which(wish));
    }
}

fn how(ui: &mut Ui, wish: &Wish, commands: &mut Commands) {
    ui.horizontal(|ui| {
        ui.label("What to do");
        for (how, label) in [
            (How::Copy, "Copy"),
            (How::Move, "Move"),
            (How::Bin, "Put into the bin"),
        ] {
            if ui.radio(how == wish.how, label).clicked() && how != wish.how {
                commands.push(Command::How(how));
            }
        }
    });
    if wish.how == How::Bin {
        if !GIVES_BACK {
            ui.weak("This system's bin gives nothing back to a program: take files out there");
        }
        return;
    }
    ui.horizontal(|ui| {
        let label = ui.label("Folder");
        let mut text = wish.typed.clone();
        let width = ui.available_width() - 80.0;
        let field = TextEdit::singleline(&mut text)
            .hint_text("/home/me/photos/chosen")
            .desired_width(width);
        if ui.add(field).labelled_by(label.id).changed() {
            commands.push(Command::Typed(text));
        }
        if ui.button("Browse...").clicked() {
            commands.push(Command::Browse);
        }
    });
}

fn preview(ui: &mut Ui, wish: &Wish, planned: &Planned, commands: &mut Commands) {
    let steps = &planned.plan.steps;
    let renamed = steps.iter().filter(|step| step.is_renamed()).count();
    ui.label(summary(planned));
    if renamed > 0 {
        let said = match renamed {
            1 => "1 gets a number, because its name is taken".to_owned(),
            _ => format!("{renamed} get a number, because their names are taken"),
        };
        ui.label(RichText::new(said).color(theme::bad(ui.visuals())));
    }
    if planned.there > 0 {
        ui.weak(format!("{} already there", counted(planned.there, "file")));
    }
    for problem in &planned.problems {
        ui.add(Label::new(RichText::new(problem).color(theme::bad(ui.visuals()))).wrap());
    }
    lines::lines(ui, steps);
    ui.add_space(6.0);
    let verb = match wish.how {
        How::Copy => "Copy",
        How::Move => "Move",
        How::Bin => "Put into the bin:",
    };
    let begin = Button::new(format!("{verb} {}", counted(steps.len(), "file")));
    if ui.add_enabled(!steps.is_empty(), begin).clicked() {
        commands.push(Command::Begin(planned.number));
    }
}

fn summary(planned: &Planned) -> String {
    let megabytes = planned.bytes as f64 / 1e6;
    let pictures = counted(planned.pictures, "picture");
    let files = counted(planned.plan.steps.len(), "file");
    format!("{pictures}, {files}, {megabytes:.1} MB")
}

fn progress(ui: &mut Ui, work: &Work, commands: &mut Commands) {
    ui.label(format!(
        "{} {} of {} files",
        work.label(),
        work.done,
        work.of
    ));
    let share = work.done as f32 / work.of.max(1) as f32;
    ui.add(ProgressBar::new(share))
        .accessible_name("Files done");
    if !work.failed.is_empty() {
        let said = format!("{} could not be; the log says why", work.failed.len());
        ui.label(RichText::new(said).color(theme::bad(ui.visuals())));
    }
    let stop = Button::new("Stop");
    let hint = "After the files at hand; what is done stays, and can be taken back";
    if ui
        .add_enabled(!work.is_stopping(), stop)
        .on_hover_text(hint)
        .clicked()
    {
        commands.push(Command::Stop);
    }
}

/// What was done last, with what takes it back.
fn last(ui: &mut Ui, log: &std::path::Path, plan: &Plan, commands: &mut Commands) {
    let files = counted(plan.steps.len(), "file");
    let what = outcome(plan.how);
    let made = UNIX_EPOCH + Duration::from_secs(plan.made);
    let ago = SystemTime::now().duration_since(made).unwrap_or_default();
    let ago = in_words(ago.as_secs_f64());
    ui.horizontal(|ui| {
        ui.label(format!("Last: {files} {what}, {ago} ago"))
            .on_hover_text(log.display().to_string());
        let back = Button::new("Take back");
        if ui
            .add_enabled(plan.how != How::Bin || GIVES_BACK, back)
            .clicked()
        {
            commands.push(Command::TakeBack(log.to_owned()));
        }
    });
}
