//! The quality map: a picture cut into tiles at full resolution, each looked at by the network.
//!
//! A photo is scored small, as a whole; what of it is sharp or noisy shows only in its own pixels.
//! A tile is judged without what lies around it: a patch of clear sky looks soft to the network,
//! as it would to anybody who sees nothing else.
//!
//! Cut the picture ([`Grid::new`]), look at its tiles ([`look`]), and make a [`Map`] of what they
//! say ([`map()`]):
//!
//! ```no_run
//! use bpclip_core::image::{self, ColourMap, Limits};
//! use bpclip_core::inspect::tiles::{self, Aspect, Grid};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scorer = bpclip_core::Scorer::open("bpclip-nr.safetensors")?;
//! let photo = image::read(Path::new("photo.jpg"), &Limits::of_this_machine())?;
//! let grid = Grid::new(photo.width, photo.height, tiles::SIDE)?;
//! let mut seen = vec![None; grid.count()];
//! let together = scorer.together(grid.tile_width, grid.tile_height);
//! for indices in grid.order().chunks(together) {
//!     let answers = tiles::look(&scorer, &photo, None, &grid, indices)?;
//!     for (index, answer) in indices.iter().zip(answers) {
//!         seen[*index] = Some(answer);
//!     }
//! }
//! let map = tiles::map(&grid, &seen, &scorer.metadata.adjectives, Aspect::Score);
//! let drawn = image::overlay(&photo, &map, (0.0, 100.0), ColourMap::Viridis, 0.6);
//! image::write_png(&drawn, Path::new("quality.png"))?;
//! # Ok(())
//! # }
//! ```

use super::network::Pixels;
use super::{InspectError, Look, Prediction, Scorer};
use crate::image::{Map, Picture, crop};
use crate::model::MIN_SIDE;
use crate::text::{Adjective, dimension_value, dimensions};
use serde::Serialize;
use std::ops::RangeInclusive;

/// Pixels of a tile's side, unless another is wanted.
pub const SIDE: u32 = 256;
/// The sides in pixels that a tile should have, which [`Grid::new`] does not insist on.
pub const SIDES: RangeInclusive<u32> = 128..=1024;

/// How a picture is cut. The tiles cover it whole, all of one size, evenly spread; they overlap
/// where its sides are no multiple of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Grid {
    /// Width of the picture, in pixels.
    pub width: u32,
    /// Height likewise.
    pub height: u32,
    /// Width of a tile, in pixels.
    pub tile_width: u32,
    /// Height likewise.
    pub tile_height: u32,
    /// Tiles in a row.
    pub columns: u32,
    /// Tiles in a column.
    pub rows: u32,
}

impl Grid {
    /// Cuts a picture of `width` by `height` pixels into tiles of `side` by `side` pixels, or less
    /// where it is smaller.
    ///
    /// # Errors
    /// [`InspectError::TooSmall`]: a side of the tiles would be shorter than [`MIN_SIDE`].
    pub fn new(width: u32, height: u32, side: u32) -> Result<Self, InspectError> {
        let (tile_width, tile_height) = (side.min(width), side.min(height));
        if tile_width.min(tile_height) < MIN_SIDE {
            return Err(InspectError::TooSmall {
                width: tile_width,
                height: tile_height,
            });
        }
        Ok(Self {
            width,
            height,
            tile_width,
            tile_height,
            columns: width.div_ceil(tile_width),
            rows: height.div_ceil(tile_height),
        })
    }

