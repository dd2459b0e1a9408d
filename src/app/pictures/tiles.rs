//! Large pictures on the graphics card: cut into tiles, of which those in sight are there.

use super::ink::Ink;
use super::pyramid::Pyramid;
use eframe::egui;
use egui::{ColorImage, Rect, vec2};

/// Side of a tile in pixels: below every graphics card's limit, and quickly uploaded.
const TILE: u32 = 512;

/// What can be cut into tiles.
#[derive(Clone, Copy)]
pub enum Tiled<'a> {
    Picture(&'a Pyramid),
    /// Something that lies over a picture.
    Ink(&'a Ink),
}

impl Tiled<'_> {
    /// Width and height of its levels, the whole one first.
    pub fn sizes(self) -> Vec<(u32, u32)> {
        match self {
            Self::Picture(pyramid) => pyramid.sizes(),
            Self::Ink(ink) => ink.sizes(),
        }
    }

    /// The pixels of a tile.
    pub fn cut(self, tile: &Tile) -> Option<ColorImage> {
        match self {
            Self::Picture(pyramid) => pyramid.cut(tile.level, tile.corner, tile.size),
            Self::Ink(ink) => ink.cut(tile.level, tile.corner, tile.size),
        }
    }

    /// Whether a finer level hides a coarser one below it.
    pub fn hides(self) -> bool {
        matches!(self, Self::Picture(_))
    }
}

/// A part of a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    pub level: usize,
    /// Its upper left pixel.
    pub corner: (u32, u32),
    /// Its pixels across and down.
    pub size: (u32, u32),
    /// Where it is on the screen, in points.
    pub place: Rect,
}

impl Tile {
    /// Bytes that it takes on the card.
    pub fn bytes(&self) -> usize {
        self.size.0 as usize * self.size.1 as usize * 4
    }
}

/// The smallest level that is not enlarged, at so many pixels of the screen for a pixel of the whole.
pub fn best(sizes: &[(u32, u32)], scale: f32) -> usize {
    let whole = sizes.first().map_or(0, |size| size.0);
    let fits = |size: &(u32, u32)| size.0 as f32 >= whole as f32 * scale - 0.5;
    sizes.iter().rposition(fits).unwrap_or(0)
}

/// The tiles of a level of this size that are in sight, when all of it is at `place`.
pub fn in_sight(level: usize, size: (u32, u32), place: Rect, sight: Rect) -> Vec<Tile> {
    let sight = sight.intersect(place);
    if sight.is_negative() || size.0 == 0 || size.1 == 0 {
        return Vec::new();
    }
    let (across, down) = (size.0 as f32, size.1 as f32);
    let column = |x: f32| ((x - place.left()) / place.width() * across).clamp(0.0, across);
    let row = |y: f32| ((y - place.top()) / place.height() * down).clamp(0.0, down);
    let tiles = |from: f32, to: f32| (from as u32 / TILE)..=(to.max(1.0) as u32 - 1) / TILE;
    let columns = tiles(column(sight.left()), column(sight.right()).ceil());
    let rows = tiles(row(sight.top()), row(sight.bottom()).ceil());
    let mut all = Vec::new();
    for y in rows {
        for x in columns.clone() {
            let corner = (x * TILE, y * TILE);
            let size = (
                TILE.min(size.0.saturating_sub(corner.0)),
                TILE.min(size.1.saturating_sub(corner.1)),
            );
            if size.0 == 0 || size.1 == 0 {
                continue;
            }
            let at = |x: u32, y: u32| place.lerp_inside(vec2(x as f32 / across, y as f32 / down));
            let place = Rect::from_min_max(
                at(corner.0, corner.1),
                at(corner.0 + size.0, corner.1 + size.1),
            );
            all.push(Tile {
                level,
                corner,
                size,
                place,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn the_level_is_the_smallest_that_is_not_enlarged() {
        let sizes = [(4000, 3000), (2000, 1500), (1000, 750)];
        assert_eq!(best(&sizes, 1.0), 0);
        assert_eq!(best(&sizes, 0.51), 0);
        assert_eq!(best(&sizes, 0.5), 1);
        assert_eq!(best(&sizes, 0.01), 2);
        assert_eq!(best(&sizes, 8.0), 0);
    }

    #[test]
    fn tiles_cover_what_is_in_sight_and_no_more() {
        let place = Rect::from_min_max(pos2(0.0, 0.0), pos2(1000.0, 600.0));
        let all = in_sight(0, (1000, 600), place, place);
        let corners: Vec<_> = all.iter().map(|tile| tile.corner).collect();
        assert_eq!(corners, [(0, 0), (512, 0), (0, 512), (512, 512)]);
        assert_eq!(all[3].size, (488, 88));
        assert_eq!(all[3].place.max, place.max);
        assert_eq!(all[3].bytes(), 488 * 88 * 4);
        let corner = Rect::from_min_max(pos2(600.0, 10.0), pos2(700.0, 20.0));
        let part = in_sight(0, (1000, 600), place, corner);
        assert_eq!(part.len(), 1);
        assert_eq!(part[0].corner, (512, 0));
        let beside = Rect::from_min_max(pos2(2000.0, 0.0), pos2(2100.0, 9.0));
        assert!(in_sight(0, (1000, 600), place, beside).is_empty());
    }
}
