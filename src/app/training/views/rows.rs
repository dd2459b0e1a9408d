//! Rows of the form: a label and a control, made from what the command line says of a setting.

use crate::app::training::Field;
use bpclip_train::train::Settings;
use eframe::egui;
use egui::{
    Align, Button, Checkbox, ComboBox, DragValue, Id, Label, Layout, Response, RichText, TextEdit,
    Ui, vec2,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Width of the labels, in points.
const LABEL: f32 = 150.0;

/// A label, and beside it what `control` adds; `help` on hover.
pub fn row(
    ui: &mut Ui,
    label: impl Into<RichText>,
    help: &str,
    control: impl FnOnce(&mut Ui) -> Response,
) {
    let label = label.into();
    ui.horizontal(|ui| {
        let size = vec2(LABEL, ui.spacing().interact_size.y);
        let layout = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(LABEL);
            ui.add(Label::new(label).truncate()).on_hover_text(help);
        });
        control(ui).on_hover_text(help);
    });
}

/// A list to choose from, as wide as there is room.
pub fn choice<T>(
    ui: &mut Ui,
    name: &str,
    chosen: &str,
    options: impl IntoIterator<Item = (T, String, String)>,
) -> (Response, Option<T>) {
    let mut taken = None;
    let list = ComboBox::from_id_salt(name)
        .selected_text(chosen)
        .width(ui.available_width() - 2.0)
        .truncate()
        .show_ui(ui, |ui| {
            for (value, label, help) in options {
                let option = ui.selectable_label(label == chosen, label);
                let option = match help.is_empty() {
                    true => option,
                    false => option.on_hover_text(help),
                };
                if option.clicked() {
                    taken = Some(value);
                }
            }
        });
    (list.response.accessible_name(name), taken)
}

/// The rows of some settings. Where one is not what the preset says, its label is bold.
pub fn settings<'a>(
    ui: &mut Ui,
    fields: impl IntoIterator<Item = &'a Field>,
    settings: &mut Settings,
    usual: &Settings,
) {
    // What is not named here cannot be forgotten here: the fields are those of the file.
    let (Ok(mut values), Ok(usual)) = (
        serde_json::to_value(&*settings),
        serde_json::to_value(usual),
    ) else {
        return;
    };
    let mut changed = false;
    for field in fields {
        let Some(value) = values.get_mut(&field.name) else {
            continue;
        };
        let usual = usual.get(&field.name).unwrap_or(&Value::Null);
        let (label, help) = match value == usual {
            true => (RichText::new(&field.label), field.help.clone()),
            false => {
                let help = format!("{} (the preset: {})", field.help, words(usual));
                (RichText::new(&field.label).strong(), help)
            }
        };
        row(ui, label, &help, |ui| {
            let (response, new) = control(ui, field, value);
            if let Some(new) = new {
                *value = new;
                changed = true;
            }
            response
        });
    }
    if changed && let Ok(new) = serde_json::from_value(values) {
        *settings = new;
    }
}

