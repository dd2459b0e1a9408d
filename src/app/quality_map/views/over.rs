//! A quality map over a picture, and what is known of the tile under the pointer.

use crate::app::gallery::Frame;
use crate::app::pictures::{Textures, WHOLE};
use crate::app::quality_map::wording::{label, number};
use crate::app::viewer::views::{chip, legend, outline};
use crate::app::viewer::{Overlay, Scene, overlay};
use bpclip_core::inspect::report::{Ranks, in_words};
use eframe::egui;
use egui::{Align2, Color32, Painter, Rect, Ui};

/// Draws the map; `at` is the pointer's place, 0 to 1 of the picture.
pub fn over(
    ui: &Ui,
    painter: &Painter,
    scene: &Scene<'_>,
    textures: &Textures,
    frame: &Frame,
    (sight, place): (Rect, Rect),
    at: Option<(f32, f32)>,
) {
    let (style, aspect) = (scene.style, scene.maps.aspect);
    let map = scene.quality_map(frame);
    let Some(seen) = map.and_then(|map| map.seen.as_ref()) else {
        return;
    };
    let range = overlay::range(scene, Overlay::Tiles, &seen.map);
    let key = (
        (frame.version(), scene.task, aspect, scene.tile),
        (style.colours, range.0.to_bits(), range.1.to_bits()),
        (seen.done, std::sync::Arc::as_ptr(&seen.model) as usize),
    );
    let make = || overlay::picture(&seen.map, range, style.colours, 512);
    let texture = textures.heatmap(key, make);
    let alpha = (style.opacity * 255.0).round() as u8;
    painter.image(texture, place, WHOLE, Color32::from_white_alpha(alpha));
    legend(ui, scene, frame, sight, range);
    let Some(at) = at else { return };
    let grid = (seen.map.width, seen.map.height);
    let cell = |share: f32, count: usize| ((share * count as f32) as usize).min(count.max(1) - 1);
    let (column, row) = (cell(at.0, grid.0), cell(at.1, grid.1));
    outline(painter, place, grid, (column, row));
    let said = match seen.tiles.get(row * grid.0 + column) {
        Some(Some(tile)) => {
            let adjectives = &seen.model.metadata.adjectives;
            let value = number(aspect, aspect.of(tile, adjectives));
            let ranks = Ranks::of(&seen.model.metadata);
            let words = in_words(&ranks.looks(adjectives, tile, 3));
            let name = label(aspect, adjectives);
            format!("{name} {value}; score {:.1}, looks {words}", tile.score())
        }
        _ => "Not looked at yet".into(),
    };
    chip(ui, sight, Align2::RIGHT_BOTTOM, &said);
}
