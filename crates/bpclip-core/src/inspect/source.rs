//! Where a picture comes from.

use crate::image::{self, ImageError, Limits, Picture, Reduced, SizePolicy};
use crate::memory::Permit;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Where a picture comes from. Two are equal where they name the same path, or share the same
/// pixels.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Pixels that are in no file, such as pasted ones.
    Memory(Arc<Picture>),
}

/// What tells one content of a file from another: its length and when it was written.
pub(super) type Stamp = (u64, Option<SystemTime>);

impl Source {
    /// The picture's pixels.
    ///
    /// # Errors
    /// As [`image::read`].
    pub fn read(&self, limits: &Limits) -> Result<Picture, ImageError> {
        match self {
            Self::File(path) => image::read(path, limits),
            Self::Memory(picture) => Ok(Picture::clone(picture)),
        }
    }

    /// As many of the pixels as are needed to bring the picture to `size`.
    ///
    /// # Errors
    /// As [`image::read_for`].
    pub fn read_for(&self, limits: &Limits, size: SizePolicy) -> Result<Reduced, ImageError> {
        match self {
            Self::File(path) => image::read_for(path, limits, size),
            Self::Memory(picture) => Ok(Picture::clone(picture).into()),
        }
    }

    /// The picture to score at `size`, whole without one, with the room that it takes in memory until
    /// it is small.
    pub(super) fn read_held(
        &self,
        limits: &Limits,
        size: Option<SizePolicy>,
    ) -> Result<(Reduced, Option<Permit<'static>>), ImageError> {
        match self {
            Self::File(path) => {
                let (reduced, room) =
                    image::read_held(path, limits, size.map(SizePolicy::to_read))?;
                Ok((reduced, Some(room)))
            }
            Self::Memory(picture) => Ok((Picture::clone(picture).into(), None)),
        }
    }

    /// The content that it has now; `None` where the file cannot be looked at. Pixels in memory
    /// never change.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        match self {
            Self::Memory(_) => Some((0, None)),
            Self::File(path) => {
                let metadata = std::fs::metadata(path).ok()?;
                Some((metadata.len(), metadata.modified().ok()))
            }
        }
    }
}

/// Whole pictures, and the room that they take in memory: both or none are read.
///
/// # Errors
/// As [`image::read`], of the first that cannot be read.
pub(super) fn read_both(
    first: &Source,
    second: &Source,
    limits: &Limits,
) -> Result<([Picture; 2], Permit<'static>), ImageError> {
    let sources = [first, second];
    let files = sources.iter().filter_map(|source| match source {
        Source::File(path) => Some(path.as_path()),
        Source::Memory(_) => None,
    });
    let files: Vec<&Path> = files.collect();
    let (files, room) = image::open(&files, limits)?;
    let mut files = files.into_iter();
    let mut read = |source: &Source| match source {
        Source::Memory(picture) => Ok(Picture::clone(picture)),
        Source::File(path) => match files.next() {
            Some(file) => file.decode(limits, None).map(|whole| whole.picture),
            None => image::read(path, limits),
        },
    };
    Ok(([read(first)?, read(second)?], room))
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Memory(a), Self::Memory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}
