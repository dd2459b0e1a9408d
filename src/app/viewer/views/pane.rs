//! One picture in its part of the view, with what lies over it.

use super::geometry::{pixels_per_pixel, place};
use super::hand::{Drawn, Hand};
use super::ink_legend::ink_legend;
use super::legend::legend;
use super::marks::{chip, outline};
use super::pixels;
use crate::app::gallery::Frame;
use crate::app::pictures::{LoadedPicture, Offset, PictureKey, Textures, Tiled, WHOLE};
use crate::app::quality_map;
use crate::app::sharpest;
use crate::app::theme;
use crate::app::viewer::{Look, Overlay, Scale, Scene, overlay};
use bpclip_core::image::Picture;
use eframe::egui;
use egui::{Align2, Color32, FontId, Painter, Rect, Ui, vec2};

/// Where a picture is to be shown.
#[derive(Clone, Copy)]
pub struct Placing {
    pub area: Rect,
    /// The part of the area that is drawn.
    pub sight: Rect,
    /// The size of another picture, whose scale this one has; it is made as wide.
    pub as_large_as: Option<(u32, u32)>,
    /// How far it is shifted, and so is moved back.
    pub shifted: Offset,
}

impl Placing {
    /// In all of an area.
    pub fn within(area: Rect) -> Self {
        Self {
            area,
            sight: area,
            as_large_as: None,
            shifted: Offset::default(),
        }
    }

    /// Where all of a picture of this size is, most of it perhaps out of sight, and the scale in pixels of
    /// the screen for one of its own.
    pub fn place(&self, look: &Look, size: (u32, u32), points: f32) -> (Rect, f32) {
        let of = self.as_large_as.unwrap_or(size);
        let scale = pixels_per_pixel(look.scale, of, self.area, points);
        let width = of.0 as f32 * scale / points;
        let extent = vec2(width, width * size.1 as f32 / size.0.max(1) as f32);
        let (right, down) = self.shifted.pixels();
        let place = place(extent, look.centre, self.area);
        (place.translate(-vec2(right, down) * scale / points), scale)
    }
}

/// A picture and where it is to be shown.
pub struct Pane {
    pub placing: Placing,
    pub key: PictureKey,
    pub shown: LoadedPicture,
    pub title: String,
    /// Where it is said what the colours over it stand for, if at all.
    pub legend: Option<Rect>,
}

impl Pane {
    /// Draws the picture; `frame` is whose maps lie over it.
    pub fn show(
        self,
        ui: &Ui,
        scene: &Scene<'_>,
        textures: &Textures,
        frame: Option<&Frame>,
        hand: &mut Hand,
    ) {
        let painter = self.painter(ui);
        let area = self.placing.area;
        match &self.shown {
            LoadedPicture::Loading => self.meanwhile(ui, scene, textures, frame),
            LoadedPicture::Failed(reason) => {
                let colour = theme::bad(ui.visuals());
                said(&painter, area, reason, colour);
            }
            LoadedPicture::Ready(pyramid) => {
                if let Some(whole) = pyramid.whole() {
                    let size = (whole.width, whole.height);
                    let points = ui.pixels_per_point();
                    let (place, scale) = self.placing.place(&scene.viewer.look, size, points);
                    textures.paint(&painter, self.key, Tiled::Picture(pyramid), place);
                    self.over(ui, scene, textures, frame, (whole, place), hand);
                    if let Some(frame) = frame.filter(|_| scene.mark_sharpest) {
                        sharpest::views::mark(&painter, place, frame);
                    }
                    let of = self.placing.as_large_as.unwrap_or(size);
                    hand.saw(Drawn {
                        area,
                        place,
                        scale,
                        fitted: pixels_per_pixel(Scale::Fit, of, area, points),
                    });
                }
            }
        }
        if !self.title.is_empty() {
            chip(ui, area, Align2::LEFT_TOP, &self.title);
        }
    }

    /// The thumbnail in the place of a picture that is still being read.
    fn meanwhile(&self, ui: &Ui, scene: &Scene<'_>, textures: &Textures, frame: Option<&Frame>) {
        let painter = self.painter(ui);
        let small = frame.and_then(|frame| {
            let texture = textures.thumbnail(frame.version(), &frame.source)?;
            Some((texture, frame.size?))
        });
        let Some((texture, size)) = small else {
            let weak = ui.visuals().weak_text_color();
            let text = match self.key {
                PictureKey::Difference(..) => "Comparing",
                _ => "Reading",
            };
            said(&painter, self.placing.area, text, weak);
            return;
        };
        let points = ui.pixels_per_point();
        let (place, _) = self.placing.place(&scene.viewer.look, size, points);
        painter.image(texture.id(), place, WHOLE, Color32::WHITE);
    }

    fn painter(&self, ui: &Ui) -> Painter {
        ui.painter()
            .with_clip_rect(self.placing.sight.intersect(ui.clip_rect()))
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
        if let Some(key) = overlay.ink(frame.version(), style.sensitivity) {
            if let Some(ink) = textures.ink(key) {
                textures.paint(painter, key, Tiled::Ink(&ink), place);
                if let Some(area) = self.legend {
                    ink_legend(ui, ink.said, style.sensitivity, area);
                }
            }
            pixels::grid(painter, whole, place);
            return;
        }
        if overlay == Overlay::Tiles {
            let places = (self.placing.sight, place);
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
        if let Some(area) = self.legend {
            legend(ui, scene, frame, area, range);
        }
    }
}

/// A word in the middle of a pane.
fn said(painter: &Painter, area: Rect, text: &str, colour: Color32) {
    let font = FontId::proportional(15.0);
    let galley = painter.layout(text.to_owned(), font, colour, area.width() * 0.8);
    painter.galley(area.center() - galley.size() / 2.0, galley, colour);
}
