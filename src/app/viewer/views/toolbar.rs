//! How pictures are shown: modes, scale, and the second picture.

use super::align;
use crate::app::actions::{Action, Possible};
use crate::app::command::Commands;
use crate::app::gallery::{self, Survey};
use crate::app::viewer::{Command, Scale, State, ViewerMode};
use bpclip_look::Shift;
use eframe::egui;
use egui::{Button, ComboBox, Label, Ui};

/// Frames that the list of second pictures shows; the filmstrip's menu has all.
const LISTED: usize = 40;

/// The toolbar.
pub fn toolbar(
    ui: &mut Ui,
    viewer: &State,
    (gallery, possible): (&gallery::State, &Possible),
    shift: Option<Shift>,
    commands: &mut Commands,
) {
    let pair = gallery.second().is_some();
    ui.horizontal_wrapped(|ui| {
        modes(ui, viewer, (gallery, possible), commands);
        ui.separator();
        scale(ui, viewer, commands);
        if let Some(survey) = &gallery.survey {
            of_survey(ui, survey, gallery);
            return;
        }
        ui.separator();
        second(ui, gallery, commands);
        if pair {
            of_mode(ui, viewer, commands);
        }
    });
    if let Some(shift) = shift {
        ui.horizontal_wrapped(|ui| align::controls(ui, &viewer.look, shift, commands));
    }
}

/// Who gets the marks.
fn of_survey(ui: &mut Ui, survey: &Survey, gallery: &gallery::State) {
    ui.separator();
    let shown = gallery.surveyed().len();
    let text = match survey.count() - shown {
        0 => format!("{shown} pictures"),
        _ => format!("{shown} of {} pictures", survey.count()),
    };
    let name = gallery.selected().map_or("", |frame| &frame.name);
    let said = Label::new(format!("{text}; marks and stars go to {name}")).truncate();
    ui.add(said).on_hover_text(
        "The outlined one has the focus. Arrows and clicks move it, and marks, stars and labels are \
         given to it alone",
    );
}

fn modes(
    ui: &mut Ui,
    viewer: &State,
    (gallery, possible): (&gallery::State, &Possible),
    commands: &mut Commands,
) {
    let (pair, survey) = (gallery.second().is_some(), gallery.survey.is_some());
    for mode in ViewerMode::ALL {
        let has_pictures = mode == ViewerMode::Single || pair;
        let chosen = match pair {
            _ if survey => false,
            true => viewer.look.mode == mode,
            false => mode == ViewerMode::Single,
        };
        let action = Action::Mode(mode);
        let button = ui.add_enabled(has_pictures, Button::selectable(chosen, mode.label()));
        let hint = action.hint(ui.ctx());
        let button = button.on_hover_text(hint).on_disabled_hover_text(
            "Needs a second picture: choose a reference (R) or one to compare with (C)",
        );
        if button.clicked() {
            commands.push(Command::Mode(mode));
        }
    }
    let action = Action::Survey;
    let button = ui.add_enabled(
        possible.has(action),
        Button::selectable(survey, action.label()),
    );
    let hint = action.hint(ui.ctx());
    let button = button.on_hover_text(hint).on_disabled_hover_text(
        "Needs 2 to 9 pictures: select them in the list (Shift or Ctrl and click), or group bursts and look \
         at one of a burst (N)",
    );
    if button.clicked() {
        commands.push(action);
    }
}

fn scale(ui: &mut Ui, viewer: &State, commands: &mut Commands) {
    let now = viewer.look.scale;
    for (action, chosen) in [
        (Action::Fit, now == Scale::Fit),
        (Action::Actual, now == Scale::Times(1.0)),
    ] {
        if ui
            .selectable_label(chosen, action.label())
            .on_hover_text(action.hint(ui.ctx()))
            .clicked()
        {
            commands.push(action);
        }
    }
    let times = match now {
        Scale::Fit => viewer.fitted.unwrap_or(1.0),
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

fn second(ui: &mut Ui, gallery: &gallery::State, commands: &mut Commands) {
    let shown = match (gallery.second(), gallery.reference) {
        (Some(second), _) => format!("B: {}", second.name),
        (None, Some(_)) => "B: the reference".into(),
        (None, None) => "B: none".into(),
    };
    let list = ComboBox::from_id_salt("second picture")
        .selected_text(shown)
        .width(120.0)
        .truncate()
        .show_ui(ui, |ui| {
            let none = match gallery.reference {
                Some(_) => "The reference",
                None => "None",
            };
            if ui.selectable_label(gallery.other.is_none(), none).clicked() {
                commands.push(gallery::Command::Compare(None));
            }
            let frames = gallery.shown();
            for frame in frames
                .filter(|f| Some(f.id) != gallery.selected)
                .take(LISTED)
            {
                let chosen = gallery.other == Some(frame.id);
                if ui.selectable_label(chosen, &frame.name).clicked() {
                    commands.push(gallery::Command::Compare(Some(frame.id)));
                }
            }
        });
    list.response.accessible_name("Second picture");
}

/// What only one mode has.
fn of_mode(ui: &mut Ui, viewer: &State, commands: &mut Commands) {
    let look = &viewer.look;
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
            flip(ui, look.flipped, commands);
        }
        ViewerMode::Single => flip(ui, look.flipped, commands),
        ViewerMode::SideBySide | ViewerMode::Slider => {}
    }
}

fn flip(ui: &mut Ui, flipped: bool, commands: &mut Commands) {
    let hint = Action::Flip.hint(ui.ctx());
    let flip = ui.selectable_label(flipped, "Flip").on_hover_text(hint);
    if flip.clicked() {
        commands.push(Action::Flip);
    }
}
