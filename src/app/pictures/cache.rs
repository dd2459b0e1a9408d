//! The whole pictures that are in memory: those in sight, those that may be looked at next, and as many of the
//! others as there is room for.

use super::key::Version;
use super::loader::{Loader, Wanted};
use super::pyramid::Pyramid;
use bpclip_core::inspect::worker::Source;
use bpclip_core::memory;
use std::sync::Arc;

/// Bytes that they take, those in sight apart: a quarter of the memory that is free at the start, within these.
const ROOM: (u64, u64) = (200 << 20, 900 << 20);
/// Pictures that are kept, and those that could not be read.
const MOST: usize = 24;

/// What there is of a picture.
#[derive(Clone, Debug)]
pub enum LoadedPicture {
    /// It is being read.
    Loading,
    /// Here it is.
    Ready(Arc<Pyramid>),
    /// It cannot be read, for this reason.
    Failed(String),
}

/// A picture that is kept.
struct Kept {
    version: Version,
    shown: LoadedPicture,
    /// The frame of the window in which it was last wanted.
    used: u64,
}

impl Kept {
    fn bytes(&self) -> usize {
        match &self.shown {
            LoadedPicture::Ready(pyramid) => pyramid.bytes(),
            _ => 0,
        }
    }
}

/// The pictures, and what is asked of the loader.
pub struct Cache {
    /// Bytes that there is room for.
    room: usize,
    kept: Vec<Kept>,
    /// What the viewer shows and is not there.
    wanted: Vec<Wanted>,
    asked: Vec<Version>,
    /// What it will show next, perhaps, and is not there.
    ahead: Vec<Wanted>,
    asked_ahead: Vec<Version>,
    /// Bytes of what was wanted in this frame of the window, what is read ahead included.
    spent: usize,
    /// Which frame of the window it is.
    now: u64,
}

impl Cache {
    /// As much as this machine has room for.
    pub fn of_this_machine() -> Self {
        let free = memory::available().map_or(ROOM.1, |free| free / 4);
        Self::new(free.clamp(ROOM.0, ROOM.1) as usize)
    }

    fn new(room: usize) -> Self {
        Self {
            room,
            kept: Vec::new(),
            wanted: Vec::new(),
            asked: Vec::new(),
            ahead: Vec::new(),
            asked_ahead: Vec::new(),
            spent: 0,
            now: 0,
        }
    }

    /// Whether nothing is being read, also ahead.
    pub fn is_idle(&self) -> bool {
        self.asked.is_empty() && self.asked_ahead.is_empty()
    }

    /// A frame of the window begins.
    pub fn begin(&mut self, now: u64) {
        self.now = now;
        self.wanted.clear();
        self.ahead.clear();
        self.spent = 0;
    }

    /// A picture that is in sight; asked for if it is not there.
    pub fn picture(&mut self, version: Version, source: &Source) -> LoadedPicture {
        let now = self.now;
        let Some(kept) = self.find(version) else {
            if !self.wanted.iter().any(|(wanted, _)| *wanted == version) {
                self.wanted.push((version, source.clone()));
            }
            return LoadedPicture::Loading;
        };
        let bytes = if kept.used == now { 0 } else { kept.bytes() };
        kept.used = now;
        let shown = kept.shown.clone();
        self.spent += bytes;
        shown
    }

    /// A picture that may be wanted next, if it is there; else it is read when there is time, and room for one of
    /// its size beside all that is wanted in this frame. To be called after that.
    pub fn ahead(
        &mut self,
        version: Version,
        source: &Source,
        size: (u32, u32),
    ) -> Option<Arc<Pyramid>> {
        let (now, left) = (self.now, self.room.saturating_sub(self.spent));
        // What is in sight goes first; how much room it leaves is not known before it is there.
        let waits = !self.wanted.is_empty();
        let Some(kept) = self.find(version) else {
            let needed = Pyramid::bytes_of(size);
            if needed <= left && !waits {
                self.spent += needed;
                self.ahead.push((version, source.clone()));
            }
            return None;
        };
        let bytes = if kept.used == now { 0 } else { kept.bytes() };
        if bytes > left {
            return None;
        }
        kept.used = now;
        self.spent += bytes;
        self.ready(version)
    }

    /// A picture that is there, wherever it is wanted.
    pub fn ready(&self, version: Version) -> Option<Arc<Pyramid>> {
        let kept = self.kept.iter().find(|kept| kept.version == version)?;
        match &kept.shown {
            LoadedPicture::Ready(pyramid) => Some(Arc::clone(pyramid)),
            _ => None,
        }
    }

    /// A frame of the window has ended: what it lacks is asked for, and what is not wanted any more is let go
    /// where there is too much.
    pub fn end(&mut self, loader: &Loader) {
        let versions = |wanted: &[Wanted]| wanted.iter().map(|(version, _)| *version).collect();
        let wanted: Vec<Version> = versions(&self.wanted);
        if wanted != self.asked {
            loader.pictures(std::mem::take(&mut self.wanted));
            self.asked = wanted;
        }
        let ahead: Vec<Version> = versions(&self.ahead);
        if ahead != self.asked_ahead {
            loader.ahead(std::mem::take(&mut self.ahead));
            self.asked_ahead = ahead;
        }
        self.let_go();
    }

