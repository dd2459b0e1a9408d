//! Several frames beside each other, moved and scaled together. One has the focus: marks and stars go to it.

use super::hand::Hand;
use super::marks::{chip, chip_in};
use super::pane::{Pane, Placing};
use crate::app::command::Commands;
use crate::app::gallery::ranking::Mark;
use crate::app::gallery::{self, Frame};
use crate::app::pictures::{PictureKey, Textures};
use crate::app::theme;
use crate::app::viewer::Scene;
use eframe::egui;
use egui::{
    Align2, Button, Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

/// Between two cells, and around the outline of the one in focus, in points.
const GAP: f32 = 6.0;
/// A cell that is narrower has no room for what the colours over its picture stand for.
const FOR_LEGEND: f32 = 260.0;

/// The frames, each in a cell.
pub fn survey(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (gallery, textures): (&gallery::State, &Textures),
    frames: &[&Frame],
    (area, hand): (Rect, &mut Hand),
    commands: &mut Commands,
) {
    for (frame, cell) in frames.iter().zip(cells(frames, area)) {
        let focus = gallery.selected == Some(frame.id);
        // What was decided stands below what the colours stand for.
        let above = cell.with_max_y(cell.bottom() - 30.0);
        let pane = Pane {
            placing: Placing::within(cell),
            key: PictureKey::Frame(frame.version()),
            shown: textures.picture(frame.version(), &frame.source),
            title: String::new(),
            legend: Some(above).filter(|_| focus && cell.width() >= FOR_LEGEND),
        };
        pane.show(ui, scene, textures, Some(frame), hand);
        said(ui, scene, frame, cell);
        let response = ui.interact(cell, ui.scope_id().with(("cell", frame.id)), Sense::click());
        response.widget_info(|| {
            let text = gallery::views::described(frame, scene.task);
            WidgetInfo::selected(Role::Button, true, focus, format!("Survey: {text}"))
        });
        if response.double_clicked() {
            hand.double_click();
        } else if response.clicked() {
            commands.push(gallery::Command::Select(frame.id));
        }
        response.context_menu(|ui| gallery::views::menu(ui, gallery, frame, commands));
        let outline = cell.expand(1.0);
        if focus {
            let stroke = Stroke::new(4.0, theme::good(ui.visuals()));
            ui.painter()
                .rect_stroke(outline, 2.0, stroke, StrokeKind::Outside);
            let inner = Stroke::new(1.5, Color32::WHITE);
            ui.painter()
                .rect_stroke(cell, 0.0, inner, StrokeKind::Inside);
        }
        take_out(ui, frame, cell, commands);
    }
}

/// What a frame is called, its score, and what was decided on it.
fn said(ui: &Ui, scene: &Scene<'_>, frame: &Frame, cell: Rect) {
    if frame.mark == Some(Mark::Reject) {
        // It steps back from the others, and can still be judged.
        let painter = ui.painter().with_clip_rect(cell);
        painter.rect_filled(cell, 0.0, Color32::from_black_alpha(110));
    }
    let title = match frame.score(scene.task) {
        Some(score) => format!("{}  {score:.1}", frame.name),
        None => frame.name.clone(),
    };
    // Beside it stands a button.
    let beside = cell.with_max_x(cell.right() - 24.0);
    chip(ui, beside, Align2::LEFT_TOP, &title);
    let decided = gallery::views::decided(frame);
    if !decided.is_empty() {
        let fill = match frame.mark {
            Some(Mark::Keep) => theme::KEEP,
            Some(Mark::Reject) => theme::REJECT,
            None => Color32::from_black_alpha(190),
        };
        chip_in(ui, cell, Align2::RIGHT_BOTTOM, &decided, fill);
    }
}

/// A small button in the corner.
fn take_out(ui: &mut Ui, frame: &Frame, cell: Rect, commands: &mut Commands) {
    let place = Align2::RIGHT_TOP.align_size_within_rect(Vec2::splat(18.0), cell.shrink(5.0));
    let button = ui.put(place, Button::new("x").small());
    let hint = format!("Take {} out of the survey", frame.name);
    let button = button.on_hover_text("Takes it out of the survey, not off the list");
    let button = button.accessible_name(&hint);
    if button.clicked() {
        commands.push(gallery::Command::TakeOut(frame.id));
    }
}

/// Cells in rows, as many in each as shows most of the pictures.
fn cells(frames: &[&Frame], area: Rect) -> Vec<Rect> {
    let sizes: Vec<Vec2> = frames
        .iter()
        .map(|frame| {
            let (width, height) = frame.size.unwrap_or((3, 2));
            vec2(width.max(1) as f32, height.max(1) as f32)
        })
        .collect();
    let count = sizes.len();
    let shown = |columns: usize| {
        let cell = cell_size(area, columns, count);
        let extent = |size: &Vec2| {
            let scale = (cell.x / size.x).min(cell.y / size.y).max(0.0);
            size.x * size.y * scale * scale
        };
        sizes.iter().map(extent).sum::<f32>()
    };
    let columns = (1..=count).max_by(|a, b| shown(*a).total_cmp(&shown(*b)));
    let columns = columns.unwrap_or(1);
    let cell = cell_size(area, columns, count);
    (0..count)
        .map(|at| {
            let (column, row) = ((at % columns) as f32, (at / columns) as f32);
            let corner = pos2(
                area.left() + GAP + column * (cell.x + GAP),
                area.top() + GAP + row * (cell.y + GAP),
            );
            Rect::from_min_size(corner, cell)
        })
        .collect()
}

fn cell_size(area: Rect, columns: usize, count: usize) -> Vec2 {
    let rows = count.div_ceil(columns);
    let side = |all: f32, parts: usize| ((all - GAP * (parts + 1) as f32) / parts as f32).max(1.0);
    vec2(side(area.width(), columns), side(area.height(), rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::gallery::FrameId;
    use bpclip_core::inspect::Source;

    fn frames(count: u64, size: (u32, u32)) -> Vec<Frame> {
        let frame = |id| {
            let source = Source::File("a.jpg".into());
            let mut frame = Frame::new(FrameId(id), source, "a.jpg".into());
            frame.size = Some(size);
            frame
        };
        (0..count).map(frame).collect()
    }

    #[test]
    fn cells_do_not_overlap_and_suit_the_pictures() {
        let area = Rect::from_min_max(pos2(200.0, 60.0), pos2(1000.0, 660.0));
        for (count, size, rows) in [
            (2, (600, 400), 2),
            (2, (400, 600), 1),
            (4, (600, 400), 2),
            (3, (400, 600), 1),
            (9, (600, 400), 3),
        ] {
            let frames = frames(count, size);
            let frames: Vec<&Frame> = frames.iter().collect();
            let cells = cells(&frames, area);
            assert_eq!(cells.len(), frames.len());
            let mut tops: Vec<f32> = cells.iter().map(|cell| cell.top()).collect();
            tops.dedup();
            assert_eq!(tops.len(), rows, "{count} of {size:?}");
            for (at, cell) in cells.iter().enumerate() {
                assert!(area.contains_rect(*cell));
                assert!(cells[..at].iter().all(|other| !other.intersects(*cell)));
            }
        }
    }
}
