//! One picture in its part of the view, with what lies over it.

use super::geometry::{pixels_per_pixel, place};
use super::hand::{Drawn, Hand};
use super::legend::legend;
use super::marks::{chip, outline};
use super::pixels;
use crate::app::gallery::Frame;
use crate::app::pictures::{LoadedPicture, PictureKey, Textures, WHOLE};
use crate::app::quality_map;
use crate::app::theme;
use crate::app::viewer::{Overlay, Scale, Scene, overlay};
use bpclip_core::image::Picture;
use eframe::egui;
use egui::{Align2, Color32, FontId, Painter, Rect, Ui, vec2};

/// A picture and where it is to be shown.
pub struct Pane {
    area: Rect,
    /// The part of the area that is drawn.
    sight: Rect,
    key: PictureKey,
    shown: LoadedPicture,
    title: String,
}

impl Pane {
    /// Nothing is drawn yet.
    pub fn new(
        (area, sight): (Rect, Rect),
        key: PictureKey,
        shown: LoadedPicture,
        title: String,
    ) -> Self {
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
        scene: &Scene<'_>,
        textures: &Textures,
        frame: Option<&Frame>,
        as_large_as: Option<(u32, u32)>,
        hand: &mut Hand,
    ) {
        let painter = self.painter(ui);
        match &self.shown {
            LoadedPicture::Loading => self.meanwhile(ui, scene, textures, frame, as_large_as),
            LoadedPicture::Failed(reason) => {
                let colour = theme::bad(ui.visuals());
                said(&painter, self.area, reason, colour);
            }
            LoadedPicture::Ready(pyramid) => {
                if let Some(whole) = pyramid.whole() {
                    let of = as_large_as.unwrap_or((whole.width, whole.height));
                    let points = ui.pixels_per_point();
                    let look = &scene.viewer.look;
                    let scale = pixels_per_pixel(look.scale, of, self.area, points);
                    let width = of.0 as f32 * scale / points;
                    let extent = vec2(width, width * whole.height as f32 / whole.width as f32);
                    let place = place(extent, look.centre, self.area);
                    textures.paint(&painter, self.key, pyramid, place);
                    self.over(ui, scene, textures, frame, (whole, place), hand);
                    hand.saw(Drawn {
                        area: self.area,
                        place,
                        scale,
                        fitted: pixels_per_pixel(Scale::Fit, of, self.area, points),
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
        scene: &Scene<'_>,
        textures: &Textures,
        frame: Option<&Frame>,
        as_large_as: Option<(u32, u32)>,
    ) {
        let painter = self.painter(ui);
        let small = frame.and_then(|frame| {
            let texture = textures.thumbnail(frame.version(), &frame.source)?;
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
        let look = &scene.viewer.look;
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
        scene: &Scene<'_>,
        textures: &Textures,
        frame: Option<&Frame>,
        (whole, place): (&Picture, Rect),
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
        let (overlay, style) = (scene.viewer.overlay, scene.style);
        if overlay == Overlay::None {
            pixels::grid(painter, whole, place);
            return;
        }
        let Some(frame) = frame else { return };
        if overlay == Overlay::Tiles {
            let places = (self.sight, place);
            quality_map::views::over(ui, painter, scene, textures, frame, places, at);
            return;
        }
        let Some(detail) = scene.detail(frame) else {
            return;
        };
        let mut attention = scene.viewer.attention;
        if overlay == Overlay::Attention
            && let Some(shown) = detail.attentions(attention.branch).get(attention.level)
        {
            let [rows, columns] = shown.grid;
            if let Some(at) = at {
                let column = ((at.0 * columns as f32) as usize).min(columns.saturating_sub(1));
                let row = ((at.1 * rows as f32) as usize).min(rows.saturating_sub(1));
                hand.cell((column, row));
                // A kept cell stays; else the one under the pointer looks.
                attention.cell = attention.cell.or(Some((column, row)));
            }
        }
        let Some(map) = overlay::map(detail, overlay, attention, style.with_position) else {
            return;
        };
        let range = overlay::range(scene, overlay, &map);
        let key = (
            overlay::key(scene, frame, overlay, range, 512),
            (overlay == Overlay::Attention).then_some(attention),
        );
        let texture = textures.heatmap(key, || overlay::picture(&map, range, style.colours, 512));
        let alpha = (style.opacity * 255.0).round() as u8;
        painter.image(texture, place, WHOLE, Color32::from_white_alpha(alpha));
        if overlay == Overlay::Attention
            && let Some(cell) = attention.cell
        {
            outline(painter, place, (map.width, map.height), cell);
        }
        legend(ui, scene, frame, self.sight, range);
    }
}

/// A word in the middle of a pane.
fn said(painter: &Painter, area: Rect, text: &str, colour: Color32) {
    let font = FontId::proportional(15.0);
    let galley = painter.layout(text.to_owned(), font, colour, area.width() * 0.8);
    painter.galley(area.center() - galley.size() / 2.0, galley, colour);
}
