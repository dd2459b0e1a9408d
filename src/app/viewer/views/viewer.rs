//! The pictures: one, or two in five ways, moved and scaled together.

use super::hand::Hand;
use super::marks::chip;
use super::pane::Pane;
use super::toolbar;
use crate::app::command::Commands;
use crate::app::gallery::{self, Frame};
use crate::app::pictures::{LoadedPicture, PictureKey, Textures};
use crate::app::theme;
use crate::app::viewer::{Scene, State, ViewerMode};
use eframe::egui;
use egui::{CursorIcon, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::time::Duration;

/// How long flicker by itself shows each picture: slow enough for everybody.
const FLICKER: f64 = 0.6;

/// Toolbar and pictures.
pub fn viewer(
    ui: &mut Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    textures: &Textures,
    commands: &mut Commands,
) {
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(8, 4))
        .show(ui, |ui| {
            toolbar::toolbar(ui, scene.viewer, gallery, commands)
        });
    let area = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(area, Sense::click_and_drag());
    let Some(first) = scene.first else { return };
    response.widget_info(|| {
        let text = match scene.second {
            Some(second) => format!("Picture {}, beside {}", first.name, second.name),
            None => format!("Picture {}", first.name),
        };
        WidgetInfo::labeled(Role::Image, true, text)
    });
    ui.painter()
        .rect_filled(area, 0.0, theme::surround(ui.visuals()));

    let mode = match scene.second {
        Some(_) => scene.viewer.look.mode,
        None => ViewerMode::Single,
    };
    let mut hand = Hand::new(response, scene.viewer);
    match (mode, scene.second) {
        (ViewerMode::SideBySide, Some(second)) => {
            let half = vec2(area.width() / 2.0 - 1.0, area.height());
            let left = Rect::from_min_size(area.min, half);
            let right = Rect::from_min_size(area.right_top() - vec2(half.x, 0.0), half);
            let size = frame_pane(
                ui,
                scene,
                textures,
                (first, "A"),
                (left, left),
                None,
                &mut hand,
            );
            frame_pane(
                ui,
                scene,
                textures,
                (second, "B"),
                (right, right),
                size,
                &mut hand,
            );
        }
        (ViewerMode::Slider, Some(second)) => {
            slider(ui, scene, textures, (first, second), area, &mut hand)
        }
        (ViewerMode::Difference, Some(second)) => {
            let key =
                PictureKey::Difference(first.version(), second.version(), scene.viewer.look.gain);
            let sources = (first.source.clone(), Some(second.source.clone()));
            let shown = textures.picture(key, sources);
            let title = match &shown {
                LoadedPicture::Ready(pyramid) => format!(
                    "Difference, times {}; mean {:.2} of 255",
                    scene.viewer.look.gain,
                    pyramid.mean_difference.unwrap_or_default()
                ),
                _ => "Difference".into(),
            };
            let pane = Pane::new((area, area), key, shown, title);
            pane.show(ui, scene, textures, None, None, &mut hand);
        }
        (_, second) => {
            let flipped = scene.viewer.look.flipped ^ by_itself(ui, scene.viewer, mode);
            match second.filter(|_| flipped) {
                Some(second) => frame_pane(
                    ui,
                    scene,
                    textures,
                    (second, "B"),
                    (area, area),
                    first.size,
                    &mut hand,
                ),
                None => frame_pane(
                    ui,
                    scene,
                    textures,
                    (first, "A"),
                    (area, area),
                    None,
                    &mut hand,
                ),
            };
        }
    }
    hand.finish(ui, scene.viewer, commands);
}

/// Whether flicker by itself shows the second picture right now.
fn by_itself(ui: &Ui, viewer: &State, mode: ViewerMode) -> bool {
    if mode != ViewerMode::Flicker || !viewer.look.by_itself {
        return false;
    }
    let time = ui.input(|input| input.time);
    let rest = FLICKER - time % FLICKER;
    ui.ctx()
        .request_repaint_after(Duration::from_secs_f64(rest));
    (time / FLICKER) as u64 % 2 == 1
}

/// A frame in a pane. Gives its size, so that another one can be shown as large.
fn frame_pane(
    ui: &Ui,
    scene: &Scene<'_>,
    textures: &Textures,
    (frame, letter): (&Frame, &str),
    (area, sight): (Rect, Rect),
    as_large_as: Option<(u32, u32)>,
    hand: &mut Hand,
) -> Option<(u32, u32)> {
    let key = PictureKey::Frame(frame.version());
    let shown = textures.picture(key, (frame.source.clone(), None));
    let title = match (scene.second, frame.score(scene.task)) {
        _ if letter.is_empty() => String::new(),
        (Some(_), Some(score)) => format!("{letter}  {}  {score:.1}", frame.name),
        (Some(_), None) => format!("{letter}  {}", frame.name),
        (None, _) => String::new(),
    };
    let size = match &shown {
        LoadedPicture::Ready(pyramid) => pyramid.whole().map(|whole| (whole.width, whole.height)),
        _ => frame.size,
    };
    Pane::new((area, sight), key, shown, title).show(
        ui,
        scene,
        textures,
        Some(frame),
        as_large_as,
        hand,
    );
    size
}

/// Both in one place, with a line between them that can be moved.
fn slider(
    ui: &Ui,
    scene: &Scene<'_>,
    textures: &Textures,
    (first, second): (&Frame, &Frame),
    area: Rect,
    hand: &mut Hand,
) {
    let x = area.left() + area.width() * scene.viewer.look.split;
    hand.line(x);
    let left = (area, area.with_max_x(x));
    let size = frame_pane(ui, scene, textures, (first, "A"), left, None, hand);
    let right = (area, area.with_min_x(x));
    frame_pane(ui, scene, textures, (second, ""), right, size, hand);
    let painter = ui.painter();
    let line = ui.visuals().strong_text_color();
    painter.vline(x, area.y_range(), Stroke::new(2.0, line));
    painter.circle_filled(egui::pos2(x, area.center().y), 7.0, line);
    // The right title stands on the right.
    let title = match second.score(scene.task) {
        Some(score) => format!("B  {}  {score:.1}", second.name),
        None => format!("B  {}", second.name),
    };
    chip(ui, area, egui::Align2::RIGHT_TOP, &title);
    if hand.near_line() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
}
