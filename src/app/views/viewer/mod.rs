//! The pictures: one, or two in five ways, moved and scaled together.

mod geometry;
mod hand;
mod legend;
mod pane;
mod pixels;
mod tiles;
mod toolbar;

use crate::app::command::Command;
use crate::app::gallery::Shown;
use crate::app::loader::PictureKey;
use crate::app::settings::ViewerMode;
use crate::app::state::{Frame, View};
use crate::app::theme;
use eframe::egui;
use egui::{CursorIcon, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use hand::Hand;
use pane::Pane;
use std::time::Duration;

/// How long flicker by itself shows each picture: slow enough for everybody.
const FLICKER: f64 = 0.6;

/// Toolbar and pictures.
pub fn viewer(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(8, 4))
        .show(ui, |ui| toolbar::toolbar(ui, view, commands));
    let area = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(area, Sense::click_and_drag());
    let Some(first) = view.first else { return };
    response.widget_info(|| {
        let text = match view.second {
            Some(second) => format!("Picture {}, beside {}", first.name, second.name),
            None => format!("Picture {}", first.name),
        };
        WidgetInfo::labeled(Role::Image, true, text)
    });
    ui.painter()
        .rect_filled(area, 0.0, theme::surround(ui.visuals()));

    let mode = match view.second {
        Some(_) => view.state.look.mode,
        None => ViewerMode::Single,
    };
    let mut hand = Hand::new(response, view);
    match (mode, view.second) {
        (ViewerMode::SideBySide, Some(second)) => {
            let half = vec2(area.width() / 2.0 - 1.0, area.height());
            let left = Rect::from_min_size(area.min, half);
            let right = Rect::from_min_size(area.right_top() - vec2(half.x, 0.0), half);
            let size = frame_pane(ui, view, first, (left, left), None, &mut hand, "A");
            frame_pane(ui, view, second, (right, right), size, &mut hand, "B");
        }
        (ViewerMode::Slider, Some(second)) => slider(ui, view, (first, second), area, &mut hand),
        (ViewerMode::Difference, Some(second)) => {
            let key =
                PictureKey::Difference(first.version(), second.version(), view.state.look.gain);
            let sources = (first.source.clone(), Some(second.source.clone()));
            let shown = view.gallery.picture(key, sources);
            let title = match &shown {
                Shown::Ready(pyramid) => format!(
                    "Difference, times {}; mean {:.2} of 255",
                    view.state.look.gain,
                    pyramid.mean_difference.unwrap_or_default()
                ),
                _ => "Difference".into(),
            };
            let pane = Pane::new((area, area), key, shown, title);
            pane.show(ui, view, None, None, &mut hand);
        }
        (_, second) => {
            let flipped = view.state.look.flipped ^ by_itself(ui, view, mode);
            match second.filter(|_| flipped) {
                Some(second) => {
                    frame_pane(ui, view, second, (area, area), first.size, &mut hand, "B")
                }
                None => frame_pane(ui, view, first, (area, area), None, &mut hand, "A"),
            };
        }
    }
    hand.finish(ui, view, commands);
}

/// Whether flicker by itself shows the second picture right now.
fn by_itself(ui: &Ui, view: &View<'_>, mode: ViewerMode) -> bool {
    if mode != ViewerMode::Flicker || !view.state.look.by_itself {
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
    view: &View<'_>,
    frame: &Frame,
    (area, sight): (Rect, Rect),
    as_large_as: Option<(u32, u32)>,
    hand: &mut Hand,
    letter: &str,
) -> Option<(u32, u32)> {
    let key = PictureKey::Frame(frame.version());
    let shown = view.gallery.picture(key, (frame.source.clone(), None));
    let title = match (view.second, frame.score(view.state.lens)) {
        _ if letter.is_empty() => String::new(),
        (Some(_), Some(score)) => format!("{letter}  {}  {score:.1}", frame.name),
        (Some(_), None) => format!("{letter}  {}", frame.name),
        (None, _) => String::new(),
    };
    let size = match &shown {
        Shown::Ready(pyramid) => pyramid.whole().map(|whole| (whole.width, whole.height)),
        _ => frame.size,
    };
    Pane::new((area, sight), key, shown, title).show(ui, view, Some(frame), as_large_as, hand);
    size
}

/// Both in one place, with a line between them that can be moved.
fn slider(
    ui: &Ui,
    view: &View<'_>,
    (first, second): (&Frame, &Frame),
    area: Rect,
    hand: &mut Hand,
) {
    let x = area.left() + area.width() * view.state.look.split;
    hand.line(x);
    let left = (area, area.with_max_x(x));
    let size = frame_pane(ui, view, first, left, None, hand, "A");
    let right = (area, area.with_min_x(x));
    frame_pane(ui, view, second, right, size, hand, "");
    let painter = ui.painter();
    let line = ui.visuals().strong_text_color();
    painter.vline(x, area.y_range(), Stroke::new(2.0, line));
    painter.circle_filled(egui::pos2(x, area.center().y), 7.0, line);
    // The right title stands on the right.
    let title = match second.score(view.state.lens) {
        Some(score) => format!("B  {}  {score:.1}", second.name),
        None => format!("B  {}", second.name),
    };
    pane::chip(ui, area, egui::Align2::RIGHT_TOP, &title);
    if hand.near_line() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
}
