//! One decode for two: what was decoded for a thumbnail, kept for the score.

use super::source::{Source, Stamp};
use super::{Prepared, prepare};
use crate::image::{ImageError, Limits, Reduced, SizePolicy};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pictures at their scored size that were decoded for something else, until they are scored
/// without a reference. Clones share them.
///
/// A window decodes every picture for its thumbnail, long before most of them are scored. If it
/// reads them [here](Self::read), the [worker](super::worker::Worker) that has the same cache does
/// not decode them again. A score is the same to the last digit.
#[derive(Clone, Debug)]
pub struct DecodeCache {
    max_bytes: usize,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// The size that pictures will be scored at, once that is known.
    size: Option<SizePolicy>,
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    source: Source,
    stamp: Stamp,
    size: SizePolicy,
    prepared: Prepared,
}

impl Default for DecodeCache {
    /// Keeps nothing.
    fn default() -> Self {
        Self::new(0)
    }
}

impl DecodeCache {
    /// Keeps pictures of at most so many bytes of pixels together, three a pixel at the scored
    /// size.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            shelf: Arc::default(),
        }
    }

    /// As [`Source::read_for`] with the size `least`, or with the one that pictures are scored at
    /// where that is more and there is room: then the picture is kept for its score. Those that
    /// came first are kept, for they are scored first.
    ///
    /// # Errors
    /// As [`Source::read_for`].
    pub fn read(
        &self,
        source: &Source,
        limits: &Limits,
        least: SizePolicy,
    ) -> Result<Reduced, ImageError> {
        let enough = |size: &SizePolicy| match (size.shorter_side, least.shorter_side) {
            (None, _) => true,
            (Some(side), Some(least)) => side >= least,
            (Some(_), None) => false,
        };
        let size = self.lock().size.filter(enough);
        let Some(size) = size.filter(|_| self.has_room(1)) else {
            return source.read_for(limits, least);
        };
        let stamp = source.stamp();
        let (reduced, _room) = source.read_held(limits, Some(size))?;
        let (width, height) = size.apply(reduced.width, reduced.height);
        if let Some(stamp) = stamp
            && self.has_room(width as usize * height as usize * 3)
            && let Ok(prepared) = prepare(reduced.clone(), size)
        {
            let mut shelf = self.lock();
            if shelf.size == Some(size) {
                shelf.kept.retain(|one| one.source != *source);
                shelf.kept.push(Kept {
                    source: source.clone(),
                    stamp,
                    size,
                    prepared,
                });
            }
        }
        Ok(reduced)
    }

    /// Says at what size pictures will be scored.
    pub(super) fn expect(&self, size: Option<SizePolicy>) {
        let mut shelf = self.lock();
        if shelf.size != size {
            shelf.size = size;
            shelf.kept.clear();
        }
    }

    /// Hands out a picture that is kept, if its file is still the same.
    pub(super) fn take(&self, source: &Source, size: SizePolicy) -> Option<Prepared> {
        let kept = {
            let kept = &mut self.lock().kept;
            let same = |one: &Kept| one.source == *source && one.size == size;
            kept.remove(kept.iter().position(same)?)
        };
        (source.stamp() == Some(kept.stamp)).then_some(kept.prepared)
    }

    /// Forgets what is kept: it is not wanted any more.
    pub(super) fn clear(&self) {
        self.lock().kept.clear();
    }

    fn has_room(&self, needed: usize) -> bool {
        let bytes = |one: &Kept| one.prepared.picture.rgb.len();
        let used: usize = self.lock().kept.iter().map(bytes).sum();
        used + needed <= self.max_bytes
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: SizePolicy = SizePolicy::at_most(Some(64));
    const LEAST: SizePolicy = SizePolicy::at_most(Some(32));
    /// What a sample takes at that size: 96 by 64 pixels.
    const BYTES: usize = 96 * 64 * 3;

    fn cache(bytes: usize) -> DecodeCache {
        let cache = DecodeCache::new(bytes);
        cache.expect(Some(SIZE));
        cache
    }

    #[test]
    fn what_was_decoded_for_a_thumbnail_is_handed_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        std::fs::copy(crate::sample("coffee"), &path).unwrap();
        let source = Source::File(path.clone());
        let limits = Limits::default();
        let cache = cache(BYTES);
        let seen = cache.read(&source, &limits, LEAST).unwrap();
        assert_eq!(seen, source.read_for(&limits, SIZE.to_read()).unwrap());
        assert!(cache.take(&source, LEAST).is_none());
        let taken = cache.take(&source, SIZE).unwrap();
        assert_eq!(taken.picture, prepare(seen, SIZE).unwrap().picture);
        assert!(cache.take(&source, SIZE).is_none(), "it was handed out");

        cache.read(&source, &limits, LEAST).unwrap();
        std::fs::copy(crate::sample("coffee-blurred"), &path).unwrap();
        assert!(cache.take(&source, SIZE).is_none(), "its file has changed");
    }

    #[test]
    fn those_that_came_first_are_kept() {
        let source = |name: &str| Source::File(crate::sample(name));
        let (first, second) = (source("coffee"), source("coffee-noisy"));
        let limits = Limits::default();
        let cache = cache(BYTES);
        for source in [&first, &second] {
            cache.read(source, &limits, LEAST).unwrap();
        }
        assert!(cache.take(&second, SIZE).is_none());
        assert!(cache.take(&first, SIZE).is_some());
        cache.read(&first, &limits, LEAST).unwrap();
        cache.expect(Some(LEAST));
        cache.expect(Some(SIZE));
        assert!(cache.take(&first, SIZE).is_none(), "the size has changed");
    }

    #[test]
    fn a_thumbnail_is_never_smaller_than_it_must_be() {
        let source = Source::File(crate::sample("coffee"));
        let limits = Limits::default();
        let large = SizePolicy::at_most(Some(300));
        let cache = cache(BYTES);
        let seen = cache.read(&source, &limits, large).unwrap();
        assert_eq!(seen, source.read_for(&limits, large).unwrap());
        assert!(cache.take(&source, SIZE).is_none());
    }
}
