//! How much is kept, and how to forget it.

use super::{Command, State};
use crate::app::command::Commands;
use crate::app::theme;
use eframe::egui;
use egui::{Button, Id, Label, RichText, Ui};

/// What is kept, and the buttons that forget it.
pub fn library(ui: &mut Ui, state: &State, commands: &mut Commands) {
    ui.heading("Kept on disk");
    let Some(path) = &state.path else {
        ui.label("Nothing is kept: this system names no folder for it");
        return;
    };
    let said = "Marks, stars, labels, scores and thumbnails, so that nothing is lost and nothing is \
                done twice. Pictures are never copied, and nothing leaves this machine.";
    ui.add(Label::new(said).wrap());
    ui.add(Label::new(RichText::new(path.display().to_string()).weak()).wrap());
    if let Some(trouble) = &state.trouble {
        let bad = theme::bad(ui.visuals());
        ui.add(Label::new(RichText::new(trouble).color(bad)).wrap());
    }
    ui.add_space(6.0);
    let Some(size) = state.size else {
        ui.weak("Being counted");
        return;
    };
    let most = super::MOST_BYTES >> 20;
    ui.label(format!(
        "{:.1} MB of {most} at most; what was not used for longest goes first, marks never",
        size.bytes as f64 / f64::from(1 << 20)
    ));
    ui.label(format!(
        "Scores or thumbnails of {} pictures, marks on {}",
        size.pictures, size.decisions
    ));
    ui.add_space(6.0);
    let forget = Button::new("Forget scores and thumbnails");
    let hint = "Marks stay; pictures are scored again when they are opened";
    if ui
        .add_enabled(size.pictures > 0, forget)
        .on_hover_text(hint)
        .clicked()
    {
        commands.push(Command::Clear);
    }
    ui.add_space(6.0);
    // Nobody can bring them back.
    let memory = Id::unique("marks may be forgotten");
    let mut sure: bool = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
    ui.checkbox(&mut sure, "Forget marks, stars and labels too");
    let forget = Button::new("Forget all marks");
    let hint = "Of all pictures that are not in the list now; this cannot be undone";
    if ui
        .add_enabled(sure && size.decisions > 0, forget)
        .on_hover_text(hint)
        .clicked()
    {
        commands.push(Command::ClearDecisions);
        sure = false;
    }
    ui.data_mut(|data| data.insert_temp(memory, sure));
}
