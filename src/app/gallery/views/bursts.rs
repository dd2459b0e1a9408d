//! How bursts are found, and keeping the best of each.

use crate::app::command::Commands;
use crate::app::gallery::ranking::{BestBy, Bursts, Mark};
use crate::app::gallery::{Command, Cull, Sorting, State};
use crate::app::shell;
use crate::app::wording::counted;
use eframe::egui;
use egui::{Button, DragValue, Id, Label, Ui};

/// The dialog.
pub fn bursts(ui: &mut Ui, state: &State, sorting: &Sorting<'_>, commands: &mut Commands) {
    ui.heading("Best of each burst");
    let said = "Pictures of one camera that were taken one right after the other and show the same scene \
                are a burst. Where the camera noted no time, neighbours by name that look alike are. \
                Exposure brackets are told by their exposures and left alone.";
    ui.add(Label::new(said).wrap());
    ui.add_space(6.0);
    let before = sorting.bursts;
    let mut wanted = before;
    ui.horizontal(|ui| {
        ui.label("Time between two pictures of a burst, at most");
        let field = DragValue::new(&mut wanted.gap)
            .range(Bursts::GAPS)
            .speed(0.1)
            .max_decimals(1)
            .suffix(" s");
        ui.add(field).accessible_name("Longest gap in seconds");
    });
    ui.horizontal(|ui| {
        ui.label("The best has the highest");
        for by in BestBy::ALL {
            let possible = by != BestBy::Taste || sorting.taste.is_some();
            let radio = egui::RadioButton::new(wanted.best_by == by, by.label());
            let radio = ui.add_enabled(possible, radio);
            let hint = "Nothing is learned of your taste yet";
            if radio.on_disabled_hover_text(hint).clicked() {
                wanted.best_by = by;
            }
        }
    });
    if wanted != before {
        commands.push(Command::Bursts(wanted));
    }
    let memory = Id::unique("how many of each burst");
    let mut count: usize = ui.data(|data| data.get_temp(memory)).unwrap_or(1);
    ui.horizontal(|ui| {
        ui.label("Keep the best");
        let field = DragValue::new(&mut count).range(1..=99).speed(0.05);
        ui.add(field).accessible_name("How many of each burst");
        ui.label("of each, reject the rest");
    });
    ui.data_mut(|data| data.insert_temp(memory, count));
    ui.add_space(6.0);
    let cull = Cull::of(state, sorting, count);
    ui.add(Label::new(preview(&cull)).wrap());
    let some = !cull.marks.is_empty();
    let button = ui.add_enabled(some, Button::new("Keep and reject"));
    let hint = "Marks the pictures; one undo takes it back. No file is touched";
    if button.on_hover_text(hint).clicked() {
        commands.push(Command::MarkEach(cull.marks));
        commands.push(shell::Command::Dialog(None));
    }
}

/// What would be done.
fn preview(cull: &Cull) -> String {
    let plural = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let mut said = match cull.bursts {
        0 => "There is no burst with unmarked pictures.".to_owned(),
        bursts => format!(
            "Of the pictures that are shown, in {}: {} will be kept, {} rejected. Marks that are there \
             stay.",
            counted(bursts, "burst"),
            cull.count(Mark::Keep),
            cull.count(Mark::Reject)
        ),
    };
    if cull.brackets > 0 {
        let brackets = plural(cull.brackets, "bracket is", "brackets are");
        said.push_str(&format!(" {brackets} left alone."));
    }
    if cull.waiting > 0 {
        let waiting = plural(cull.waiting, "burst waits", "bursts wait");
        said.push_str(&format!(" {waiting} for scores."));
    }
    said
}
