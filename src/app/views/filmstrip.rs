//! The list of frames. Only the rows in sight are drawn, so that thousands cost no more.

use super::filter;
use crate::app::command::Command;
use crate::app::gallery::WHOLE;
use crate::app::keys::Action;
use crate::app::ranking::{Grouping, Mark};
use crate::app::state::{Frame, FrameId, Scored, View};
use crate::app::theme;
use eframe::egui;
use egui::{
    Align2, Color32, CornerRadius, FontId, FontSelection, Id, Rect, Role, ScrollArea, Sense,
    Stroke, StrokeKind, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2, vec2,
};

/// Height of a row, in points.
const ROW: f32 = 68.0;
/// Place of a thumbnail.
const THUMBNAIL: egui::Vec2 = vec2(84.0, 60.0);

/// The filmstrip.
pub fn strip(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    filter::controls(ui, view, commands);
    let state = view.state;
    let total = state.order.len();
    if total == 0 && !state.frames.is_empty() {
        ui.weak("No picture passes the filter");
    }
    let jump = jump_to(ui, view);
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, ROW, total, |ui, rows| {
            let spacing = ui.spacing().item_spacing.y;
            if let Some(row) = jump {
                let top = ui.max_rect().top() + (row as f32 - rows.start as f32) * (ROW + spacing);
                let left_top = pos2(ui.max_rect().left(), top);
                let place = Rect::from_min_size(left_top, vec2(1.0, ROW));
                ui.scroll_to_rect(place, None);
            }
            for place in rows {
                let at = state.order.get(place).copied();
                if let Some(at) = at
                    && let Some(frame) = state.frames.get(at)
                {
                    ui.push_id(frame.id, |ui| row(ui, view, frame, (place, at), commands));
                }
            }
        });
}

/// The row of the selected frame, in the frame in which the selection has moved to it.
fn jump_to(ui: &Ui, view: &View<'_>) -> Option<usize> {
    let selected = view.state.selected?;
    let memory = Id::unique("filmstrip's last selection");
    let last: Option<FrameId> = ui.data(|data| data.get_temp(memory));
    if last == Some(selected) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(memory, selected));
    let is = |at: &usize| view.state.frames.get(*at).map(|frame| frame.id) == Some(selected);
    view.state.order.iter().position(is)
}

fn row(
    ui: &mut Ui,
    view: &View<'_>,
    frame: &Frame,
    (place, at): (usize, usize),
    commands: &mut Vec<Command>,
) {
    let state = view.state;
    let selected = state.selected == Some(frame.id);
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let group = state.groups.get(at).copied().flatten();
    response.widget_info(|| {
        let text = description(view, frame, place, group);
        WidgetInfo::selected(Role::Button, true, selected, text)
    });
    if response.clicked() {
        let shift = ui.input(|input| input.modifiers.shift);
        commands.push(match shift {
            true => Command::Compare(Some(frame.id)),
            false => Command::Select(frame.id),
        });
    }
    if ui.is_rect_visible(rect) {
        paint(ui, view, frame, rect, group, selected, response.hovered());
    }
    let problem = match (&frame.broken, frame.scored(state.lens)) {
        (Some(reason), _) | (None, Scored::Failed(reason)) => Some(reason),
        _ => None,
    };
    let response = match problem {
        Some(reason) => response.on_hover_text(reason),
        None => match frame.path() {
            Some(path) => response.on_hover_text(path.display().to_string()),
            None => response,
        },
    };
    response.context_menu(|ui| menu(ui, view, frame, commands));
}

/// The row in words, for those who do not see it.
fn description(
    view: &View<'_>,
    frame: &Frame,
    place: usize,
    group: Option<(usize, bool)>,
) -> String {
    let mut text = format!("{}, {}", frame.name, said(view, frame));
    text.push_str(&format!(", number {}", place + 1));
    if view.state.reference == Some(frame.id) {
        text.push_str(", reference");
    }
    if view.state.other == Some(frame.id) {
        text.push_str(", compared with");
    }
    match frame.mark {
        Some(Mark::Keep) => text.push_str(", keep"),
        Some(Mark::Reject) => text.push_str(", reject"),
        None => {}
    }
    if let Some((_, true)) = group {
        text.push_str(", best of its group");
    }
    text
}

/// The score, or why there is none.
fn said(view: &View<'_>, frame: &Frame) -> String {
    if frame.broken.is_some() {
        return "cannot be read".into();
    }
    match frame.scored(view.state.lens) {
        Scored::Done(rated) => format!("{:.1}", rated.inspection.score),
        Scored::Waiting(_) => "waiting".into(),
        Scored::Running(_) => "scoring".into(),
        Scored::Failed(_) => "not scored".into(),
        Scored::Unasked if view.state.reference == Some(frame.id) => "reference".into(),
        Scored::Unasked => "no score".into(),
    }
}

