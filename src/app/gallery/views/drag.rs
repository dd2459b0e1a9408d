//! Selecting by dragging over rows.

use crate::app::command::Commands;
use crate::app::gallery::{Command, FrameId};
use eframe::egui;
use egui::{Id, Rect, Ui};

/// How close to an end of the list the pointer must be for the list to go on, in points.
const EDGE: f32 = 24.0;
/// How fast it goes on, in points a second.
const SPEED: f32 = 900.0;

/// A drag over rows, and the row that it has come to.
#[derive(Clone, Copy, PartialEq)]
struct Drag {
    at: FrameId,
}

/// Selects all rows from the one on which a drag began to the one under the pointer. `rows` are those
/// in sight, of which `begun` is one whose drag begins in this frame. By how many points the list has to go on.
pub fn select(
    ui: &Ui,
    rows: &[(FrameId, Rect)],
    begun: Option<FrameId>,
    commands: &mut Commands,
) -> f32 {
    let memory = Id::unique("a drag over rows");
    if let Some(first) = begun {
        commands.push(Command::Select(first));
        ui.data_mut(|data| data.insert_temp(memory, Drag { at: first }));
    }
    let drag: Option<Drag> = ui.data(|data| data.get_temp(memory));
    let Some(drag) = drag else { return 0.0 };
    let (down, pointer) = ui.input(|input| {
        let pointer = &input.pointer;
        (pointer.primary_down(), pointer.interact_pos())
    });
    let Some(pointer) = pointer.filter(|_| down) else {
        ui.data_mut(|data| data.remove::<Drag>(memory));
        return 0.0;
    };
    let far = |(_, rect): &&(FrameId, Rect)| rect.center().y - pointer.y;
    let nearest = rows
        .iter()
        .min_by(|a, b| far(a).abs().total_cmp(&far(b).abs()));
    if let Some((at, _)) = nearest.filter(|(at, _)| *at != drag.at) {
        commands.push(Command::SelectTo(*at));
        ui.data_mut(|data| data.insert_temp(memory, Drag { at: *at }));
    }
    let area = ui.clip_rect();
    let on = match pointer.y {
        y if y < area.top() + EDGE => -1.0,
        y if y > area.bottom() - EDGE => 1.0,
        _ => return 0.0,
    };
    ui.ctx().request_repaint();
    on * SPEED * ui.input(|input| input.stable_dt).min(0.1)
}
