//! The quality map of a frame, whole or in the making.

use crate::app::gallery::FrameId;
use bpclip_core::image::Map;
use bpclip_core::inspect::Prediction;
use bpclip_core::inspect::tiles::{self, Aspect, Grid};
use bpclip_core::inspect::worker::{ModelInfo, RequestId, Tiles};
use bpclip_core::model::Task;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The quality map of a frame.
#[derive(Clone, Debug)]
pub struct QualityMap {
    pub frame: FrameId,
    /// Which version of the frame.
    pub revision: u32,
    pub task: Task,
    /// Pixels of a tile's side.
    pub side: u32,
    /// The request, while it is in the making.
    pub request: Option<RequestId>,
    /// Why it did not get further.
    pub failed: Option<String>,
    /// When it was asked for.
    pub since: Instant,
    /// What was seen, once something was.
    pub seen: Option<SeenTiles>,
}

/// What was seen of a picture's tiles.
#[derive(Clone, Debug)]
pub struct SeenTiles {
    /// How the picture is cut.
    pub grid: Grid,
    /// The tiles, row after row.
    pub tiles: Vec<Option<Prediction>>,
    /// How many there are.
    pub done: usize,
    /// Who looked.
    pub model: Arc<ModelInfo>,
    /// The map of the aspect that is shown; what was not looked at has the value of the nearest
    /// tile that was.
    pub map: Map,
}

impl QualityMap {
    /// Whether it was stopped, or failed, before every tile was looked at.
    pub fn is_partial(&self) -> bool {
        let seen = self.seen.as_ref();
        self.request.is_none() && seen.is_none_or(|seen| seen.done < seen.tiles.len())
    }

    /// The time that the rest takes, at the speed so far.
    pub fn left(&self) -> Option<Duration> {
        let seen = self.seen.as_ref()?;
        let a_tile = self.since.elapsed().div_f64(seen.done.max(1) as f64);
        Some(a_tile.mul_f64((seen.tiles.len() - seen.done) as f64))
    }

    /// Takes in tiles that were looked at, or why there are no more.
    pub(super) fn take(&mut self, tiles: Result<(Tiles, Arc<ModelInfo>), String>, aspect: Aspect) {
        match tiles {
            Ok((Tiles { grid, done }, model)) => {
                let seen = self.seen.get_or_insert_with(|| SeenTiles::new(grid, model));
                for (index, tile) in done {
                    if let Some(place @ None) = seen.tiles.get_mut(index) {
                        *place = Some(tile);
                        seen.done += 1;
                    }
                }
                seen.show(aspect);
                if seen.done == seen.tiles.len() {
                    self.request = None;
                }
            }
            Err(reason) => {
                self.request = None;
                self.failed = Some(reason);
            }
        }
    }
}

impl SeenTiles {
    fn new(grid: Grid, model: Arc<ModelInfo>) -> Self {
        Self {
            grid,
            tiles: vec![None; grid.count()],
            done: 0,
            model,
            map: Map {
                width: grid.columns as usize,
                height: grid.rows as usize,
                values: vec![f32::NAN; grid.count()],
            },
        }
    }

    pub(super) fn show(&mut self, aspect: Aspect) {
        let adjectives = &self.model.metadata.adjectives;
        self.map = filled(&tiles::map(&self.grid, &self.tiles, adjectives, aspect));
    }
}

/// A map in which cells without a number have that of the nearest cell with one.
fn filled(map: &Map) -> Map {
    let width = map.width.max(1);
    let place = |at: usize| ((at % width) as i64, (at / width) as i64);
    let known: Vec<usize> = (0..map.values.len())
        .filter(|at| map.values[*at].is_finite())
        .collect();
    let nearest = |at: usize| {
        let (x, y) = place(at);
        let distance = |other: &&usize| {
            let (other_x, other_y) = place(**other);
            (x - other_x).pow(2) + (y - other_y).pow(2)
        };
        known.iter().min_by_key(distance)
    };
    let value = |(at, value): (usize, &f32)| match nearest(at) {
        Some(nearest) if !value.is_finite() => map.values[*nearest],
        _ => *value,
    };
    Map {
        values: map.values.iter().enumerate().map(value).collect(),
        ..*map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_looked_at_is_as_its_nearest() {
        let nan = f32::NAN;
        let map = |values: Vec<f32>| Map {
            width: 3,
            height: 2,
            values,
        };
        let known = map(vec![1.0, nan, nan, nan, nan, 2.0]);
        assert_eq!(filled(&known).values, [1.0, 1.0, 2.0, 1.0, 2.0, 2.0]);
        assert!(filled(&map(vec![nan; 6])).values[0].is_nan());
    }
}
