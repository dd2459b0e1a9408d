//! The quality map of the selected picture: making it, choosing what it shows, its best and its
//! worst part.

use super::{menu, overlay_controls};
use crate::app::command::Command;
use crate::app::keys::Action;
use crate::app::sentence;
use crate::app::state::{Frame, Scale, View};
use crate::app::theme;
use crate::app::tiles::{SIDES, Seen, TileMap};
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::text::{Adjective, dimensions};
use eframe::egui;
use egui::{Button, ComboBox, ProgressBar, Ui};

/// The part of the panel about the quality map.
pub fn tiles(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let Some(frame) = view.first else { return };
    choices(ui, view, commands);
    let map = view.state.tile_map(frame, view.state.lens);
    making(ui, view, frame, map, commands);
    let Some(seen) = map.and_then(|map| map.seen.as_ref()) else {
        return;
    };
    ui.separator();
    overlay_controls::controls(ui, view, true, commands);
    ends(ui, view, seen, commands);
    let grid = &seen.grid;
    ui.weak(format!(
        "{} x {} tiles of {} x {} pixels; {}, {}",
        grid.columns,
        grid.rows,
        grid.tile_width,
        grid.tile_height,
        seen.model.checkpoint,
        seen.model.device
    ));
    ui.weak("Each tile is judged by itself: a clear sky looks soft.");
}

/// What an aspect is called.
pub fn label(aspect: Aspect, adjectives: &[Adjective]) -> String {
    sentence(aspect.name(adjectives))
}

/// What is shown, and how large a tile is.
fn choices(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let adjectives = view.adjectives();
    let now = view.state.aspect;
    ui.horizontal(|ui| {
        let aspects = ComboBox::from_id_salt("aspect")
            .selected_text(label(now, adjectives))
            .width(120.0)
            .show_ui(ui, |ui| {
                let words = (0..adjectives.len()).map(Aspect::Adjective);
                for aspect in Aspect::all(adjectives).into_iter().chain(words) {
                    if aspect == Aspect::Adjective(0) {
                        ui.separator();
                    }
                    let name = label(aspect, adjectives);
                    if ui.selectable_label(now == aspect, name).clicked() {
                        commands.push(Command::Aspect(aspect));
                    }
                }
            });
        aspects
            .response
            .accessible_name("What the quality map shows")
            .on_hover_text(format!(
                "The score, a dimension ({}), or the likeness to one adjective",
                dimensions(adjectives).join(", ")
            ));
        let side = view.state.settings.tile;
        let sides = ComboBox::from_id_salt("tile")
            .selected_text(format!("{side} px"))
            .width(70.0)
            .show_ui(ui, |ui| {
                for choice in SIDES {
                    let name = format!("{choice} px");
                    if ui.selectable_label(side == choice, name).clicked() {
                        commands.push(Command::TileSide(choice));
                    }
                }
            });
        sides
            .response
            .accessible_name("Side of a tile")
            .on_hover_text("Smaller tiles show finer detail, and tell less of each");
    });
}

/// The button, and how far the map is.
fn making(
    ui: &mut Ui,
    view: &View<'_>,
    frame: &Frame,
    map: Option<&TileMap>,
    commands: &mut Vec<Command>,
) {
    if let Some(map) = map.filter(|map| map.request.is_some()) {
        ui.horizontal(|ui| {
            if ui.button("Stop").clicked() {
                commands.push(Command::StopTiles);
            }
            let Some(seen) = &map.seen else {
                ui.spinner();
                ui.weak("Reading the picture");
                return;
            };
            let left = map.left().map_or(0, |left| left.as_secs());
            let text = format!("{} of {}, {left} s left", seen.done, seen.tiles.len());
            let share = seen.done as f32 / seen.tiles.len().max(1) as f32;
            ui.add(ProgressBar::new(share).text(text));
        });
        return;
    }
    let action = Action::QualityMap;
    let words = match map {
        None => "Map this picture",
        Some(_) => "Map it again",
    };
    let button = ui.add_enabled(menu::is_possible(action, view), Button::new(words));
    if button.on_hover_text(action.help()).clicked() {
        commands.push(action.into());
    }
    match map {
        None => {
            if let Some(other) = view.state.mapping() {
                let name = view
                    .state
                    .frame(other.frame)
                    .map_or("", |frame| &frame.name);
                ui.weak(format!("{name} is being mapped: it would be stopped"));
            } else if let Some((width, height)) = frame.size {
                let side = view.state.settings.tile;
                let tiles = width.div_ceil(side) * height.div_ceil(side);
                ui.weak(format!("{tiles} tiles, at the picture's own pixels"));
            }
        }
        Some(map) => {
            if let Some(reason) = &map.failed {
                ui.colored_label(theme::bad(ui.visuals()), sentence(reason));
            } else if map.is_partial() {
                ui.weak("Stopped early: the rest shows the nearest tile");
            }
        }
    }
}

/// The highest and the lowest tile, to be looked at.
fn ends(ui: &mut Ui, view: &View<'_>, seen: &Seen, commands: &mut Vec<Command>) {
    let (low, high) = seen.map.range();
    for (name, wanted) in [("Highest", high), ("Lowest", low)] {
        let is = |at: &usize| seen.tiles.get(*at).is_some_and(Option::is_some);
        let tile = (0..seen.tiles.len())
            .filter(is)
            .find(|at| seen.map.values.get(*at) == Some(&wanted));
        let Some(at) = tile else { continue };
        ui.horizontal(|ui| {
            ui.label(format!("{name}: {}", number(view.state.aspect, wanted)));
            let (x, y) = seen.grid.corner(at);
            let hint = format!("The tile at column {x}, row {y}, at 100 %");
            let button = ui.small_button(format!("Look at the {}", name.to_lowercase()));
            if button.on_hover_text(hint).clicked() {
                let middle = |from: u32, tile: u32, whole: u32| {
                    (from + tile / 2) as f32 / whole.max(1) as f32
                };
                let grid = &seen.grid;
                commands.push(Command::Look {
                    scale: Scale::Times(1.0),
                    centre: (
                        middle(x, grid.tile_width, grid.width),
                        middle(y, grid.tile_height, grid.height),
                    ),
                });
            }
        });
    }
}

/// A value of an aspect in digits.
pub fn number(aspect: Aspect, value: f32) -> String {
    match aspect {
        Aspect::Score => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
