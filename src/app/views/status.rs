//! The line at the bottom: how far the work is, what happened last, and on what it runs.

use crate::app::command::Command;
use crate::app::keys::Action;
use crate::app::state::{Dialog, Page, Progress, Tone, View};
use crate::app::theme;
use crate::app::training::Phase;
use eframe::egui;
use egui::{Align, Button, Label, Layout, ProgressBar, RichText, Ui};

/// The status bar.
pub fn bar(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        progress(ui, view, commands);
        training(ui, view, commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            machine(ui, view);
            pixel(ui, view);
            message(ui, view, commands);
        });
    });
}

fn progress(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let Progress { done, left, .. } = view.state.progress;
    if left == 0 {
        return;
    }
    let of = done + left;
    let mut text = format!("{done} of {of} scored");
    if let Some(time) = time_left(view.state.progress) {
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
        commands.push(Action::Cancel.into());
    }
    ui.separator();
}

/// How far the training is, where it is not in sight.
fn training(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let training = &view.state.training;
    let Some(run) = training.run.as_ref().filter(|run| run.phase.is_active()) else {
        return;
    };
    if view.state.page == Page::Training {
        return;
    }
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

/// A length of time.
pub fn in_words(seconds: f64) -> String {
    match seconds {
        ..1.5 => "a second".into(),
        ..60.0 => format!("{seconds:.0} s"),
        ..3600.0 => format!("{:.0} min", (seconds / 60.0).max(1.0)),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

fn machine(ui: &mut Ui, view: &View<'_>) {
    let machine = &view.state.machine;
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

fn pixel(ui: &mut Ui, view: &View<'_>) {
    let Some(((x, y), [r, g, b])) = view.state.pointed else {
        return;
    };
    ui.separator();
    let text = RichText::new(format!("{x}, {y}:  {r} {g} {b}")).monospace();
    ui.label(text).on_hover_text(
        "Column and row of the pixel under the pointer, and its red, green and blue",
    );
}

/// The last thing that happened; the log has the others.
fn message(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let Some((tone, text)) = view.state.log.lines.back() else {
        return;
    };
    ui.separator();
    if ui
        .add(Button::new("Log").small())
        .on_hover_text("What happened (F2)")
        .clicked()
    {
        commands.push(Command::Dialog(Some(Dialog::Log)));
    }
    let mut rich = RichText::new(text);
    if *tone == Tone::Bad {
        rich = rich.color(theme::bad(ui.visuals())).strong();
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(rich).truncate());
    });
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn times_are_short() {
        assert_eq!(in_words(0.2), "a second");
        assert_eq!(in_words(42.4), "42 s");
        assert_eq!(in_words(61.0), "1 min");
        assert_eq!(in_words(5400.0), "1.5 h");
    }
}
