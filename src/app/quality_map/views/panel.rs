//! The quality map of the selected picture: making it, choosing what it shows, its best and its
//! worst part.

use crate::app::actions::{Action, Possible};
use crate::app::command::Commands;
use crate::app::gallery::{self, Frame};
use crate::app::quality_map::wording::{label, number};
use crate::app::quality_map::{Command, QualityMap, SeenTiles};
use crate::app::theme;
use crate::app::viewer::views::overlay_controls;
use crate::app::viewer::{self, Scale, Scene};
use crate::app::wording::sentence;
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::text::dimensions;
use eframe::egui;
use egui::{Button, ComboBox, ProgressBar, Ui};

/// The sides of tiles that are offered, in pixels.
const SIDES: [u32; 4] = [128, 256, 384, 512];

/// The part of the panel about the quality map.
pub fn panel(
    ui: &mut Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    possible: &Possible,
    commands: &mut Commands,
) {
    let Some(frame) = scene.first else { return };
    choices(ui, scene, commands);
    let map = scene.quality_map(frame);
    match map.filter(|map| map.request.is_some()) {
        Some(map) => in_the_making(ui, map, commands),
        None => {
            begin(ui, map.is_some(), possible, commands);
            said(ui, scene, gallery, frame, map);
        }
    }
    let Some(seen) = map.and_then(|map| map.seen.as_ref()) else {
        return;
    };
    ui.separator();
    overlay_controls::controls(ui, scene.style, true, commands);
    ends(ui, scene.maps.aspect, seen, commands);
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

/// What is shown, and how large a tile is.
fn choices(ui: &mut Ui, scene: &Scene<'_>, commands: &mut Commands) {
    let adjectives = scene.adjectives;
    let now = scene.maps.aspect;
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
        let side = scene.tile;
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

/// How far the map is, and the button that stops it.
fn in_the_making(ui: &mut Ui, map: &QualityMap, commands: &mut Commands) {
    ui.horizontal(|ui| {
        if ui.button("Stop").clicked() {
            commands.push(Command::Stop);
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
}

fn begin(ui: &mut Ui, again: bool, possible: &Possible, commands: &mut Commands) {
    let action = Action::QualityMap;
    let words = match again {
        false => "Map this picture",
        true => "Map it again",
    };
    let button = ui.add_enabled(possible.has(action), Button::new(words));
    if button.on_hover_text(action.help()).clicked() {
        commands.push(action);
    }
}

/// What became of the map, or what one would take.
fn said(
    ui: &mut Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    frame: &Frame,
    map: Option<&QualityMap>,
) {
    if let Some(map) = map {
        if let Some(reason) = &map.failed {
            ui.colored_label(theme::bad(ui.visuals()), sentence(reason));
        } else if map.is_partial() {
            ui.weak("Stopped early: the rest shows the nearest tile");
        }
    } else if let Some(other) = scene.maps.in_the_making() {
        let name = gallery.frame(other.frame).map_or("", |frame| &frame.name);
        ui.weak(format!("{name} is being mapped: it would be stopped"));
    } else if let Some((width, height)) = frame.size {
        let tiles = width.div_ceil(scene.tile) * height.div_ceil(scene.tile);
        ui.weak(format!("{tiles} tiles, at the picture's own pixels"));
    }
}

/// The highest and the lowest tile, to be looked at.
fn ends(ui: &mut Ui, aspect: Aspect, seen: &SeenTiles, commands: &mut Commands) {
    let (low, high) = seen.map.range();
    for (name, wanted) in [("Highest", high), ("Lowest", low)] {
        let is = |at: &usize| seen.tiles.get(*at).is_some_and(Option::is_some);
        let tile = (0..seen.tiles.len())
            .filter(is)
            .find(|at| seen.map.values.get(*at) == Some(&wanted));
        let Some(at) = tile else { continue };
        ui.horizontal(|ui| {
            ui.label(format!("{name}: {}", number(aspect, wanted)));
            let (x, y) = seen.grid.corner(at);
            let hint = format!("The tile at column {x}, row {y}, at 100 %");
            let button = ui.small_button(format!("Look at the {}", name.to_lowercase()));
            if button.on_hover_text(hint).clicked() {
                let middle = |from: u32, tile: u32, whole: u32| {
                    (from + tile / 2) as f32 / whole.max(1) as f32
                };
                let grid = &seen.grid;
                commands.push(viewer::Command::Look {
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
