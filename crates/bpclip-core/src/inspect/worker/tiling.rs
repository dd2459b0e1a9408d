//! A picture that is looked at tile by tile, a few at a time between the other looks.

use super::{MapRequest, Tiles};
use crate::image::{Limits, Picture};
use crate::inspect::{InspectError, Scorer, guarded, tiles};
use crossbeam_channel::{Receiver, bounded};
use std::collections::VecDeque;

/// A picture and its reference, at full resolution.
pub(super) type Pictures = (Picture, Option<Picture>);

/// A quality map in the making.
pub(super) struct Tiling {
    pub request: MapRequest,
    pub stage: Stage,
}

/// How far a quality map is.
pub(super) enum Stage {
    /// Its pictures are being read on a thread: they may be large, and others are scored meanwhile.
    Reading(Receiver<Result<Pictures, InspectError>>),
    /// Its tiles are being looked at.
    Looking(Pictures, tiles::Grid, VecDeque<usize>),
}

impl Tiling {
    /// Begins to read the pictures.
    pub fn new(request: MapRequest, limits: Limits) -> Self {
        let (done, pictures) = bounded(1);
        let (source, reference) = (request.source.clone(), request.reference.clone());
        std::thread::spawn(move || {
            let read = || -> Result<Pictures, InspectError> {
                let reference = reference.map(|source| source.read(&limits)).transpose()?;
                Ok((source.read(&limits)?, reference))
            };
            // The receiver is gone when the map is not wanted any more.
            let _ = done.send(guarded(read));
        });
        Self {
            request,
            stage: Stage::Reading(pictures),
        }
    }

    /// The pictures are there.
    pub fn cut(&mut self, pictures: Pictures) -> Result<(), InspectError> {
        let grid = tiles::Grid::new(pictures.0.width, pictures.0.height, self.request.side)?;
        self.stage = Stage::Looking(pictures, grid, grid.order().into());
        Ok(())
    }

    /// Looks at the next tiles. They stay to be done if that fails.
    pub fn look(&mut self, scorer: &Scorer) -> Result<Tiles, InspectError> {
        let Stage::Looking((picture, reference), grid, left) = &mut self.stage else {
            return Err(InspectError::Decoder("it is still being read".into()));
        };
        let together = scorer.together(grid.tile_width, grid.tile_height);
        let next: Vec<usize> = left.iter().copied().take(together).collect();
        let seen = tiles::look(scorer, picture, reference.as_ref(), grid, &next)?;
        left.drain(..next.len());
        Ok(Tiles {
            grid: *grid,
            done: next.into_iter().zip(seen).collect(),
        })
    }

    /// Whether every tile was looked at.
    pub fn is_done(&self) -> bool {
        matches!(&self.stage, Stage::Looking(_, _, left) if left.is_empty())
    }
}
