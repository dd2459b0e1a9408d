//! One decode for two: what was decoded for a thumbnail, kept for the score.

use super::source::{Source, Stamp};
use super::{Prepared, prepare};
use crate::image::{ImageError, Limits, Reduced, SizePolicy};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pictures at their scored size that were decoded for something else, until they are scored
/// without a reference. Clones share them.
///
/// A window decodes every picture for its thumbnail, long before most of them are scored. If it
/// reads them through [`read_for`](Self::read_for) of its [worker](super::worker::Worker::cache),
/// the worker does not decode them again. A score is the same to the last digit.
#[derive(Clone, Debug)]
pub struct DecodeCache {
    max_bytes: usize,
    kept: Arc<Mutex<Vec<Kept>>>,
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
    /// Keeps pictures of so many bytes of pixels together.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            kept: Arc::default(),
        }
    }

    /// As [`Source::read_for`], and keeps the picture, brought to `size`, for its score. While there
    /// is no room it is not kept: those that came first are scored first.
    ///
    /// # Errors
    /// As [`Source::read_for`].
    pub fn read_for(
        &self,
        source: &Source,
        limits: &Limits,
        size: SizePolicy,
    ) -> Result<Reduced, ImageError> {
        let stamp = source.stamp();
        let reduced = source.read_for(limits, size)?;
        let (width, height) = size.apply(reduced.width, reduced.height);
        let needed = width as usize * height as usize * 3;
        if let Some(stamp) = stamp
            && self.has_room(needed)
            && let Ok(prepared) = prepare(reduced.clone(), size)
        {
            let mut kept = self.lock();
            kept.retain(|one| one.source != *source);
            kept.push(Kept {
                source: source.clone(),
                stamp,
                size,
                prepared,
            });
        }
        Ok(reduced)
    }

    /// Hands out a picture that is kept, if its file is still the same.
    pub(super) fn take(&self, source: &Source, size: SizePolicy) -> Option<Prepared> {
        let kept = {
            let mut kept = self.lock();
            let at = kept
                .iter()
                .position(|one| one.source == *source && one.size == size)?;
            kept.remove(at)
        };
        (source.stamp() == Some(kept.stamp)).then_some(kept.prepared)
    }

    /// Forgets everything: what waited is not wanted any more, or at another size.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn has_room(&self, needed: usize) -> bool {
        let bytes = |one: &Kept| one.prepared.picture.rgb.len();
        let used: usize = self.lock().iter().map(bytes).sum();
        used + needed <= self.max_bytes
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: SizePolicy = SizePolicy::at_most(Some(64));
    /// What the sample takes at that size: 96 by 64 pixels.
    const BYTES: usize = 96 * 64 * 3;

    #[test]
    fn what_was_decoded_for_a_thumbnail_is_handed_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        std::fs::copy(crate::sample("coffee"), &path).unwrap();
        let source = Source::File(path.clone());
        let limits = Limits::default();
        let cache = DecodeCache::new(BYTES);
        let seen = cache.read_for(&source, &limits, SMALL).unwrap();
        assert_eq!(seen, source.read_for(&limits, SMALL).unwrap());
        let other = SizePolicy::at_most(Some(65));
        assert!(cache.take(&source, other).is_none());
        let taken = cache.take(&source, SMALL).unwrap();
        assert_eq!(taken.picture, prepare(seen, SMALL).unwrap().picture);
        assert!(cache.take(&source, SMALL).is_none(), "it was handed out");

        cache.read_for(&source, &limits, SMALL).unwrap();
        std::fs::copy(crate::sample("coffee-blurred"), &path).unwrap();
        assert!(cache.take(&source, SMALL).is_none(), "its file has changed");
    }

    #[test]
    fn those_that_came_first_are_kept() {
        let name = |name: &str| Source::File(crate::sample(name));
        let (first, second) = (name("coffee"), name("coffee-noisy"));
        let cache = DecodeCache::new(BYTES);
        for source in [&first, &second] {
            cache.read_for(source, &Limits::default(), SMALL).unwrap();
        }
        assert!(cache.take(&second, SMALL).is_none());
        assert!(cache.take(&first, SMALL).is_some());
        DecodeCache::default()
            .read_for(&first, &Limits::default(), SMALL)
            .unwrap();
        cache.read_for(&first, &Limits::default(), SMALL).unwrap();
        cache.clear();
        assert!(cache.take(&first, SMALL).is_none());
    }
}
