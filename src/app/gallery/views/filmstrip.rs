//! The list of frames. Only the rows in sight are drawn, so that thousands cost no more.

use super::row::{HEIGHT, Row};
use super::{drag, filter};
use crate::app::command::Commands;
use crate::app::gallery::{Command, FrameId, Sorting, State};
use crate::app::pictures::Textures;
use eframe::egui;
use egui::style::ScrollAnimation;
use egui::{Id, Rect, ScrollArea, Ui, pos2, vec2};

/// The filmstrip.
pub fn filmstrip(
    ui: &mut Ui,
    state: &State,
    sorting: Sorting<'_>,
    textures: &Textures,
    commands: &mut Commands,
) {
    filter::controls(ui, state, sorting, commands);
    let total = state.order.len();
    if total == 0 && !state.frames.is_empty() {
        ui.weak("No picture passes the filter");
    }
    let jump = jump_to(ui, state);
    let mut in_sight = Vec::new();
    let (mut rows_in_sight, mut begun) = (Vec::new(), None);
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show_rows(ui, HEIGHT, total, |ui, rows| {
            let spacing = ui.spacing().item_spacing.y;
            if let Some(row) = jump {
                let top =
                    ui.max_rect().top() + (row as f32 - rows.start as f32) * (HEIGHT + spacing);
                let left_top = pos2(ui.max_rect().left(), top);
                let place = Rect::from_min_size(left_top, vec2(1.0, HEIGHT));
                ui.scroll_to_rect(place, None);
            }
            for place in rows {
                let at = state.order.get(place).copied();
                if let Some(at) = at
                    && let Some(frame) = state.frames.get(at)
                {
                    in_sight.push(frame.id);
                    let row = Row {
                        frame,
                        place,
                        group: state.groups.get(at).copied().flatten(),
                        state,
                        task: sorting.task,
                    };
                    let shown = ui.push_id(frame.id, |ui| row.show(ui, textures, commands));
                    begun = begun.or(shown.inner.drag_started().then_some(frame.id));
                    rows_in_sight.push((frame.id, shown.inner.rect));
                }
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
