//! The eight maps at once, and the masks of the pooling. A click lays one over the picture.

use super::{menu, overlay_controls};
use crate::app::command::Command;
use crate::app::gallery::WHOLE;
use crate::app::heat;
use crate::app::keys::Action;
use crate::app::state::{Branch, Frame, Overlay, View};
use bpclip_core::inspect::Detail;
use eframe::egui;
use egui::{Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// The part of the panel about maps.
pub fn maps(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let Some((frame, detail)) = there(ui, view) else {
        return;
    };
    overlay_controls::controls(ui, view, true, commands);
    for (branch, keys) in [(Branch::Information, "1 to 4"), (Branch::Weight, "5 to 8")] {
        if heat::maps(detail, branch).is_empty() {
            ui.weak(format!(
                "{}: this network has no such branch",
                branch.label()
            ));
            continue;
        }
        ui.label(format!(
            "{} branch ({}), keys {keys}",
            branch.label(),
            branch.attention()
        ));
        let of = |overlay: &&Overlay| matches!(overlay, Overlay::Map(b, _) if *b == branch);
        grid(
            ui,
            view,
            frame,
            detail,
            Overlay::MAPS.iter().filter(of),
            4,
            commands,
        );
    }
    ui.label("Masks of the gated pooling, 0 to 1");
    grid(ui, view, frame, detail, Overlay::MASKS.iter(), 5, commands);
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let none = Action::Overlay(Overlay::None);
        for action in [none, Action::ExportMap, Action::ExportMaps] {
            let enabled = menu::is_possible(action, view) && (action != none || none_needed(view));
            let button = egui::Button::new(action.label());
            if ui
                .add_enabled(enabled, button)
                .on_hover_text(action.help())
                .clicked()
            {
                commands.push(action.into());
            }
        }
    });
}

fn none_needed(view: &View<'_>) -> bool {
    view.state.overlay != Overlay::None
}

/// The selected frame with its maps; without them, the reason is shown.
pub fn there<'a>(ui: &mut Ui, view: &View<'a>) -> Option<(&'a Frame, &'a Detail)> {
    let frame = view.first?;
    match view.detail(Some(frame)) {
        Some(detail) => Some((frame, detail)),
        None => {
            let reason = match (&frame.broken, frame.scored(view.state.lens)) {
                (Some(_), _) | (_, crate::app::state::Scored::Failed(_)) => {
                    "There are no maps: the picture could not be scored"
                }
                _ if view.state.reference == Some(frame.id) => {
                    "The reference has no maps against itself: select another picture"
                }
                _ => "The maps are on their way",
            };
            ui.weak(reason);
            None
        }
    }
}

fn grid<'a>(
    ui: &mut Ui,
    view: &View<'_>,
    frame: &Frame,
    detail: &Detail,
    overlays: impl Iterator<Item = &'a Overlay>,
    columns: usize,
    commands: &mut Vec<Command>,
) {
    let spacing = ui.spacing().item_spacing.x;
    let width = (ui.available_width() - spacing * (columns - 1) as f32) / columns as f32;
    ui.horizontal(|ui| {
        for overlay in overlays {
            if thumbnail(ui, view, frame, detail, *overlay, width).clicked() {
                // A second click takes it away again.
                let chosen = view.state.overlay == *overlay;
                let overlay = if chosen { Overlay::None } else { *overlay };
                commands.push(Command::Overlay(overlay));
            }
        }
    });
}

/// A small map that can be clicked.
pub fn thumbnail(
    ui: &mut Ui,
    view: &View<'_>,
    frame: &Frame,
    detail: &Detail,
    overlay: Overlay,
    width: f32,
) -> egui::Response {
    let map = heat::map(detail, overlay, view.state.attending);
    let aspect = map
        .as_ref()
        .map_or(1.0, |map| map.height as f32 / map.width.max(1) as f32);
    let height = (width * aspect).clamp(20.0, width * 1.6);
    let size = vec2(width, height + 14.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let chosen = view.state.overlay == overlay;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, overlay.label()));
    let Some(map) = map else { return response };
    let range = heat::range(view.state, overlay, &map);
    if ui.is_rect_visible(rect) {
        let key = heat::key(view, frame, overlay, range, 128);
        let texture = view
            .gallery
            .heatmap(key, || heat::picture(view, &map, range, 128));
        let place = Rect::from_min_size(rect.min, vec2(width, height));
        let painter = ui.painter();
        painter.image(texture, place, WHOLE, Color32::WHITE);
        let visuals = ui.visuals();
        if chosen {
            let stroke = Stroke::new(2.0, visuals.strong_text_color());
            painter.rect_stroke(place, 0.0, stroke, StrokeKind::Outside);
        } else if response.hovered() {
            let stroke = Stroke::new(1.0, visuals.text_color());
            painter.rect_stroke(place, 0.0, stroke, StrokeKind::Outside);
        }
        let name = match overlay {
            Overlay::Map(branch, level) => branch.symbol(level),
            Overlay::Mask(level) => format!("{}", level + 1),
            _ => overlay.label(),
        };
        let at = rect.center_bottom();
        painter.text(
            at,
            Align2::CENTER_BOTTOM,
            name,
            FontId::proportional(11.0),
            visuals.text_color(),
        );
    }
    let (low, high) = map.range();
    response.on_hover_text(format!(
        "{}: {low:.3} to {high:.3}, {} x {} cells",
        overlay.label(),
        map.width,
        map.height
    ))
}