    /// How many tiles there are.
    pub fn count(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Column and row of a tile; tiles are counted row after row from the top left.
    pub fn cell(&self, index: usize) -> (u32, u32) {
        let columns = self.columns.max(1) as usize;
        ((index % columns) as u32, (index / columns) as u32)
    }

    /// Column and row (x, y) of the picture's pixel at the top left of a tile; `index` is below
    /// [`count`](Self::count).
    pub fn corner(&self, index: usize) -> (u32, u32) {
        let (column, row) = self.cell(index);
        let at = |cell: u32, count: u32, whole: u32, tile: u32| {
            let room = u64::from(whole - tile);
            (u64::from(cell) * room / u64::from(count.max(2) - 1)).min(room) as u32
        };
        (
            at(column, self.columns, self.width, self.tile_width),
            at(row, self.rows, self.height, self.tile_height),
        )
    }

    /// The indices of all tiles, first some from everywhere and then those between: a map that is
    /// stopped early still says something of all of the picture.
    pub fn order(&self) -> Vec<usize> {
        let coarse = |index: usize| {
            let (column, row) = self.cell(index);
            // Zero is on every grid.
            (column | row | 8).trailing_zeros()
        };
        let mut order: Vec<usize> = (0..self.count()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(coarse(*index)));
        order
    }
}

/// What a quality map shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// The score, 0 to 100.
    #[default]
    Score,
    /// A dimension, by its place among [`dimensions`]: [`dimension_value`], -2 to 2, higher is
    /// better.
    Dimension(usize),
    /// An adjective, by its place in the list: its mean similarity, -1 to 1, higher fits better.
    Adjective(usize),
}

impl Aspect {
    /// The aspect of this name: `score`, a dimension or an adjective, the first of them that is
    /// called so; `None` where nothing is.
    pub fn named(name: &str, adjectives: &[Adjective]) -> Option<Self> {
        if name == "score" {
            return Some(Self::Score);
        }
        let dimension = dimensions(adjectives).iter().position(|d| *d == name);
        let adjective = || adjectives.iter().position(|a| a.word == name);
        dimension
            .map(Self::Dimension)
            .or_else(|| adjective().map(Self::Adjective))
    }

    /// Its name; of one that these adjectives lack, `score`.
    pub fn name(self, adjectives: &[Adjective]) -> &str {
        let name = match self {
            Self::Score => None,
            Self::Dimension(at) => dimensions(adjectives).get(at).copied(),
            Self::Adjective(at) => adjectives.get(at).map(|adjective| adjective.word.as_str()),
        };
        name.unwrap_or("score")
    }

    /// The score and every dimension.
    pub fn all(adjectives: &[Adjective]) -> Vec<Self> {
        let dimensions = (0..dimensions(adjectives).len()).map(Self::Dimension);
        std::iter::once(Self::Score).chain(dimensions).collect()
    }

    /// What it is of a tile; no number (NaN) where the adjectives lack it.
    pub fn of(self, tile: &Prediction, adjectives: &[Adjective]) -> f32 {
        match self {
            Self::Score => tile.score(),
            Self::Dimension(at) => dimensions(adjectives).get(at).map_or(f32::NAN, |name| {
                dimension_value(adjectives, &tile.mean_similarities(), name)
            }),
            Self::Adjective(at) => (tile.mean_similarities().get(at).copied()).unwrap_or(f32::NAN),
        }
    }
}

/// The map of an aspect, a cell a tile; no number (NaN) where a tile was not looked at. `tiles` has
/// one entry a tile of the grid, row after row.
pub fn map(
    grid: &Grid,
    tiles: &[Option<Prediction>],
    adjectives: &[Adjective],
    aspect: Aspect,
) -> Map {
    let value = |tile: &Option<Prediction>| {
        tile.as_ref()
            .map_or(f32::NAN, |tile| aspect.of(tile, adjectives))
    };
    Map {
        width: grid.columns as usize,
        height: grid.rows as usize,
        values: tiles.iter().map(value).collect(),
    }
}

