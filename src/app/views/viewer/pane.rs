//! One picture in its part of the view, with what lies over it.

use super::geometry::{pixels_per_pixel, place};
use super::hand::{Drawn, Hand};
use super::legend::legend;
use super::pixels;
use crate::app::gallery::{Shown, WHOLE};
use crate::app::heat;
use crate::app::loader::PictureKey;
use crate::app::state::{Frame, Overlay, View};
use crate::app::theme;
use bpclip_core::image::Picture;
use eframe::egui;
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// A picture and where it is to be shown.
pub struct Pane {
    area: Rect,
    /// The part of the area that is drawn.
    sight: Rect,
    key: PictureKey,
    shown: Shown,
    title: String,
}

impl Pane {
    /// Nothing is drawn yet.
    pub fn new((area, sight): (Rect, Rect), key: PictureKey, shown: Shown, title: String) -> Self {
        Self {
            area,
            sight,
            key,
            shown,
            title,
        }
    }

    /// Draws the picture; `frame` is whose maps lie over it. With `as_large_as`, the scale is
    /// that of a picture of that size, and this one is made as wide.
    pub fn show(
        self,
        ui: &Ui,
        view: &View<'_>,
        frame: Option<&Frame>,
        as_large_as: Option<(u32, u32)>,
        hand: &mut Hand,
    ) {
        let painter = self.painter(ui);
        match &self.shown {
            Shown::Loading => self.meanwhile(ui, view, frame, as_large_as),
            Shown::Failed(reason) => {
                let colour = theme::bad(ui.visuals());
                said(&painter, self.area, reason, colour);
            }
            Shown::Ready(pyramid) => {
                if let Some(whole) = pyramid.whole() {
                    let of = as_large_as.unwrap_or((whole.width, whole.height));
                    let points = ui.pixels_per_point();
                    let look = &view.state.look;
                    let scale = pixels_per_pixel(look.scale, of, self.area, points);
                    let width = of.0 as f32 * scale / points;
                    let extent = vec2(width, width * whole.height as f32 / whole.width as f32);
                    let place = place(extent, look.centre, self.area);
                    view.gallery.paint(&painter, self.key, pyramid, place);
                    self.over(ui, view, frame, whole, place, hand);
                    hand.saw(Drawn {
                        area: self.area,
                        place,
                        scale,
                        fitted: pixels_per_pixel(
                            crate::app::state::Scale::Fit,
                            of,
                            self.area,
                            points,
                        ),
                    });
                }
            }
        }
        if !self.title.is_empty() {
            chip(ui, self.area, Align2::LEFT_TOP, &self.title);
        }
    }

    /// The thumbnail in the place of a picture that is still being read.
    fn meanwhile(
        &self,
        ui: &Ui,
        view: &View<'_>,
        frame: Option<&Frame>,
        as_large_as: Option<(u32, u32)>,
    ) {
        let painter = self.painter(ui);
        let small = frame.and_then(|frame| {
            let texture = view.gallery.thumbnail(frame.version(), &frame.source)?;
            Some((texture, frame.size?))
        });
        let Some((texture, size)) = small else {
            said(
                &painter,
                self.area,
                "Reading",
                ui.visuals().weak_text_color(),
            );
            return;
        };
        let of = as_large_as.unwrap_or(size);
        let look = &view.state.look;
        let points = ui.pixels_per_point();
        let width = of.0 as f32 * pixels_per_pixel(look.scale, of, self.area, points) / points;
        let extent = vec2(width, width * size.1 as f32 / size.0.max(1) as f32);
        let place = place(extent, look.centre, self.area);
        painter.image(texture.id(), place, WHOLE, Color32::WHITE);
    }

    fn painter(&self, ui: &Ui) -> Painter {
        ui.painter()
            .with_clip_rect(self.sight.intersect(ui.clip_rect()))
    }

