//! Order, filter and groups of the filmstrip.

use crate::app::command::Commands;
use crate::app::gallery::ranking::{Filter, Grouping, Label, MarkFilter, SortKey, problems};
use crate::app::gallery::{Command, Sorting, State};
use crate::app::shell::{self, Dialog};
use crate::app::taste;
use crate::app::wording::sentence;
use bpclip_core::text::{Adjective, dimensions};
use eframe::egui;
use egui::{Button, ComboBox, DragValue, TextEdit, Ui};

/// The controls above the filmstrip.
pub fn controls(ui: &mut Ui, state: &State, sorting: Sorting<'_>, commands: &mut Commands) {
    sort(ui, sorting, commands);
    if sorting.key == SortKey::Taste {
        taste::views::line(ui, sorting.taste);
    }
    groups(ui, state, commands);
    let before = &state.filter;
    let mut filter = before.clone();
    let active = !filter.is_empty();
    let hidden = state.frames.len().saturating_sub(state.order.len());
    let title = match (active, hidden) {
        (false, _) => "Filter".to_owned(),
        (true, hidden) => format!("Filter ({hidden} hidden)"),
    };
    egui::CollapsingHeader::new(title)
        .id_salt("filter")
        .show_unindented(ui, |ui| fields(ui, sorting.adjectives, &mut filter));
    if filter != *before {
        commands.push(Command::Filter(filter));
    }
    ui.separator();
}

fn sort(ui: &mut Ui, sorting: Sorting<'_>, commands: &mut Commands) {
    let dimensions = dimensions(sorting.adjectives);
    let (key, descending) = (sorting.key, sorting.descending);
    ui.horizontal(|ui| {
        let sort = ComboBox::from_id_salt("sort")
            .selected_text(sentence(key.label(&dimensions)))
            .width(100.0)
            .show_ui(ui, |ui| {
                for other in SortKey::all(dimensions.len()) {
                    let label = sentence(other.label(&dimensions));
                    if ui.selectable_label(other == key, label).clicked() {
                        commands.push(Command::Sort(other, other.usually_descending()));
                        if other == SortKey::Taste && sorting.taste.is_none() {
                            commands.push(shell::Command::Dialog(Some(Dialog::Taste)));
                        }
                    }
                }
            });
        sort.response.accessible_name("Sort by");
        let button = Button::new(direction(key, descending)).small();
        let hint = "Which way round; click to turn round";
        if ui.add(button).on_hover_text(hint).clicked() {
            commands.push(Command::Sort(key, !descending));
        }
    });
}

fn groups(ui: &mut Ui, state: &State, commands: &mut Commands) {
    let grouping = state.grouping;
    ui.horizontal(|ui| {
        let groups = ComboBox::from_id_salt("groups")
            .selected_text(grouping.label())
            .width(100.0)
            .show_ui(ui, |ui| {
                for other in Grouping::ALL {
                    if ui
                        .selectable_label(other == grouping, other.label())
                        .clicked()
                    {
                        commands.push(Command::Group(other));
                    }
                }
            });
        groups.response.accessible_name("Groups");
        let count = state.order.len();
        ui.weak(format!("{count} shown"));
    });
}

fn fields(ui: &mut Ui, adjectives: &[Adjective], filter: &mut Filter) {
    let name = TextEdit::singleline(&mut filter.text)
        .hint_text("Name holds")
        .desired_width(f32::INFINITY);
    ui.add(name).accessible_name("Name holds");
    bound(ui, "Score at least", 0.0, &mut filter.min_score);
    bound(ui, "Score at most", 100.0, &mut filter.max_score);
    let word = filter.problem.and_then(|at| adjectives.get(at));
    let shown = word.map_or("Any problem or none".to_owned(), |a| {
        format!("Has problem: {}", a.word)
    });
    let width = ui.available_width();
    let problem = ComboBox::from_id_salt("problem")
        .selected_text(shown)
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.problem, None, "Any problem or none");
            for (at, word) in problems(adjectives) {
                ui.selectable_value(
                    &mut filter.problem,
                    Some(at),
                    format!("Has problem: {word}"),
                );
            }
        });
    problem.response.accessible_name("Problem").on_hover_text(
        "A picture has a problem if it is more like that word than like the better words of the \
         same dimension",
    );
    decided(ui, filter);
    ui.checkbox(&mut filter.best, "Best of each burst")
        .on_hover_text(
            "Or of each group, where groups are on; all that are shown with the highest number",
        );
    ui.checkbox(&mut filter.unreadable, "Unreadable");
    if !filter.is_empty() && ui.button("Show all").clicked() {
        *filter = Filter::default();
    }
}

/// By what was decided.
fn decided(ui: &mut Ui, filter: &mut Filter) {
    ui.horizontal_wrapped(|ui| {
        for mark in MarkFilter::ALL {
            ui.selectable_value(&mut filter.mark, mark, mark.label());
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.label("Stars");
        for stars in 0..=5 {
            let label = match stars {
                0 => "Any".to_owned(),
                5 => "5".to_owned(),
                stars => format!("{stars}+"),
            };
            ui.selectable_value(&mut filter.min_stars, stars, label);
        }
    });
    let shown = filter.label.map_or("Any label or none", Label::name);
    let label = ComboBox::from_id_salt("label")
        .selected_text(shown)
        .width(ui.available_width())
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut filter.label, None, "Any label or none");
            for label in Label::ALL {
                ui.selectable_value(&mut filter.label, Some(label), label.name());
            }
        });
    label.response.accessible_name("Label");
}

fn bound(ui: &mut Ui, name: &str, usual: f32, bound: &mut Option<f32>) {
    ui.horizontal(|ui| {
        let mut on = bound.is_some();
        if ui.checkbox(&mut on, name).changed() {
            *bound = on.then_some(usual);
        }
        if let Some(value) = bound {
            let field = DragValue::new(value)
                .range(0.0..=100.0)
                .speed(0.5)
                .max_decimals(1);
            ui.add(field).accessible_name(name);
        }
    });
}

/// Which end of the order comes first.
fn direction(key: SortKey, descending: bool) -> &'static str {
    match (key, descending) {
        (SortKey::Score | SortKey::Taste | SortKey::Dimension(_), true) => "Best first",
        (SortKey::Score | SortKey::Taste | SortKey::Dimension(_), false) => "Worst first",
        (SortKey::Sharpness, true) => "Sharpest first",
        (SortKey::Sharpness, false) => "Softest first",
        (SortKey::Name, true) => "Z to A",
        (SortKey::Name, false) => "A to Z",
        (SortKey::Date, true) => "Newest first",
        (SortKey::Date, false) => "Oldest first",
        (SortKey::Added, true) => "Last added first",
        (SortKey::Added, false) => "First added first",
    }
}
