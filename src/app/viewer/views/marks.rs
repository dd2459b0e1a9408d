//! What is drawn over pictures, and is seen on any of them.

use eframe::egui;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Outlines a cell, column and row.
pub fn outline(
    painter: &Painter,
    place: Rect,
    grid: (usize, usize),
    (column, row): (usize, usize),
) {
    let size = place.size() / vec2(grid.0.max(1) as f32, grid.1.max(1) as f32);
    let corner = pos2(
        place.left() + column as f32 * size.x,
        place.top() + row as f32 * size.y,
    );
    let cell = Rect::from_min_size(corner, size);
    // Seen on any colour.
    painter.rect_stroke(
        cell,
        0.0,
        Stroke::new(3.0, Color32::BLACK),
        StrokeKind::Outside,
    );
    painter.rect_stroke(
        cell,
        0.0,
        Stroke::new(1.5, Color32::WHITE),
        StrokeKind::Outside,
    );
}

/// A title that can be read on any picture.
pub fn chip(ui: &Ui, area: Rect, corner: Align2, text: &str) {
    chip_in(ui, area, corner, text, Color32::from_black_alpha(190));
}

/// Likewise, on a dark colour of its own.
pub fn chip_in(ui: &Ui, area: Rect, corner: Align2, text: &str, fill: Color32) {
    let painter = ui.painter().with_clip_rect(area);
    let font = FontId::proportional(13.0);
    let mut job = LayoutJob::simple(text.to_owned(), font, Color32::WHITE, 0.0);
    job.wrap = TextWrapping::truncate_at_width((area.width() - 28.0).max(24.0));
    let galley = painter.layout_job(job);
    let size = galley.size() + vec2(12.0, 6.0);
    let rect = corner.align_size_within_rect(size, area.shrink(8.0));
    painter.rect_filled(rect, 4.0, fill);
    painter.galley(rect.min + vec2(6.0, 3.0), galley, Color32::WHITE);
}
