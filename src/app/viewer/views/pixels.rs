//! Single pixels: their grid, and their values when there is room.

use bpclip_core::image::Picture;
use eframe::egui;
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, pos2};

/// Points for a pixel from which the grid is drawn.
const GRID: f32 = 10.0;
/// And from which the values are written.
const VALUES: f32 = 38.0;

/// The red, green and blue of a pixel.
pub fn pixel(picture: &Picture, column: u32, row: u32) -> Option<[u8; 3]> {
    let at = (row as usize * picture.width as usize + column as usize) * 3;
    picture.rgb.get(at..at + 3)?.try_into().ok()
}

/// The grid, and the values, of the pixels in sight.
pub fn grid(painter: &Painter, picture: &Picture, place: Rect) {
    let side = place.width() / picture.width as f32;
    if side < GRID {
        return;
    }
    let sight = painter.clip_rect().intersect(place);
    let columns = range(
        sight.left() - place.left(),
        sight.right() - place.left(),
        side,
    );
    let rows = range(
        sight.top() - place.top(),
        sight.bottom() - place.top(),
        side,
    );
    let line = Stroke::new(1.0, Color32::from_rgba_unmultiplied(128, 128, 128, 90));
    for column in columns.clone() {
        painter.vline(place.left() + column as f32 * side, sight.y_range(), line);
    }
    for row in rows.clone() {
        painter.hline(sight.x_range(), place.top() + row as f32 * side, line);
    }
    if side < VALUES {
        return;
    }
    let font = FontId::monospace((side * 0.21).clamp(8.0, 15.0));
    for row in rows {
        for column in columns.clone() {
            let Some([r, g, b]) = pixel(picture, column, row) else {
                continue;
            };
            let middle = pos2(
                place.left() + (column as f32 + 0.5) * side,
                place.top() + (row as f32 + 0.5) * side,
            );
            let light = u32::from(r) * 2 + u32::from(g) * 5 + u32::from(b) > 8 * 128;
            let ink = if light {
                Color32::BLACK
            } else {
                Color32::WHITE
            };
            let text = format!("{r}\n{g}\n{b}");
            painter.text(middle, Align2::CENTER_CENTER, text, font.clone(), ink);
        }
    }
}

fn range(from: f32, to: f32, side: f32) -> std::ops::Range<u32> {
    (from / side).floor().max(0.0) as u32..(to / side).ceil().max(0.0) as u32
}