    /// Lets go of the pictures that were not wanted for the longest time; those of this frame stay.
    fn let_go(&mut self) {
        let mut held: usize = self.kept.iter().map(Kept::bytes).sum();
        while held > self.room || self.kept.len() > MOST {
            let unused = self.kept.iter().enumerate();
            let oldest = unused
                .filter(|(_, kept)| kept.used != self.now)
                .min_by_key(|(_, kept)| kept.used);
            let Some((at, _)) = oldest else { break };
            held -= self.kept.swap_remove(at).bytes();
        }
    }

    /// Takes in what the loader has made.
    pub fn take_in(&mut self, version: Version, made: Result<Arc<Pyramid>, String>) {
        for asked in [&mut self.asked, &mut self.asked_ahead] {
            asked.retain(|asked| *asked != version);
        }
        let shown = match made {
            Ok(pyramid) => LoadedPicture::Ready(pyramid),
            Err(reason) => LoadedPicture::Failed(reason),
        };
        self.kept.retain(|kept| kept.version != version);
        self.kept.push(Kept {
            version,
            shown,
            used: self.now,
        });
    }

    /// Forgets a frame of the list.
    pub fn forget(&mut self, frame: u64) {
        self.kept.retain(|kept| kept.version.0 != frame);
    }

    fn find(&mut self, version: Version) -> Option<&mut Kept> {
        self.kept.iter_mut().find(|kept| kept.version == version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::image::Picture;

    const SIZE: (u32, u32) = (100, 100);
    /// Room for three pictures of that size.
    const THREE: usize = 3 * 40_000;

    fn made() -> Result<Arc<Pyramid>, String> {
        let picture = Picture {
            width: SIZE.0,
            height: SIZE.1,
            rgb: vec![0; 30_000],
            notes: Vec::new(),
        };
        Ok(Arc::new(Pyramid::new(picture, None)))
    }

    fn source() -> Source {
        Source::File("a.jpg".into())
    }

    fn names(wanted: &[Wanted]) -> Vec<u64> {
        wanted.iter().map(|(version, _)| version.0).collect()
    }

    #[test]
    fn no_more_is_read_ahead_than_there_is_room_for() {
        let mut cache = Cache::new(THREE);
        cache.begin(1);
        assert!(matches!(
            cache.picture((0, 0), &source()),
            LoadedPicture::Loading
        ));
        // What is in sight goes first.
        assert!(cache.ahead((1, 0), &source(), SIZE).is_none());
        assert_eq!(
            (names(&cache.wanted), names(&cache.ahead)),
            (vec![0], vec![])
        );
        cache.take_in((0, 0), made());
        cache.begin(2);
        cache.picture((0, 0), &source());
        for next in 1..5 {
            assert!(cache.ahead((next, 0), &source(), SIZE).is_none());
        }
        assert_eq!(names(&cache.ahead), [1, 2]);
        // One that is too large alone is not tried.
        cache.begin(3);
        cache.picture((0, 0), &source());
        assert!(cache.ahead((9, 0), &source(), (200, 200)).is_none());
        assert!(cache.ahead.is_empty());
    }

    #[test]
    fn what_is_in_sight_and_next_stays_and_the_longest_unseen_goes() {
        let mut cache = Cache::new(THREE);
        for version in 0..5 {
            cache.begin(version);
            cache.picture((version, 0), &source());
            cache.take_in((version, 0), made());
            cache.let_go();
        }
        let held: Vec<u64> = cache.kept.iter().map(|kept| kept.version.0).collect();
        assert_eq!(held.len(), 4, "four of 30,000 bytes");
        assert!(!held.contains(&0));
        cache.begin(9);
        cache.picture((1, 0), &source());
        assert!(cache.ahead((2, 0), &source(), SIZE).is_some());
        for version in [7, 8] {
            cache.take_in((version, 0), made());
        }
        cache.let_go();
        let mut held: Vec<u64> = cache.kept.iter().map(|kept| kept.version.0).collect();
        held.sort_unstable();
        assert_eq!(held, [1, 2, 7, 8]);
        cache.forget(2);
        assert!(cache.ready((2, 0)).is_none() && cache.ready((1, 0)).is_some());
    }

    #[test]
    fn what_cannot_be_read_is_not_asked_for_again() {
        let mut cache = Cache::new(THREE);
        cache.take_in((1, 0), Err("broken".into()));
        cache.begin(1);
        let shown = cache.picture((1, 0), &source());
        assert!(matches!(shown, LoadedPicture::Failed(reason) if reason == "broken"));
        assert!(cache.ahead((1, 0), &source(), SIZE).is_none());
        assert!(cache.wanted.is_empty() && cache.ahead.is_empty());
    }
}
