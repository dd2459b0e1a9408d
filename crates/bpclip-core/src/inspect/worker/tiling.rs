//! A picture that is looked at tile by tile, a few at a time between the other looks.

use super::message::{MapRequest, Tiles};
use crate::image::Picture;
use crate::inspect::decoder::Decoders;
use crate::inspect::{InspectError, Scorer, tiles};
use crossbeam_channel::{Receiver, TryRecvError, never};
use std::collections::VecDeque;

/// A picture and its reference, at full resolution.
type Pictures = (Picture, Option<Picture>);

/// A quality map in the making.
pub(super) struct Tiling {
    pub request: MapRequest,
    stage: Stage,
}

/// How far a quality map is.
enum Stage {
    /// Its pictures are being read.
    Reading(Receiver<Result<Pictures, InspectError>>),
    /// Its tiles are being looked at.
    Looking(Pictures, tiles::Grid, VecDeque<usize>),
}

impl Tiling {
    /// Begins to read the pictures.
    pub fn new(request: MapRequest, decoders: &Decoders) -> Self {
        let pictures = decoders.read_whole(request.source.clone(), request.reference.clone());
        Self {
            request,
            stage: Stage::Reading(pictures),
        }
    }

    /// Where the pictures arrive, while they are being read.
    pub fn arrives(&self) -> Receiver<Result<Pictures, InspectError>> {
        match &self.stage {
            Stage::Reading(pictures) => pictures.clone(),
            Stage::Looking(..) => never(),
        }
    }

    /// Cuts the picture, if it was read meanwhile.
    ///
    /// # Errors
    /// It could not be read, or is too small.
    pub fn cut(&mut self) -> Result<(), InspectError> {
        let Stage::Reading(pictures) = &self.stage else {
            return Ok(());
        };
        let pictures = match pictures.try_recv() {
            Ok(pictures) => pictures?,
            Err(TryRecvError::Empty) => return Ok(()),
            Err(TryRecvError::Disconnected) => return Err(InspectError::DecoderGone),
        };
        let grid = tiles::Grid::new(pictures.0.width, pictures.0.height, self.request.side)?;
        self.stage = Stage::Looking(pictures, grid, grid.order().into());
        Ok(())
    }

    /// Whether there are tiles to look at.
    pub fn is_cut(&self) -> bool {
        matches!(self.stage, Stage::Looking(..))
    }

    /// Looks at the next tiles: none before the picture is cut. They stay to be done if that fails.
    pub fn look(&mut self, scorer: &Scorer) -> Result<Option<Tiles>, InspectError> {
        let Stage::Looking((picture, reference), grid, left) = &mut self.stage else {
            return Ok(None);
        };
        let together = scorer.together(grid.tile_width, grid.tile_height);
        let next: Vec<usize> = left.iter().copied().take(together).collect();
        let seen = tiles::look(scorer, picture, reference.as_ref(), grid, &next)?;
        left.drain(..next.len());
        Ok(Some(Tiles {
            grid: *grid,
            done: next.into_iter().zip(seen).collect(),
        }))
    }

    /// Whether every tile was looked at.
    pub fn is_done(&self) -> bool {
        matches!(&self.stage, Stage::Looking(_, _, left) if left.is_empty())
    }
}
