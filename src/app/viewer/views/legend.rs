//! What the colours of an overlay stand for.

use crate::app::gallery::Frame;
use crate::app::quality_map::wording;
use crate::app::viewer::{Overlay, Scene};
use eframe::egui;
use egui::{Align2, Color32, FontId, Mesh, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

/// A scale of the colours with the numbers at its ends, at the bottom of a pane.
pub fn legend(ui: &Ui, scene: &Scene<'_>, frame: &Frame, area: Rect, (low, high): (f32, f32)) {
    let (overlay, aspect) = (scene.viewer.overlay, scene.maps.aspect);
    let number = |value: f32| match overlay {
        Overlay::Attention => format!("{:.2} %", value * 100.0),
        Overlay::Tiles => wording::number(aspect, value),
        _ => format!("{value:.3}"),
    };
    let meaning = match overlay {
        Overlay::Tiles => wording::label(aspect, scene.adjectives).to_lowercase(),
        _ => overlay.meaning().to_owned(),
    };
    let title = format!("{}: {meaning}", overlay.label());
    let box_size = vec2(330.0_f32.min(area.width() - 16.0), 46.0);
    let place = Align2::LEFT_BOTTOM.align_size_within_rect(box_size, area.shrink(8.0));
    let response = ui.interact(
        place,
        ui.scope_id().with(("legend", frame.id)),
        Sense::hover(),
    );
    response.widget_info(|| {
        let text = format!("{title}, from {} to {}", number(low), number(high));
        WidgetInfo::labeled(Role::Label, true, text)
    });
    let painter = ui.painter().with_clip_rect(area);
    painter.rect_filled(place, 4.0, Color32::from_black_alpha(190));
    let inner = place.shrink2(vec2(8.0, 5.0));
    let white = Color32::WHITE;
    let font = FontId::proportional(11.5);
    painter.text(
        inner.left_top(),
        Align2::LEFT_TOP,
        title,
        font.clone(),
        white,
    );
    let (left, right) = (inner.left_bottom(), inner.right_bottom());
    let from = painter.text(left, Align2::LEFT_BOTTOM, number(low), font.clone(), white);
    let to = painter.text(right, Align2::RIGHT_BOTTOM, number(high), font, white);
    let scale = Rect::from_min_max(
        pos2(from.right() + 8.0, inner.bottom() - 12.0),
        pos2(to.left() - 8.0, inner.bottom() - 2.0),
    );
    let table = scene.style.colours.table();
    let mut mesh = Mesh::default();
    for (step, [r, g, b]) in table.iter().enumerate() {
        let x = |step: usize| scale.left() + scale.width() * step as f32 / table.len() as f32;
        let part = Rect::from_x_y_ranges(x(step)..=x(step + 1), scale.y_range());
        mesh.add_colored_rect(part, Color32::from_rgb(*r, *g, *b));
    }
    painter.add(Shape::mesh(mesh));
}