fn paint(
    ui: &Ui,
    view: &View<'_>,
    frame: &Frame,
    rect: Rect,
    group: Option<(usize, bool)>,
    selected: bool,
    hovered: bool,
) {
    let visuals = ui.visuals();
    let painter = ui.painter();
    if selected {
        painter.rect_filled(rect, 4.0, visuals.selection.bg_fill.gamma_multiply(0.55));
    } else if hovered {
        painter.rect_filled(rect, 4.0, visuals.widgets.hovered.weak_bg_fill);
    }
    let place = Rect::from_min_size(rect.left_top() + vec2(6.0, 4.0), THUMBNAIL);
    if let Some((number, _)) = group {
        // Neighbours of different groups have different bars.
        let colour = match number % 2 {
            0 => visuals.weak_text_color(),
            _ => visuals.strong_text_color(),
        };
        let bar = Rect::from_min_size(rect.left_top(), vec2(3.0, rect.height()));
        painter.rect_filled(bar, 0.0, colour);
    }
    painter.rect_filled(place, 2.0, visuals.extreme_bg_color);
    match view.gallery.thumbnail(frame.version(), &frame.source) {
        _ if frame.broken.is_some() => {
            let colour = theme::bad(visuals);
            let cross = Rect::from_center_size(place.center(), vec2(18.0, 18.0));
            let stroke = Stroke::new(2.0, colour);
            painter.line_segment([cross.left_top(), cross.right_bottom()], stroke);
            painter.line_segment([cross.right_top(), cross.left_bottom()], stroke);
        }
        Some(texture) => {
            let size = texture.size_vec2();
            let scale = (place.width() / size.x).min(place.height() / size.y);
            let fitted = Rect::from_center_size(place.center(), size * scale);
            painter.image(texture.id(), fitted, WHOLE, Color32::WHITE);
        }
        None => {}
    }
    badges(ui, view, frame, place, group);

    let left = place.right() + 8.0;
    let width = rect.right() - left - 4.0;
    let text = |text: WidgetText, y: f32, colour: Color32| {
        let galley = text.into_galley(
            ui,
            Some(TextWrapMode::Truncate),
            width,
            FontSelection::Default,
        );
        painter.galley(pos2(left, rect.top() + y), galley, colour);
    };
    let strong = visuals.strong_text_color();
    text(frame.name.as_str().into(), 5.0, visuals.text_color());
    let score = said(view, frame);
    let failed =
        frame.broken.is_some() || matches!(frame.scored(view.state.lens), Scored::Failed(_));
    if frame.scored(view.state.lens).rated().is_some() {
        let size = egui::RichText::new(score).size(18.0).strong();
        text(size.into(), 21.0, strong);
    } else {
        let colour = if failed {
            theme::bad(visuals)
        } else {
            visuals.weak_text_color()
        };
        text(score.into(), 24.0, colour);
    }
    if let Some((width, height)) = frame.size {
        let size = egui::RichText::new(format!("{width} x {height}")).small();
        text(size.into(), 47.0, visuals.weak_text_color());
    }
}

/// What a frame is, in its picture's corners: letters and shapes, not colours alone.
fn badges(ui: &Ui, view: &View<'_>, frame: &Frame, place: Rect, group: Option<(usize, bool)>) {
    let painter = ui.painter();
    let badge = |corner: Align2, text: &str, fill: Color32| {
        let font = FontId::proportional(10.5);
        let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE);
        let size = galley.size() + vec2(8.0, 3.0);
        let rect = corner.align_size_within_rect(size, place);
        painter.rect_filled(rect, CornerRadius::same(3), fill);
        painter.galley(rect.min + vec2(4.0, 1.5), galley, Color32::WHITE);
    };
    let dark = Color32::from_black_alpha(190);
    if view.state.reference == Some(frame.id) {
        badge(Align2::LEFT_TOP, "REF", dark);
    } else if view.state.other == Some(frame.id) {
        badge(Align2::LEFT_TOP, "B", dark);
    }
    if let Some((_, true)) = group {
        badge(Align2::RIGHT_TOP, "best", Color32::from_rgb(20, 92, 190));
    }
    match frame.mark {
        Some(Mark::Keep) => badge(
            Align2::LEFT_BOTTOM,
            "+ keep",
            Color32::from_rgb(20, 92, 190),
        ),
        Some(Mark::Reject) => {
            badge(
                Align2::LEFT_BOTTOM,
                "x reject",
                Color32::from_rgb(160, 66, 6),
            );
            let stroke = Stroke::new(2.0, Color32::from_rgb(160, 66, 6));
            painter.rect_stroke(place, 2.0, stroke, StrokeKind::Inside);
        }
        None => {}
    }
}

fn menu(ui: &mut Ui, view: &View<'_>, frame: &Frame, commands: &mut Vec<Command>) {
    let state = view.state;
    let mut entry = |ui: &mut Ui, label: &str, action: Option<Action>, command: Command| {
        let key = action.and_then(|action| action.shortcuts().first().copied());
        let key = key
            .map(|key| ui.ctx().format_shortcut(&key))
            .unwrap_or_default();
        if ui
            .add(egui::Button::new(label).shortcut_text(key))
            .clicked()
        {
            commands.push(command);
            ui.close();
        }
    };
    if state.reference == Some(frame.id) {
        let clear = Command::Reference(None);
        entry(ui, "Clear reference", Some(Action::ClearReference), clear);
    } else {
        let set = Command::Reference(Some(frame.id));
        entry(ui, "Use as reference", Some(Action::Reference), set);
    }
    if state.other == Some(frame.id) {
        entry(
            ui,
            "Stop comparing with it",
            Some(Action::Compare),
            Command::Compare(None),
        );
    } else {
        let compare = Command::Compare(Some(frame.id));
        entry(ui, "Compare others with it", Some(Action::Compare), compare);
    }
    ui.separator();
    for (mark, action) in [(Mark::Keep, Action::Keep), (Mark::Reject, Action::Reject)] {
        let marked = frame.mark == Some(mark);
        let label = if marked {
            format!("Not {}", mark.label().to_lowercase())
        } else {
            mark.label().into()
        };
        let wanted = (!marked).then_some(mark);
        entry(ui, &label, Some(action), Command::Mark(frame.id, wanted));
    }
    ui.separator();
    entry(ui, "Score again", None, Command::Rescore(frame.id));
    entry(
        ui,
        "Remove from list",
        Some(Action::Remove),
        Command::Remove(frame.id),
    );
    if state.grouping == Grouping::None {
        return;
    }
    ui.separator();
    ui.weak("Groups are marked by the bar on the left");
}