/// Looks at some tiles of a picture, with its reference where the checkpoint wants one, at full
/// resolution whatever [`Scorer::size`] is. The answers are in the order of `indices`, each below
/// [`Grid::count`]; the grid is one that was made for the size of this picture. All of them are
/// handed to the device together: give it as many as [`Scorer::together`] says for the size of a
/// tile. Their image features are left out.
///
/// # Errors
/// The reference is missing or of another size, or the device failed.
pub fn look(
    scorer: &Scorer,
    picture: &Picture,
    reference: Option<&Picture>,
    grid: &Grid,
    indices: &[usize],
) -> Result<Vec<Prediction>, InspectError> {
    if let Some(reference) = reference {
        let sizes = [picture, reference].map(|picture| (picture.width, picture.height));
        if sizes[0] != sizes[1] {
            let [picture, reference] = sizes;
            return Err(InspectError::UnequalSize { picture, reference });
        }
    }
    let cut = |picture: &Picture| -> Vec<Picture> {
        let tile = |index: &usize| {
            let (x, y) = grid.corner(*index);
            crop(picture, x, y, grid.tile_width, grid.tile_height)
        };
        indices.iter().map(tile).collect()
    };
    let (tiles, references) = (cut(picture), reference.map(cut));
    let reference = |at: usize| references.as_ref()?.get(at);
    let pixels: Vec<Pixels> = (tiles.iter().enumerate())
        .map(|(at, tile)| (tile, reference(at)))
        .collect();
    let (predictions, _) = scorer.predict(&pixels, false)?;
    // A map has many tiles, and nothing more is asked of their features.
    let tile = |prediction: Prediction| Prediction {
        image_features: Vec::new(),
        look: Look::default(),
        ..prediction
    };
    Ok(predictions.into_iter().map(tile).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adjectives() -> Vec<Adjective> {
        [("sharp", true), ("blurry", false)]
            .map(|(word, higher)| Adjective {
                word: word.into(),
                dimension: "sharpness".into(),
                higher,
            })
            .into()
    }

    proptest! {
        #[test]
        fn every_cell_lies_in_its_tile_and_every_tile_in_the_picture(
            width in MIN_SIDE..9000, height in MIN_SIDE..9000, side in SIDES,
        ) {
            let grid = Grid::new(width, height, side).unwrap();
            for index in 0..grid.count() {
                let ((column, row), (x, y)) = (grid.cell(index), grid.corner(index));
                prop_assert!(x + grid.tile_width <= width && y + grid.tile_height <= height);
                let inside = |cell: u32, count: u32, whole: u32, from: u32, tile: u32| {
                    let [from, to] = [from, from + tile].map(f64::from);
                    let at = |cell: u32| f64::from(cell) * f64::from(whole) / f64::from(count);
                    from <= at(cell) + 1e-6 && at(cell + 1) <= to + 1.0
                };
                prop_assert!(inside(column, grid.columns, width, x, grid.tile_width));
                prop_assert!(inside(row, grid.rows, height, y, grid.tile_height));
            }
            let mut order = grid.order();
            order.sort_unstable();
            prop_assert_eq!(order, (0..grid.count()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_tiles_come_from_everywhere() {
        let grid = Grid::new(4096, 4096, 256).unwrap();
        assert_eq!((grid.columns, grid.rows), (16, 16));
        let first: Vec<_> = grid.order()[..4].iter().map(|i| grid.cell(*i)).collect();
        assert_eq!(first, [(0, 0), (8, 0), (0, 8), (8, 8)]);
        assert!(matches!(
            Grid::new(4096, 20, 256),
            Err(InspectError::TooSmall { .. })
        ));
    }

    #[test]
    fn aspects_have_names_and_values() {
        let adjectives = adjectives();
        let tile = Prediction {
            raw: 0.7,
            similarities: vec![vec![1.0, 0.0], vec![0.5, 0.5]],
            image_features: Vec::new(),
            look: Look::default(),
        };
        for (name, value) in [("score", 70.0), ("sharpness", 0.5), ("blurry", 0.25)] {
            let aspect = Aspect::named(name, &adjectives).unwrap();
            assert_eq!(aspect.name(&adjectives), name);
            assert_eq!(aspect.of(&tile, &adjectives), value);
        }
        assert!(Aspect::named("nice", &adjectives).is_none());
        assert_eq!(Aspect::all(&adjectives).len(), 2);
        let grid = Grid::new(512, 256, 256).unwrap();
        let map = map(&grid, &[Some(tile), None], &adjectives, Aspect::Score);
        assert_eq!((map.width, map.height, map.range()), (2, 1, (70.0, 70.0)));
        assert!(map.values[1].is_nan());
    }
}
