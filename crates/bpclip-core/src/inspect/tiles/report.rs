//! A quality map with all its values, as `bpclip map` writes it.

use super::{Aspect, Grid, Tile, map};
use crate::text::Adjective;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// A quality map and what made it.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The picture.
    pub path: &'a Path,
    /// What it was compared with.
    pub reference: Option<&'a Path>,
    /// The checkpoint's name.
    pub checkpoint: &'a str,
    /// The device's name.
    pub device: &'a str,
    /// The adjectives, in the order of the similarities.
    pub adjectives: &'a [Adjective],
    /// How the picture was cut.
    pub grid: &'a Grid,
    /// The tiles, row after row; `None` where one was not looked at.
    pub tiles: &'a [Option<Tile>],
}

#[derive(Serialize)]
struct Values<'a> {
    path: Cow<'a, str>,
    reference: Option<Cow<'a, str>>,
    checkpoint: &'a str,
    device: &'a str,
    grid: &'a Grid,
    adjectives: &'a [Adjective],
    maps: BTreeMap<&'a str, Vec<Vec<f32>>>,
    tiles: Vec<Placed<'a>>,
}

/// A tile and the pixel at its top left.
#[derive(Serialize)]
struct Placed<'a> {
    x: u32,
    y: u32,
    #[serde(flatten)]
    tile: &'a Tile,
}

/// Writes everything as one JSON object. `maps` has, for the score and each dimension, rows of
/// values, a value a tile; `tiles` has the tiles that were looked at, with the pixel of the picture
/// at their top left.
///
/// # Errors
/// `out` cannot be written.
pub fn json(report: &Report, mut out: impl Write) -> io::Result<()> {
    let adjectives = report.adjectives;
    let maps = Aspect::all(adjectives).into_iter().map(|aspect| {
        let map = map(report.grid, report.tiles, adjectives, aspect);
        let rows = map.values.chunks(map.width.max(1)).map(<[f32]>::to_vec);
        (aspect.name(adjectives), rows.collect())
    });
    let tiles = report.tiles.iter().enumerate().filter_map(|(index, tile)| {
        let (x, y) = report.grid.corner(index);
        let tile = tile.as_ref()?;
        Some(Placed { x, y, tile })
    });
    let values = Values {
        path: report.path.to_string_lossy(),
        reference: report.reference.map(Path::to_string_lossy),
        checkpoint: report.checkpoint,
        device: report.device,
        grid: report.grid,
        adjectives,
        maps: maps.collect(),
        tiles: tiles.collect(),
    };
    serde_json::to_writer(&mut out, &values)?;
    writeln!(out)
}
