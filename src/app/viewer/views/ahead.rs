//! The pictures that may be looked at next, read and brought to the graphics card before they are: the next in
//! the filmstrip's order, the one before, and the one after the next.

use super::pane::Placing;
use crate::app::gallery::{self, Frame};
use crate::app::pictures::{PictureKey, Textures, Tiled};
use crate::app::viewer::Scene;
use eframe::egui::Ui;

/// Which they are, by steps from the one that is looked at, the likeliest first.
const STEPS: [isize; 3] = [1, -1, 2];

/// To be called once all that is in sight is painted; `placing` is where the next picture will be.
pub fn ahead(
    ui: &Ui,
    scene: &Scene<'_>,
    gallery: &gallery::State,
    textures: &Textures,
    placing: Placing,
) {
    let painter = ui.painter().with_clip_rect(placing.sight);
    let points = ui.pixels_per_point();
    for frame in neighbours(gallery) {
        let Some(size) = frame.size else { continue };
        let version = frame.version();
        let Some(pyramid) = textures.ahead(version, &frame.source, size) else {
            continue;
        };
        let (place, _) = placing.place(&scene.viewer.look, size, points);
        let key = PictureKey::Frame(version);
        textures.prepare(&painter, key, Tiled::Picture(&pyramid), place);
        let over = scene.viewer.overlay.ink(version, scene.style.sensitivity);
        if let Some((key, ink)) = over.and_then(|key| Some((key, textures.ink(key)?))) {
            textures.prepare(&painter, key, Tiled::Ink(&ink), place);
        }
        if scene.histogram {
            textures.histogram(version);
        }
    }
}

/// Those of them that can be read.
fn neighbours(gallery: &gallery::State) -> Vec<&Frame> {
    let at = gallery
        .shown()
        .position(|frame| Some(frame.id) == gallery.selected);
    let Some(at) = at else { return Vec::new() };
    let beside = |step: &isize| {
        let place = gallery.order.get(at.checked_add_signed(*step)?)?;
        gallery.frames.get(*place)
    };
    let near = STEPS.iter().filter_map(beside);
    near.filter(|frame| frame.broken.is_none()).collect()
}
