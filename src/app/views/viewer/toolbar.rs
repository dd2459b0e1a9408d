//! How pictures are shown: modes, scale, and the second picture.

use crate::app::command::Command;
use crate::app::keys::Action;
use crate::app::settings::ViewerMode;
use crate::app::state::{Scale, View};
use eframe::egui;
use egui::{Button, ComboBox, Ui};

/// Frames that the list of second pictures shows; the filmstrip's menu has all.
const LISTED: usize = 40;

/// The toolbar.
pub fn toolbar(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        modes(ui, view, commands);
        ui.separator();
        scale(ui, view, commands);
        ui.separator();
        second(ui, view, commands);
        of_mode(ui, view, commands);
    });
}

fn modes(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    for mode in ViewerMode::ALL {
        let possible = mode == ViewerMode::Single || view.second.is_some();
        let chosen = match view.second {
            Some(_) => view.state.look.mode == mode,
            None => mode == ViewerMode::Single,
        };
        let action = Action::Mode(mode);
        let button = ui.add_enabled(possible, Button::selectable(chosen, mode.label()));
        let hint = format!("{} ({})", action.label(), action.keys(ui.ctx()));
        let button = button.on_hover_text(hint).on_disabled_hover_text(
            "Needs a second picture: choose a reference (R) or one to compare with (C)",
        );
        if button.clicked() {
            commands.push(Command::Mode(mode));
        }
    }
}

fn scale(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let now = view.state.look.scale;
    for (action, chosen) in [
        (Action::Fit, now == Scale::Fit),
        (Action::Actual, now == Scale::Times(1.0)),
    ] {
        let hint = format!("{} ({})", action.help(), action.keys(ui.ctx()));
        if ui
            .selectable_label(chosen, action.label())
            .on_hover_text(hint)
            .clicked()
        {
            commands.push(action.into());
        }
    }
    let times = match now {
        Scale::Fit => view.state.fitted.unwrap_or(1.0),
        Scale::Times(times) => times,
    };
    let percent = times * 100.0;
    let text = if percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    };
    ui.label(text)
        .on_hover_text("Pixels of the screen for a pixel of the picture");
}

fn second(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let state = view.state;
    let shown = match (view.second, state.reference) {
        (Some(second), _) => format!("B: {}", second.name),
        (None, Some(_)) => "B: the reference".into(),
        (None, None) => "B: none".into(),
    };
    let list = ComboBox::from_id_salt("second picture")
        .selected_text(shown)
        .width(120.0)
        .truncate()
        .show_ui(ui, |ui| {
            let none = match state.reference {
                Some(_) => "The reference",
                None => "None",
            };
            if ui.selectable_label(state.other.is_none(), none).clicked() {
                commands.push(Command::Compare(None));
            }
            let frames = state.order.iter().filter_map(|at| state.frames.get(*at));
            for frame in frames.filter(|f| Some(f.id) != state.selected).take(LISTED) {
                let chosen = state.other == Some(frame.id);
                if ui.selectable_label(chosen, &frame.name).clicked() {
                    commands.push(Command::Compare(Some(frame.id)));
                }
            }
        });
    list.response.accessible_name("Second picture");
}

/// What only one mode has.
fn of_mode(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    if view.second.is_none() {
        return;
    }
    let look = &view.state.look;
    match look.mode {
        ViewerMode::Difference => {
            ui.label("Times");
            for gain in [1, 4, 16] {
                let hint = "By how much differences are multiplied";
                let label = gain.to_string();
                if ui
                    .selectable_label(look.gain == gain, label)
                    .on_hover_text(hint)
                    .clicked()
                {
                    commands.push(Command::Gain(gain));
                }
            }
        }
        ViewerMode::Flicker => {
            let mut on = look.by_itself;
            if ui.checkbox(&mut on, "By itself").changed() {
                commands.push(Command::ByItself(on));
            }
            flip(ui, view, commands);
        }
        ViewerMode::Single => flip(ui, view, commands),
        ViewerMode::SideBySide | ViewerMode::Slider => {}
    }
}

fn flip(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let hint = format!("{} ({})", Action::Flip.help(), Action::Flip.keys(ui.ctx()));
    let flip = ui
        .selectable_label(view.state.look.flipped, "Flip")
        .on_hover_text(hint);
    if flip.clicked() {
        commands.push(Action::Flip.into());
    }
}