/// The control of a value, and the new value if the user has changed it.
fn control(ui: &mut Ui, field: &Field, value: &Value) -> (Response, Option<Value>) {
    let name = field.label.as_str();
    match value {
        Value::Bool(before) => {
            let mut on = *before;
            let response = ui
                .add(Checkbox::without_text(&mut on))
                .accessible_name(name);
            (response, (on != *before).then_some(Value::Bool(on)))
        }
        Value::Number(number) if number.is_f64() => {
            let before = number.as_f64().unwrap_or_default();
            let mut now = before;
            let drag = DragValue::new(&mut now)
                .range(0.0..=f64::MAX)
                .speed(if before > 0.0 { 0.02 * before } else { 0.001 })
                .custom_formatter(|value, _| value.to_string())
                .custom_parser(|text| text.trim().parse().ok());
            let response = number_field(ui, drag, name);
            let now = short(now);
            let changed = now != before && now.is_finite();
            (response, changed.then(|| Value::from(now)))
        }
        Value::Number(number) => {
            let before = number.as_u64().unwrap_or_default();
            let mut now = before;
            let drag = DragValue::new(&mut now)
                .range(0..=u64::from(u32::MAX))
                .speed((0.01 * before as f64).max(0.1));
            let response = number_field(ui, drag, name);
            (response, (now != before).then(|| Value::from(now)))
        }
        value if field.values.is_empty() => {
            let before = value.as_str().unwrap_or_default();
            let mut text = before.to_owned();
            let edit = TextEdit::singleline(&mut text).desired_width(f32::INFINITY);
            let response = ui.add(edit).accessible_name(name);
            let new = match text.trim() {
                "" => Value::Null,
                text => Value::from(text),
            };
            (response, (text != before).then_some(new))
        }
        value => {
            let option = |value: &String| {
                let label = crate::app::wording::sentence(value);
                (Value::from(value.as_str()), label, String::new())
            };
            let none = field.optional.then(|| {
                let none = Value::Null;
                let label = words(&none);
                (none, label, String::new())
            });
            let options = none.into_iter().chain(field.values.iter().map(option));
            choice(ui, name, &words(value), options)
        }
    }
}

fn number_field(ui: &mut Ui, drag: DragValue<'_>, name: &str) -> Response {
    let drag = drag
        .update_while_editing(false)
        .clamp_existing_to_range(false);
    let size = vec2(88.0, ui.spacing().interact_size.y);
    ui.add_sized(size, drag).accessible_name(name)
}

/// A value as the form writes it.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => crate::app::wording::sentence(text),
        Value::Bool(true) => "on".into(),
        Value::Bool(false) => "off".into(),
        Value::Null => "Not given".into(),
        value => value.to_string(),
    }
}

/// To six digits: a number that was dragged to has no more that mean anything.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A path that can be typed, with a button for the system's dialog. What the user has typed is
/// handed back when it is complete: with Enter, or when the focus goes elsewhere. An empty text
/// says that there is no path.
pub fn path(
    ui: &mut Ui,
    name: &str,
    path: Option<&Path>,
    hint: &str,
    button: &str,
) -> (Option<Option<PathBuf>>, bool) {
    let mut typed = None;
    let clicked = ui
        .horizontal(|ui| {
            let shown = path.map(|path| path.display().to_string());
            let shown = shown.unwrap_or_default();
            let memory = Id::unique(("typed path", name));
            let typing: Option<String> = ui.data(|data| data.get_temp(memory));
            let mut text = typing.unwrap_or_else(|| shown.clone());
            let width = ui.available_width() - 30.0;
            let edit = TextEdit::singleline(&mut text)
                .id(memory)
                .hint_text(hint.to_owned())
                .desired_width(width - 8.0);
            let edit = ui.add(edit).accessible_name(name);
            let edit = match shown.is_empty() {
                true => edit,
                false => edit.on_hover_text(&shown),
            };
            if edit.has_focus() {
                ui.data_mut(|data| data.insert_temp(memory, text));
            } else {
                ui.data_mut(|data| data.remove::<String>(memory));
                if edit.lost_focus() && text != shown {
                    typed = Some(absolute(text.trim()));
                }
            }
            let small = Button::new(button).min_size(vec2(24.0, 0.0));
            let label = match button {
                "x" => format!("Remove {name}"),
                _ => format!("Choose {name}"),
            };
            let small = ui.add(small).on_hover_text(&label);
            small.accessible_name(label).clicked()
        })
        .inner;
    (typed, clicked)
}

fn absolute(text: &str) -> Option<PathBuf> {
    let path = std::path::absolute(text);
    // Only an empty path has no absolute one.
    path.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(2.0000001e-5), 2e-5);
        assert_eq!(short(0.0), 0.0);
        assert_eq!(short(12345.678), 12345.7);
    }

    #[test]
    fn an_empty_path_is_none() {
        assert_eq!(absolute(""), None);
        assert!(absolute("photos").unwrap().is_absolute());
    }
}