    /// What lies over the picture: a map, the grid of pixels, the cell that looks.
    fn over(
        &self,
        ui: &Ui,
        view: &View<'_>,
        frame: Option<&Frame>,
        whole: &Picture,
        place: Rect,
        hand: &mut Hand,
    ) {
        let painter = &self.painter(ui);
        let pointer = hand
            .pointer()
            .filter(|at| painter.clip_rect().contains(*at));
        let at = pointer.filter(|at| place.contains(*at)).map(|at| {
            let share = (at - place.min) / place.size();
            (share.x, share.y)
        });
        if let Some(at) = at {
            let column = ((at.0 * whole.width as f32) as u32).min(whole.width - 1);
            let row = ((at.1 * whole.height as f32) as u32).min(whole.height - 1);
            if let Some(rgb) = pixels::pixel(whole, column, row) {
                hand.point(((column, row), rgb));
            }
        }
        let overlay = view.state.overlay;
        if overlay == Overlay::None {
            pixels::grid(painter, whole, place);
            return;
        }
        let Some(frame) = frame else { return };
        if overlay == Overlay::Tiles {
            super::tiles::over(ui, painter, view, frame, (self.sight, place), at);
            return;
        }
        let Some(detail) = view.detail(Some(frame)) else {
            return;
        };
        let mut attending = view.state.attending;
        if overlay == Overlay::Attention
            && let Some(shown) = heat::attentions(detail, attending.branch).get(attending.level)
        {
            let [rows, columns] = shown.grid;
            if let Some(at) = at {
                let column = ((at.0 * columns as f32) as usize).min(columns.saturating_sub(1));
                let row = ((at.1 * rows as f32) as usize).min(rows.saturating_sub(1));
                hand.cell((column, row));
                // A kept cell stays; else the one under the pointer looks.
                attending.cell = attending.cell.or(Some((column, row)));
            }
        }
        let Some(map) = heat::map(detail, overlay, attending) else {
            return;
        };
        let range = heat::range(view.state, overlay, &map);
        let key = (
            heat::key(view, frame, overlay, range, 512),
            (overlay == Overlay::Attention).then_some(attending),
        );
        let texture = view
            .gallery
            .heatmap(key, || heat::picture(view, &map, range, 512));
        let alpha = (view.state.settings.opacity * 255.0).round() as u8;
        painter.image(texture, place, WHOLE, Color32::from_white_alpha(alpha));
        if overlay == Overlay::Attention
            && let Some(cell) = attending.cell
        {
            outline(painter, place, (map.width, map.height), cell);
        }
        legend(ui, view, frame, self.sight, range);
    }
}

/// Outlines a cell, column and row.
pub fn outline(
    painter: &Painter,
    place: Rect,
    grid: (usize, usize),
    (column, row): (usize, usize),
) {
    let size = place.size() / vec2(grid.0.max(1) as f32, grid.1.max(1) as f32);
    let corner = pos2(
        place.left() + column as f32 * size.x,
        place.top() + row as f32 * size.y,
    );
    let cell = Rect::from_min_size(corner, size);
    // Seen on any colour.
    painter.rect_stroke(
        cell,
        0.0,
        Stroke::new(3.0, Color32::BLACK),
        StrokeKind::Outside,
    );
    painter.rect_stroke(
        cell,
        0.0,
        Stroke::new(1.5, Color32::WHITE),
        StrokeKind::Outside,
    );
}

/// A word in the middle of a pane.
fn said(painter: &Painter, area: Rect, text: &str, colour: Color32) {
    let font = FontId::proportional(15.0);
    let galley = painter.layout(text.to_owned(), font, colour, area.width() * 0.8);
    painter.galley(area.center() - galley.size() / 2.0, galley, colour);
}

/// A title that can be read on any picture.
pub fn chip(ui: &Ui, area: Rect, corner: Align2, text: &str) {
    let painter = ui.painter().with_clip_rect(area);
    let font = FontId::proportional(13.0);
    let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE);
    let size = galley.size() + vec2(12.0, 6.0);
    let rect = corner.align_size_within_rect(size, area.shrink(8.0));
    painter.rect_filled(rect, 4.0, Color32::from_black_alpha(190));
    painter.galley(rect.min + vec2(6.0, 3.0), galley, Color32::WHITE);
}
