//! A quality map with all its values, as `bpclip map` writes it.

use super::{HeadFields, ReportHead};
use crate::inspect::Prediction;
use crate::inspect::tiles::{Aspect, Grid, map};
use crate::text::Adjective;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A quality map and what made it.
#[derive(Clone, Copy, Debug)]
pub struct MapReport<'a> {
    /// What it is of, and who looked.
    pub head: ReportHead<'a>,
    /// How the picture was cut.
    pub grid: &'a Grid,
    /// The tiles, row after row, one entry a tile of the grid; `None` where one was not looked at.
    pub tiles: &'a [Option<Prediction>],
}

#[derive(Serialize)]
struct MapFields<'a> {
    #[serde(flatten)]
    head: HeadFields<'a>,
    grid: &'a Grid,
    adjectives: &'a [Adjective],
    maps: BTreeMap<&'a str, Vec<Vec<f32>>>,
    tiles: Vec<TileFields>,
}

/// A tile and the pixel at its top left; `similarities` is the mean of the levels.
#[derive(Serialize)]
struct TileFields {
    x: u32,
    y: u32,
    score: f32,
    raw: f32,
    similarities: Vec<f32>,
}

impl MapReport<'_> {
    /// Writes everything as one JSON object. `maps` has, for the score and each dimension, rows of
    /// values, a value a tile; `tiles` has the tiles that were looked at, with the pixel of the
    /// picture at their top left.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let adjectives = self.head.by.adjectives;
        let maps = Aspect::all(adjectives).into_iter().map(|aspect| {
            let map = map(self.grid, self.tiles, adjectives, aspect);
            let rows = map.values.chunks(map.width.max(1)).map(<[f32]>::to_vec);
            (aspect.name(adjectives), rows.collect())
        });
        let tiles = self.tiles.iter().enumerate().filter_map(|(index, tile)| {
            let (x, y) = self.grid.corner(index);
            let tile = tile.as_ref()?;
            Some(TileFields {
                x,
                y,
                score: tile.score(),
                raw: tile.raw,
                similarities: tile.mean_similarities(),
            })
        });
        let fields = MapFields {
            head: HeadFields::from(&self.head),
            grid: self.grid,
            adjectives,
            maps: maps.collect(),
            tiles: tiles.collect(),
        };
        serde_json::to_writer(&mut out, &fields)?;
        writeln!(out)
    }
}
