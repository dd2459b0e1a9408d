//! What the pointer does to the pictures.

use super::geometry::{centre_for, place, under};
use crate::app::command::Commands;
use crate::app::viewer::{AttentionView, Command, Overlay, Pointed, Scale, State};
use eframe::egui;
use egui::{Pos2, Rect, Response, Ui, Vec2};

/// How near to the slider's line the pointer takes hold of it.
const REACH: f32 = 12.0;

/// A pane as it was drawn, for what the pointer does to it.
pub struct Drawn {
    /// Where the pane is.
    pub area: Rect,
    /// Where the whole picture is.
    pub place: Rect,
    /// Pixels of the screen for a pixel of the picture that sets the scale.
    pub scale: f32,
    /// The scale at which all is seen.
    pub fitted: f32,
}

/// The pointer over the pictures.
pub struct Hand {
    response: Response,
    drawn: Vec<Drawn>,
    line: Option<f32>,
    holds_line: bool,
    pointed: Option<Pointed>,
    cell: Option<(usize, usize)>,
    attends: bool,
    double_clicked: bool,
}

impl Hand {
    /// Nothing was drawn yet.
    pub fn new(response: Response, viewer: &State) -> Self {
        Self {
            double_clicked: response.double_clicked(),
            response,
            drawn: Vec::new(),
            line: None,
            holds_line: false,
            pointed: None,
            cell: None,
            attends: viewer.overlay == Overlay::Attention,
        }
    }

    /// Where the pointer is, if it is over the pictures.
    pub fn pointer(&self) -> Option<Pos2> {
        self.response.hover_pos()
    }

    /// A pane was drawn.
    pub fn saw(&mut self, drawn: Drawn) {
        self.drawn.push(drawn);
    }

    /// The pointer is on this pixel.
    pub fn point(&mut self, pointed: Pointed) {
        self.pointed = Some(pointed);
    }

    /// The pointer is on this cell, column and row.
    pub fn cell(&mut self, cell: (usize, usize)) {
        self.cell = Some(cell);
    }

    /// What lies over the pictures was clicked twice.
    pub fn double_click(&mut self) {
        self.double_clicked = true;
    }

    /// There is a line at `x`.
    pub fn line(&mut self, x: f32) {
        self.line = Some(x);
        let near = |at: Pos2| (at.x - x).abs() < REACH;
        let origin = self
            .response
            .ctx
            .input(|input| input.pointer.press_origin());
        self.holds_line = self.response.dragged()
            && origin.is_some()
            && self
                .response
                .ctx
                .data(|data| data.get_temp(self.response.id).unwrap_or(false))
            || self.response.drag_started() && origin.is_some_and(near);
        self.response
            .ctx
            .data_mut(|data| data.insert_temp(self.response.id, self.holds_line));
    }

    /// Whether the pointer is near the line, or moves it.
    pub fn near_line(&self) -> bool {
        let near = |x: f32| self.pointer().is_some_and(|at| (at.x - x).abs() < REACH);
        self.holds_line || self.line.is_some_and(near)
    }

    /// What all this asks for.
    pub fn finish(self, ui: &Ui, viewer: &State, commands: &mut Commands) {
        if self.pointed != viewer.pointed {
            commands.push(Command::Point(self.pointed));
        }
        let Some(first) = self.drawn.first() else {
            return;
        };
        if viewer.fitted != Some(first.fitted) {
            commands.push(Command::Fitted(first.fitted));
        }
        if self.holds_line {
            if let Some(at) = self.response.interact_pointer_pos() {
                let share = (at.x - first.area.left()) / first.area.width().max(1.0);
                commands.push(Command::Split(share));
            }
            return;
        }
        if self.double_clicked {
            let scale = match viewer.look.scale {
                Scale::Fit => Scale::Times(1.0),
                Scale::Times(_) => Scale::Fit,
            };
            let at = self
                .response
                .ctx
                .input(|input| input.pointer.interact_pos());
            let at = at.unwrap_or(first.area.center());
            let centre = self
                .pane_at(at)
                .map_or((0.5, 0.5), |pane| under(pane.place, at));
            commands.push(Command::Look { scale, centre });
            return;
        }
        if self.response.clicked() && self.attends && self.cell.is_some() {
            let kept = viewer.attention.cell == self.cell;
            let cell = self.cell.filter(|_| !kept);
            commands.push(Command::Attention(AttentionView {
                cell,
                ..viewer.attention
            }));
        }
        let dragged = self.response.drag_delta();
        if self.response.dragged() && dragged != Vec2::ZERO {
            // From where it really is: at a border the centre cannot go further.
            let at = self.response.interact_pointer_pos();
            let pane = at.and_then(|at| self.pane_at(at)).unwrap_or(first);
            let now = under(pane.place, pane.area.center());
            let by = dragged / pane.place.size();
            let scale = viewer.look.scale;
            let centre = (now.0 - by.x, now.1 - by.y);
            commands.push(Command::Look { scale, centre });
        }
        self.zoom(ui, commands);
    }

    fn pane_at(&self, at: Pos2) -> Option<&Drawn> {
        self.drawn.iter().find(|pane| pane.area.contains(at))
    }

    fn zoom(&self, ui: &Ui, commands: &mut Commands) {
        let Some(at) = self.pointer() else { return };
        let Some(pane) = self.pane_at(at) else { return };
        let by =
            ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 240.0).exp());
        if (by - 1.0).abs() < 1e-4 {
            return;
        }
        let Scale::Times(scale) = Scale::times(pane.scale * by) else {
            return;
        };
        let extent = pane.place.size() * (scale / pane.scale);
        let centre = centre_for(under(pane.place, at), at, extent, pane.area);
        // As it will be drawn, so that the next step starts from there.
        let centre = under(place(extent, centre, pane.area), pane.area.center());
        commands.push(Command::Look {
            scale: Scale::Times(scale),
            centre,
        });
    }
}
