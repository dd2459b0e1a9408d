//! The list of frames. Only the rows in sight are drawn, so that thousands cost no more.

use super::row::Row;
use super::rows::{Line, Lines};
use super::{drag, filter};
use crate::app::command::Commands;
use crate::app::gallery::{Command, FrameId, Sorting, State};
use crate::app::pictures::Textures;
use eframe::egui;
use egui::style::ScrollAnimation;
use egui::{Id, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2, vec2};

/// The filmstrip.
pub fn filmstrip(
    ui: &mut Ui,
    state: &State,
    sorting: Sorting<'_>,
    textures: &Textures,
    commands: &mut Commands,
) {
    filter::controls(ui, state, sorting, commands);
    if state.order.is_empty() && !state.frames.is_empty() {
        ui.weak("No picture passes the filter");
    }
    let jump = jump_to(ui, state);
    let lines = Lines::of(state, ui.spacing().item_spacing.y);
    let mut in_sight = Vec::new();
    let (mut rows_in_sight, mut begun) = (Vec::new(), None);
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_viewport(ui, |ui, viewport| {
            ui.set_height(lines.height());
            let whole = ui.max_rect();
            let place = |top: f32, height: f32| {
                let left_top = pos2(whole.left(), whole.top() + top);
                Rect::from_min_size(left_top, vec2(whole.width(), height))
            };
            if let Some((top, height)) = jump.and_then(|row| lines.of_row(row)) {
                ui.scroll_to_rect(place(top, height), None);
            }
            for (top, height, line) in lines.within(viewport.y_range()) {
                let rect = place(top, height);
                ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| match line {
                    Line::Heading(group) => heading(ui, state, group),
                    Line::Row(row) => {
                        let at = state.order.get(row).copied();
                        if let Some(at) = at
                            && let Some(frame) = state.frames.get(at)
                        {
                            in_sight.push(frame.id);
                            let row = Row {
                                frame,
                                place: row,
                                group: state.groups.get(at).copied().flatten(),
                                state,
                                sorting,
                            };
                            let shown = ui.push_id(frame.id, |ui| row.show(ui, textures, commands));
                            begun = begun.or(shown.inner.drag_started().then_some(frame.id));
                            rows_in_sight.push((frame.id, shown.inner.rect));
                        }
                    }
                });
            }
            let on = drag::select(ui, &rows_in_sight, begun, commands);
            if on != 0.0 {
                // Down is up for what is in the list.
                ui.scroll_with_delta_animation(vec2(0.0, -on), ScrollAnimation::none());
            }
        });
    if in_sight != state.in_sight {
        commands.push(Command::InSight(in_sight));
    }
}

/// What stands above the pictures of a group.
fn heading(ui: &mut Ui, state: &State, group: usize) {
    if let Some(text) = state.headings.get(group) {
        ui.add(egui::Label::new(RichText::new(text).small().strong()).truncate());
    }
}

/// The row of the selected frame, in the frame in which the selection has moved to it.
fn jump_to(ui: &Ui, state: &State) -> Option<usize> {
    let selected = state.selected?;
    let memory = Id::unique("filmstrip's last selection");
    let last: Option<FrameId> = ui.data(|data| data.get_temp(memory));
    if last == Some(selected) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(memory, selected));
    state.shown().position(|frame| frame.id == selected)
}
