//! Where a picture lies, for a scale and the point in the middle.

use crate::app::viewer::Scale;
use eframe::egui;
use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// The scale in pixels of the screen for a pixel of the picture.
pub fn pixels_per_pixel(scale: Scale, size: (u32, u32), area: Rect, pixels_per_point: f32) -> f32 {
    match scale {
        Scale::Times(times) => times,
        Scale::Fit => {
            let across = area.width() * pixels_per_point / size.0.max(1) as f32;
            let down = area.height() * pixels_per_point / size.1.max(1) as f32;
            across.min(down).clamp(Scale::RANGE.0, Scale::RANGE.1)
        }
    }
}

/// The place of a whole picture of `extent` points, most of it perhaps out of sight: `centre`
/// lies in the middle of `area`, but no border is drawn inwards while there is picture beyond.
pub fn place(extent: Vec2, centre: (f32, f32), area: Rect) -> Rect {
    let along = |extent: f32, centre: f32, from: f32, to: f32| {
        if extent <= to - from {
            (from + to - extent) / 2.0
        } else {
            ((from + to) / 2.0 - centre * extent).clamp(to - extent, from)
        }
    };
    let left = along(extent.x, centre.0, area.left(), area.right());
    let top = along(extent.y, centre.1, area.top(), area.bottom());
    Rect::from_min_size(pos2(left, top), extent)
}

/// The point of a picture, 0 to 1, that lies at a point of the screen.
pub fn under(place: Rect, at: Pos2) -> (f32, f32) {
    let from = at - place.min;
    (
        from.x / place.width().max(1e-6),
        from.y / place.height().max(1e-6),
    )
}

/// The centre with which `under` stays at `at` when the picture gets `extent`.
pub fn centre_for(under: (f32, f32), at: Pos2, extent: Vec2, area: Rect) -> (f32, f32) {
    let off = (area.center() - at) / vec2(extent.x.max(1e-6), extent.y.max(1e-6));
    (under.0 + off.x, under.1 + off.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area() -> Rect {
        Rect::from_min_max(pos2(100.0, 0.0), pos2(300.0, 100.0))
    }

    #[test]
    fn small_pictures_are_in_the_middle_and_large_ones_cover() {
        let small = place(vec2(50.0, 50.0), (0.9, 0.9), area());
        assert_eq!(small.center(), area().center());
        let large = place(vec2(1000.0, 500.0), (0.0, 1.0), area());
        assert_eq!(large.left_bottom(), area().left_bottom());
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let before = place(vec2(1000.0, 500.0), (0.5, 0.5), area());
        let pointer = pos2(150.0, 70.0);
        let point = under(before, pointer);
        let extent = vec2(2000.0, 1000.0);
        let after = place(extent, centre_for(point, pointer, extent, area()), area());
        let moved = under(after, pointer);
        assert!((moved.0 - point.0).abs() < 1e-5 && (moved.1 - point.1).abs() < 1e-5);
    }

    #[test]
    fn all_of_a_picture_fits() {
        let scale = pixels_per_pixel(Scale::Fit, (400, 400), area(), 2.0);
        assert_eq!(scale, 0.5);
    }
}
