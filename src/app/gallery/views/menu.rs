//! The menu of a row.

use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::gallery::ranking::{Grouping, Mark};
use crate::app::gallery::{Command, Frame, State};
use eframe::egui;
use egui::Ui;

/// What can be done with a frame.
pub fn menu(ui: &mut Ui, state: &State, frame: &Frame, commands: &mut Commands) {
    let mut entry = |ui: &mut Ui, label: &str, action: Option<Action>, command: Command| {
        let key = action.and_then(|action| action.shortcuts().first().copied());
        let key = key
            .map(|key| ui.ctx().format_shortcut(&key))
            .unwrap_or_default();
        if ui
            .add(egui::Button::new(label).shortcut_text(key))
            .clicked()
        {
            commands.push(command);
            ui.close();
        }
    };
    if state.reference == Some(frame.id) {
        let clear = Command::Reference(None);
        entry(ui, "Clear reference", Some(Action::ClearReference), clear);
    } else if frame.broken.is_none() {
        let set = Command::Reference(Some(frame.id));
        entry(ui, "Use as reference", Some(Action::Reference), set);
    }
    if state.other == Some(frame.id) {
        entry(
            ui,
            "Stop comparing with it",
            Some(Action::Compare),
            Command::Compare(None),
        );
    } else {
        let compare = Command::Compare(Some(frame.id));
        entry(ui, "Compare others with it", Some(Action::Compare), compare);
    }
    ui.separator();
    for (mark, action) in [(Mark::Keep, Action::Keep), (Mark::Reject, Action::Reject)] {
        let marked = frame.mark == Some(mark);
        let label = if marked {
            format!("Not {}", mark.label().to_lowercase())
        } else {
            mark.label().into()
        };
        let wanted = (!marked).then_some(mark);
        entry(ui, &label, Some(action), Command::Mark(frame.id, wanted));
    }
    ui.separator();
    entry(ui, "Score again", None, Command::Reread(frame.id));
    entry(
        ui,
        "Remove from list",
        Some(Action::Remove),
        Command::Remove(frame.id),
    );
    if state.grouping == Grouping::None {
        return;
    }
    ui.separator();
    ui.weak("Groups have a heading and a bar on the left");
}
