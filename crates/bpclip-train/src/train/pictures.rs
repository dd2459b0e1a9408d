//! Decoded pictures, kept in memory as far as they fit.

use bpclip_core::image::{self, ImageError, Limits, Picture};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pictures by path. Those that came first stay; what no longer fits is decoded each time.
pub struct PictureCache {
    kept: HashMap<PathBuf, Arc<Picture>>,
    room: usize,
}

impl PictureCache {
    /// With room for `megabytes` of pixels.
    pub fn new(megabytes: u32) -> Self {
        Self {
            kept: HashMap::new(),
            room: megabytes as usize * 1_000_000,
        }
    }

    /// A picture, upright and in sRGB.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn get(&mut self, path: &Path) -> Result<Arc<Picture>, ImageError> {
        if let Some(picture) = self.kept.get(path) {
            return Ok(Arc::clone(picture));
        }
        let picture = Arc::new(image::read(path, &Limits::of_this_machine())?);
        if let Some(left) = self.room.checked_sub(picture.rgb.len()) {
            self.room = left;
            self.kept.insert(path.to_owned(), Arc::clone(&picture));
        }
        Ok(picture)
    }
}
