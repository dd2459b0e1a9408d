//! The eight maps at once, and the masks of the pooling. A click lays one over the picture.

use super::overlay_controls;
use crate::app::actions::{Action, Possible};
use crate::app::command::Commands;
use crate::app::gallery::{Frame, FrameId};
use crate::app::pictures::{Textures, WHOLE};
use crate::app::scoring::Scored;
use crate::app::viewer::{Branch, Command, Overlay, Scene, overlay};
use crate::app::wording;
use bpclip_core::inspect::Detail;
use eframe::egui;
use egui::{Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// The part of the panel about maps.
pub fn maps(
    ui: &mut Ui,
    scene: &Scene<'_>,
    reference: Option<FrameId>,
    (textures, possible): (&Textures, &Possible),
    commands: &mut Commands,
) {
    let Some(mapped) = there(ui, scene, reference) else {
        return;
    };
    overlay_controls::controls(ui, scene.style, true, commands);
    overlay_controls::with_position(ui, scene.style, commands);
    for (branch, keys) in [
        (Branch::Information, "Alt+1 to Alt+4"),
        (Branch::Weight, "Alt+5 to Alt+8"),
    ] {
        if mapped.1.maps(branch, false).is_empty() {
            ui.weak(format!("{} maps: this network has none", branch.label()));
            continue;
        }
        ui.label(format!("{} maps, keys {keys}", branch.label()))
            .on_hover_text(branch.paper());
        let of = |overlay: &&Overlay| matches!(overlay, Overlay::Map(b, _) if *b == branch);
        let overlays = Overlay::MAPS.iter().filter(of);
        grid(ui, scene, textures, mapped, (overlays, 4), commands);
    }
    ui.label("Pooling masks, from fine detail to the whole scene");
    let overlays = Overlay::MASKS.iter();
    grid(ui, scene, textures, mapped, (overlays, 5), commands);
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let none = Action::Overlay(Overlay::None);
        for action in [none, Action::ExportMap, Action::ExportMaps] {
            let needed = action != none || scene.viewer.overlay != Overlay::None;
            let enabled = possible.has(action) && needed;
            let button = egui::Button::new(action.label());
            if ui
                .add_enabled(enabled, button)
                .on_hover_text(action.help())
                .clicked()
            {
                commands.push(action);
            }
        }
    });
}

/// The selected frame with its maps; without them, the reason is shown.
pub fn there<'a>(
    ui: &mut Ui,
    scene: &Scene<'a>,
    reference: Option<FrameId>,
) -> Option<(&'a Frame, &'a Detail)> {
    let frame = scene.first?;
    match scene.detail(frame) {
        Some(detail) => Some((frame, detail)),
        None => {
            let reason = match (&frame.broken, frame.scored(scene.task)) {
                (Some(_), _) | (_, Scored::Failed(_)) => {
                    "There are no maps: the picture could not be scored"
                }
                _ if reference == Some(frame.id) => {
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
    scene: &Scene<'_>,
    textures: &Textures,
    mapped: (&Frame, &Detail),
    (overlays, columns): (impl Iterator<Item = &'a Overlay>, usize),
    commands: &mut Commands,
) {
    let spacing = ui.spacing().item_spacing.x;
    let width = (ui.available_width() - spacing * (columns - 1) as f32) / columns as f32;
    ui.horizontal(|ui| {
        for overlay in overlays {
            if thumbnail(ui, scene, textures, mapped, *overlay, width).clicked() {
                // A second click takes it away again.
                let chosen = scene.viewer.overlay == *overlay;
                let overlay = if chosen { Overlay::None } else { *overlay };
                commands.push(Command::Overlay(overlay));
            }
        }
    });
}

/// A small map that can be clicked.
pub fn thumbnail(
    ui: &mut Ui,
    scene: &Scene<'_>,
    textures: &Textures,
    (frame, detail): (&Frame, &Detail),
    overlay: Overlay,
    width: f32,
) -> egui::Response {
    let map = overlay::map(
        detail,
        overlay,
        scene.viewer.attention,
        scene.style.with_position,
    );
    let aspect = map
        .as_ref()
        .map_or(1.0, |map| map.height as f32 / map.width.max(1) as f32);
    let height = (width * aspect).clamp(20.0, width * 1.6);
    let size = vec2(width, height + 14.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let chosen = scene.viewer.overlay == overlay;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, overlay.label()));
    let Some(map) = map else { return response };
    let range = overlay::range(scene, overlay, &map);
    if ui.is_rect_visible(rect) {
        let key = overlay::key(scene, frame, overlay, range, 128);
        let colours = scene.style.colours;
        let texture = textures.heatmap(key, || overlay::picture(&map, range, colours, 128));
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
            Overlay::Map(_, level) => wording::level(level),
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
    let mut text = format!(
        "{}: {low:.3} to {high:.3}, {} x {} cells",
        overlay.label(),
        map.width,
        map.height
    );
    let paper = overlay.paper();
    if !paper.is_empty() {
        text = format!("{text}\n{paper}");
    }
    response.on_hover_text(text)
}
