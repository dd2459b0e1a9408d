//! A quality map over a picture, and what is known of the tile under the pointer.

use super::legend::legend;
use super::pane::{chip, outline};
use crate::app::gallery::WHOLE;
use crate::app::heat;
use crate::app::state::{Frame, Overlay, View};
use crate::app::views::tiles::{label, number};
use bpclip_core::text::fitting;
use eframe::egui;
use egui::{Align2, Color32, Painter, Rect, Ui};

/// Draws the map; `at` is the pointer's place, 0 to 1 of the picture.
pub fn over(
    ui: &Ui,
    painter: &Painter,
    view: &View<'_>,
    frame: &Frame,
    (sight, place): (Rect, Rect),
    at: Option<(f32, f32)>,
) {
    let state = view.state;
    let map = state.tile_map(frame, state.lens);
    let Some(seen) = map.and_then(|map| map.seen.as_ref()) else {
        return;
    };
    let range = heat::range(state, Overlay::Tiles, &seen.map);
    let key = (
        (
            frame.version(),
            state.lens,
            state.aspect,
            state.settings.tile,
        ),
        (state.settings.colours, range.0.to_bits(), range.1.to_bits()),
        (seen.done, std::sync::Arc::as_ptr(&seen.model) as usize),
    );
    let texture = view
        .gallery
        .heatmap(key, || heat::picture(view, &seen.map, range, 512));
    let alpha = (state.settings.opacity * 255.0).round() as u8;
    painter.image(texture, place, WHOLE, Color32::from_white_alpha(alpha));
    legend(ui, view, frame, sight, range);
    let Some(at) = at else { return };
    let grid = (seen.map.width, seen.map.height);
    let cell = |share: f32, count: usize| ((share * count as f32) as usize).min(count.max(1) - 1);
    let (column, row) = (cell(at.0, grid.0), cell(at.1, grid.1));
    outline(painter, place, grid, (column, row));
    let said = match seen.tiles.get(row * grid.0 + column) {
        Some(Some(tile)) => {
            let adjectives = &seen.model.metadata.adjectives;
            let value = number(state.aspect, state.aspect.of(tile, adjectives));
            let words = fitting(adjectives, &tile.similarities, 3).join(", ");
            let name = label(state.aspect, adjectives);
            format!("{name} {value}; score {:.1}, looks {words}", tile.score)
        }
        _ => "Not looked at yet".into(),
    };
    chip(ui, sight, Align2::RIGHT_BOTTOM, &said);
}
