//! Quality maps: what was seen of the tiles of the frames that were mapped last.

use super::App;
use super::choices::{Overlay, Tab};
use super::state::{Frame, FrameId, State, Tone};
use bpclip_core::image::Map;
use bpclip_core::inspect::tiles::{self, Aspect, Grid, Tile};
use bpclip_core::inspect::worker::{MapRequest, ModelInfo, Request, RequestId, Tiles};
use bpclip_core::model::Task;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Quality maps that are kept.
const KEPT: usize = 12;

/// The sides of tiles that are offered, in pixels.
pub const SIDES: [u32; 4] = [128, 256, 384, 512];

/// The quality map of a frame.
#[derive(Clone, Debug)]
pub struct TileMap {
    /// The frame.
    pub frame: FrameId,
    /// Which version of it.
    pub revision: u32,
    /// Which network looks.
    pub task: Task,
    /// Pixels of a tile's side.
    pub side: u32,
    /// Its request, while it is in the making.
    pub request: Option<RequestId>,
    /// Why it did not get further.
    pub failed: Option<String>,
    /// When it was asked for.
    pub since: Instant,
    /// What was seen, once something was.
    pub seen: Option<Seen>,
}

/// What was seen of a picture's tiles.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How the picture is cut.
    pub grid: Grid,
    /// The tiles, row after row.
    pub tiles: Vec<Option<Tile>>,
    /// How many there are.
    pub done: usize,
    /// Who looked.
    pub model: Arc<ModelInfo>,
    /// The map of the aspect that is shown; what was not looked at has the value of the nearest
    /// tile that was.
    pub map: Map,
}

impl TileMap {
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
}

impl Seen {
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

    fn show(&mut self, aspect: Aspect) {
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

impl State {
    /// The quality map of a frame, if there is one of the side that is chosen.
    pub fn tile_map(&self, frame: &Frame, task: Task) -> Option<&TileMap> {
        let side = self.settings.tile;
        self.tile_maps.iter().find(|map| {
            (map.frame, map.revision, map.task, map.side) == (frame.id, frame.revision, task, side)
        })
    }

    /// The quality map in the making.
    pub fn mapping(&self) -> Option<&TileMap> {
        self.tile_maps.iter().find(|map| map.request.is_some())
    }
}

impl App {
    /// Maps the selected frame through the lens, in the place of what is being mapped.
    pub(super) fn begin_tiles(&mut self) {
        self.state.overlay = Overlay::Tiles;
        self.state.tab = Tab::Tiles;
        let task = self.state.lens;
        let Some(frame) = self.state.selected() else {
            return;
        };
        if frame.broken.is_some() {
            return;
        }
        let (id, revision, source) = (frame.id, frame.revision, frame.source.clone());
        let reference = match task {
            Task::NoReference => None,
            Task::FullReference => {
                let reference = self.state.reference.and_then(|id| self.state.frame(id));
                match reference.filter(|reference| reference.id != id) {
                    Some(reference) => Some(reference.source.clone()),
                    None => {
                        let said = "The reference has no quality map against itself: select \
                                    another picture";
                        self.state.log.say(Tone::Plain, said);
                        return;
                    }
                }
            }
        };
        self.stop_tiles();
        self.next_request += 1;
        let side = self.state.settings.tile;
        let maps = &mut self.state.tile_maps;
        maps.retain(|map| (map.frame, map.task, map.side) != (id, task, side));
        if maps.len() >= KEPT {
            maps.remove(0);
        }
        maps.push(TileMap {
            frame: id,
            revision,
            task,
            side,
            request: Some(RequestId(self.next_request)),
            failed: None,
            since: Instant::now(),
            seen: None,
        });
        self.worker.ask(Request::Tiles(Some(MapRequest {
            id: RequestId(self.next_request),
            source,
            reference,
            side,
        })));
    }

    /// Ends the quality map in the making; what was seen stays.
    pub(super) fn stop_tiles(&mut self) {
        let mut making = self.state.tile_maps.iter_mut();
        if let Some(map) = making.find(|map| map.request.is_some()) {
            map.request = None;
            self.worker.ask(Request::Tiles(None));
        }
    }

    /// Quality maps that do not hold any more are forgotten; one in the making among them begins
    /// anew if its frame is still looked at.
    pub(super) fn forget_tiles(&mut self, stale: impl Fn(&TileMap) -> bool) {
        let selected = self.state.selected;
        let mut again = false;
        self.state.tile_maps.retain(|map| {
            let stale = stale(map);
            again |= stale && map.request.is_some() && selected == Some(map.frame);
            !stale
        });
        if again && self.state.overlay == Overlay::Tiles {
            self.begin_tiles();
        }
    }

    /// Tiles were looked at, or could not be.
    pub(super) fn tiles_seen(
        &mut self,
        id: RequestId,
        tiles: Result<(Tiles, Arc<ModelInfo>), String>,
    ) {
        let aspect = self.state.aspect;
        let mut maps = self.state.tile_maps.iter_mut();
        let Some(map) = maps.find(|map| map.request == Some(id)) else {
            return;
        };
        match tiles {
            Ok((Tiles { grid, done }, model)) => {
                let seen = map.seen.get_or_insert_with(|| Seen::new(grid, model));
                for (index, tile) in done {
                    if let Some(place @ None) = seen.tiles.get_mut(index) {
                        *place = Some(tile);
                        seen.done += 1;
                    }
                }
                seen.show(aspect);
                if seen.done == seen.tiles.len() {
                    map.request = None;
                }
            }
            Err(reason) => {
                map.request = None;
                map.failed = Some(reason);
            }
        }
    }

    /// Quality maps show this from now on.
    pub(super) fn show_aspect(&mut self, aspect: Aspect) {
        self.state.aspect = aspect;
        for seen in self
            .state
            .tile_maps
            .iter_mut()
            .filter_map(|map| map.seen.as_mut())
        {
            seen.show(aspect);
        }
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
