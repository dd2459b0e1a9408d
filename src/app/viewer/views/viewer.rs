//! The pictures: one, or two in five ways, moved and scaled together.

use super::hand::Hand;
use super::marks::chip;
use super::pane::{Pane, Placing};
use super::{ahead, align, survey, toolbar};
use crate::app::actions::Possible;
use crate::app::command::Commands;
use crate::app::gallery::{self, Frame};
use crate::app::pictures::{LoadedPicture, Offset, PictureKey, Textures};
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
    (gallery, possible): (&gallery::State, &Possible),
    textures: &Textures,
    commands: &mut Commands,
) {
    let shift = align::measured(scene, textures);
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(8, 4))
        .show(ui, |ui| {
            toolbar::toolbar(ui, scene.viewer, (gallery, possible), shift, commands)
        });
    pictures(ui, scene, gallery, textures, commands);
}

/// The pictures alone.
pub fn pictures(
    ui: &mut Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    textures: &Textures,
    commands: &mut Commands,
) {
    let area = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(area, Sense::click_and_drag());
    let Some(first) = scene.first else { return };
    let surveyed = gallery.surveyed();
    response.widget_info(|| {
        let text = match (surveyed.len(), scene.second) {
            (0, Some(second)) => format!("Picture {}, beside {}", first.name, second.name),
            (0, None) => format!("Picture {}", first.name),
            (count, _) => format!("Survey of {count} pictures"),
        };
        WidgetInfo::labeled(Role::Image, true, text)
    });
    ui.painter()
        .rect_filled(area, 0.0, theme::surround(ui.visuals()));
    let mut hand = Hand::new(response, scene.viewer);
    if surveyed.is_empty() {
        one_or_two(ui, scene, gallery, textures, (first, area), &mut hand);
    } else {
        let given = (gallery, textures);
        survey::survey(ui, scene, given, &surveyed, (area, &mut hand), commands);
    }
    hand.finish(ui, scene.viewer, commands);
}

/// The picture that is looked at, and the second one as the mode has it.
fn one_or_two(
    ui: &Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    textures: &Textures,
    (first, area): (&Frame, Rect),
    hand: &mut Hand,
) {
    let mode = match scene.second {
        Some(_) => scene.viewer.look.mode,
        None => ViewerMode::Single,
    };
    let shifted = align::offset(scene, align::measured(scene, textures));
    // Where the next picture will be.
    let mut next = Placing::within(area);
    match (mode, scene.second) {
        (ViewerMode::SideBySide, Some(second)) => {
            let half = vec2(area.width() / 2.0 - 1.0, area.height());
            let left = Placing::within(Rect::from_min_size(area.min, half));
            let corner = area.right_top() - vec2(half.x, 0.0);
            let mut right = Placing::within(Rect::from_min_size(corner, half));
            right.as_large_as = frame_pane(ui, scene, textures, (first, "A"), left, hand);
            frame_pane(ui, scene, textures, (second, "B"), right, hand);
            next = left;
        }
        (ViewerMode::Slider, Some(second)) => {
            let both = (first, second, shifted);
            slider(ui, scene, textures, both, area, hand);
        }
        (ViewerMode::Difference, Some(second)) => {
            let gain = scene.viewer.look.gain;
            let of = [first, second].map(|frame| (frame.version(), &frame.source));
            let key = PictureKey::Difference(of[0].0, of[1].0, gain, shifted);
            let shown = textures.difference(of[0], of[1], (gain, shifted));
            let mut title = match &shown {
                LoadedPicture::Ready(pyramid) => format!(
                    "Difference, times {gain}; mean {:.2} of 255",
                    pyramid.mean_difference.unwrap_or_default()
                ),
                _ => "Difference".into(),
            };
            if !shifted.is_none() {
                title.push_str("; B moved");
            }
            let pane = Pane {
                placing: next,
                key,
                shown,
                title,
                legend: None,
            };
            pane.show(ui, scene, textures, None, hand);
        }
        (_, second) => {
            let flipped = scene.viewer.look.flipped ^ by_itself(ui, scene.viewer, mode);
            match second.filter(|_| flipped) {
                Some(second) => {
                    let placing = Placing {
                        as_large_as: first.size,
                        shifted,
                        ..next
                    };
                    frame_pane(ui, scene, textures, (second, "B"), placing, hand);
                }
                None => {
                    frame_pane(ui, scene, textures, (first, "A"), next, hand);
                }
            };
        }
    }
    ahead::ahead(ui, scene, gallery, textures, next);
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
    placing: Placing,
    hand: &mut Hand,
) -> Option<(u32, u32)> {
    let shown = textures.picture(frame.version(), &frame.source);
    let title = match scene.second {
        Some(_) if !letter.is_empty() => title(scene, frame, letter, placing.shifted),
        _ => String::new(),
    };
    let size = match &shown {
        LoadedPicture::Ready(pyramid) => pyramid.whole().map(|whole| (whole.width, whole.height)),
        _ => frame.size,
    };
    let pane = Pane {
        placing,
        key: PictureKey::Frame(frame.version()),
        shown,
        title,
        legend: Some(placing.sight),
    };
    pane.show(ui, scene, textures, Some(frame), hand);
    size
}

/// What a pane is called where there are two.
fn title(scene: &Scene<'_>, frame: &Frame, letter: &str, shifted: Offset) -> String {
    let mut title = format!("{letter}  {}", frame.name);
    if let Some(score) = frame.score(scene.task) {
        title.push_str(&format!("  {score:.1}"));
    }
    if !shifted.is_none() {
        title.push_str("  (moved)");
    }
    title
}

/// Both in one place, with a line between them that can be moved.
fn slider(
    ui: &Ui,
    scene: &Scene<'_>,
    textures: &Textures,
    (first, second, shifted): (&Frame, &Frame, Offset),
    area: Rect,
    hand: &mut Hand,
) {
    let x = area.left() + area.width() * scene.viewer.look.split;
    hand.line(x);
    let left = Placing {
        sight: area.with_max_x(x),
        ..Placing::within(area)
    };
    let size = frame_pane(ui, scene, textures, (first, "A"), left, hand);
    let right = Placing {
        sight: area.with_min_x(x),
        as_large_as: size,
        shifted,
        ..left
    };
    frame_pane(ui, scene, textures, (second, ""), right, hand);
    let painter = ui.painter();
    let line = ui.visuals().strong_text_color();
    painter.vline(x, area.y_range(), Stroke::new(2.0, line));
    painter.circle_filled(egui::pos2(x, area.center().y), 7.0, line);
    // The right title stands on the right.
    let title = title(scene, second, "B", shifted);
    chip(ui, area, egui::Align2::RIGHT_TOP, &title);
    if hand.near_line() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
}
