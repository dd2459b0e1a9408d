//! Reads pictures on threads of its own: small ones for the filmstrip, whole ones for the viewer.

use super::ranking::capture_time;
use bpclip_core::image::{self, Limits, Picture, Reduced, SizePolicy};
use bpclip_core::inspect::worker::Source;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The longer side of a thumbnail, in pixels: sharp at twice the size of its place.
const THUMBNAIL: u32 = 192;
/// A picture gets smaller versions until its longer side is below this.
const SMALLEST_LEVEL: u32 = 1024;

/// A frame as it was at one time: its number and how often its file has changed.
pub type Version = (u64, u32);

/// Names a picture in the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureKey {
    /// A frame.
    Frame(Version),
    /// How far two frames differ, each channel times the gain.
    Difference(Version, Version, u8),
}

/// A picture in several sizes, each half of the one before, so that it looks right when small.
#[derive(Debug)]
pub struct Pyramid {
    /// The whole picture first.
    pub levels: Vec<Picture>,
    /// Of a difference: the mean over all channels, 0 to 255, before the gain.
    pub mean_difference: Option<f32>,
}

impl Pyramid {
    /// The whole picture.
    pub fn whole(&self) -> Option<&Picture> {
        self.levels.first()
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.rgb.len()).sum()
    }

    fn new(picture: Picture, mean_difference: Option<f32>) -> Self {
        let mut levels = vec![picture];
        while let Some(last) = levels.last()
            && last.width.max(last.height) > SMALLEST_LEVEL
        {
            let (width, height) = (last.width.div_ceil(2), last.height.div_ceil(2));
            let smaller = image::resize(last.clone(), width, height);
            levels.push(smaller);
        }
        Self {
            levels,
            mean_difference,
        }
    }
}

/// A small picture, and what was seen on the way.
#[derive(Debug)]
pub struct Thumbnail {
    /// Its pixels.
    pub picture: Picture,
    /// Size of the whole picture, upright.
    pub size: (u32, u32),
    /// When its file was written.
    pub modified: Option<SystemTime>,
    /// When it was taken, where its file says.
    pub taken: Option<SystemTime>,
}

/// What the loader hands back.
#[derive(Debug)]
pub enum Loaded {
    /// A small picture.
    Thumbnail(Version, Result<Thumbnail, String>),
    /// A picture for the viewer.
    Picture(PictureKey, Result<Arc<Pyramid>, String>),
}

/// A picture to read for the viewer.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub key: PictureKey,
    /// The frame, or the two that are compared.
    pub sources: (Source, Option<Source>),
}

#[derive(Default)]
struct Queues {
    pictures: VecDeque<Wanted>,
    thumbnails: VecDeque<(Version, Source)>,
}

/// The line to the loading threads. They end by themselves once this is dropped.
pub struct Loader {
    queues: Arc<Mutex<Queues>>,
    more_pictures: Sender<()>,
    more_thumbnails: Sender<()>,
    loaded: Receiver<Loaded>,
}

impl Loader {
    /// Starts the threads; `wake` is called after everything that is loaded.
    pub fn start(limits: &Limits, wake: impl Fn() + Clone + Send + 'static) -> Self {
        let queues = Arc::new(Mutex::new(Queues::default()));
        let (done, loaded) = unbounded();
        let (more_pictures, picture_tokens) = unbounded::<()>();
        let (more_thumbnails, thumbnail_tokens) = unbounded::<()>();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.div_ceil(2).clamp(1, 6) {
            let (queues, done, wake) = (Arc::clone(&queues), done.clone(), wake.clone());
            let (tokens, limits) = (thumbnail_tokens.clone(), limits.clone());
            std::thread::spawn(move || {
                for () in tokens {
                    let Some((version, source)) = lock(&queues).thumbnails.pop_front() else {
                        continue;
                    };
                    let made = thumbnail(&source, &limits);
                    if done.send(Loaded::Thumbnail(version, made)).is_err() {
                        return;
                    }
                    wake();
                }
            });
        }
        // A thread for the viewer alone: it never stands behind thumbnails.
        let (waiting, limits) = (Arc::clone(&queues), limits.clone());
        std::thread::spawn(move || {
            for () in picture_tokens {
                let Some(wanted) = lock(&waiting).pictures.pop_front() else {
                    continue;
                };
                let made = pyramid(&wanted, &limits).map(Arc::new);
                if done.send(Loaded::Picture(wanted.key, made)).is_err() {
                    return;
                }
                wake();
            }
        });
        Self {
            queues,
            more_pictures,
            more_thumbnails,
            loaded,
        }
    }

    /// Asks for thumbnails, behind those asked for before.
    pub fn thumbnails(&self, frames: impl IntoIterator<Item = (Version, Source)>) {
        let mut queues = lock(&self.queues);
        for frame in frames {
            queues.thumbnails.push_back(frame);
            let _ = self.more_thumbnails.send(());
        }
    }

    /// Brings the thumbnails of frames that are in sight to the front.
    pub fn hurry(&self, frames: &HashSet<u64>) {
        let mut queues = lock(&self.queues);
        let all = std::mem::take(&mut queues.thumbnails);
        let (first, rest): (VecDeque<_>, VecDeque<_>) = all
            .into_iter()
            .partition(|((frame, _), _)| frames.contains(frame));
        queues.thumbnails = first.into_iter().chain(rest).collect();
    }

    /// Asks for what the viewer shows; what it showed before and has not been read yet is not
    /// read any more.
    pub fn pictures(&self, wanted: Vec<Wanted>) {
        let count = wanted.len();
        lock(&self.queues).pictures = wanted.into();
        for _ in 0..count {
            let _ = self.more_pictures.send(());
        }
    }

    /// The next thing that is loaded, if any; never waits.
    pub fn next(&self) -> Option<Loaded> {
        self.loaded.try_recv().ok()
    }
}

fn lock(queues: &Mutex<Queues>) -> MutexGuard<'_, Queues> {
    // A queue is whole between any two of its calls, even if a thread died.
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

fn thumbnail(source: &Source, limits: &Limits) -> Result<Thumbnail, String> {
    let enough = SizePolicy::at_most(Some(THUMBNAIL));
    let Reduced {
        picture,
        width,
        height,
    } = source
        .read_for(limits, enough)
        .map_err(|error| error.to_string())?;
    let size = (width, height);
    let longer = size.0.max(size.1);
    let picture = if picture.width.max(picture.height) > THUMBNAIL {
        let scaled = |side: u32| {
            let side = u64::from(side) * u64::from(THUMBNAIL) / u64::from(longer);
            u32::try_from(side).unwrap_or(1).max(1)
        };
        image::resize(picture, scaled(size.0), scaled(size.1))
    } else {
        picture
    };
    let (modified, taken) = match source {
        Source::File(path) => (
            std::fs::metadata(path).and_then(|m| m.modified()).ok(),
            capture_time(path),
        ),
        Source::Memory(_) => (None, None),
    };
    Ok(Thumbnail {
        picture,
        size,
        modified,
        taken,
    })
}

fn pyramid(wanted: &Wanted, limits: &Limits) -> Result<Pyramid, String> {
    let read = |source: &Source| source.read(limits).map_err(|error| error.to_string());
    let picture = read(&wanted.sources.0)?;
    match (&wanted.sources.1, wanted.key) {
        (Some(other), PictureKey::Difference(_, _, gain)) => {
            let (picture, mean) = difference(&picture, &read(other)?, gain)?;
            Ok(Pyramid::new(picture, Some(mean)))
        }
        _ => Ok(Pyramid::new(picture, None)),
    }
}

/// How far two pictures differ in each channel, times `gain`, and the mean before the gain.
fn difference(a: &Picture, b: &Picture, gain: u8) -> Result<(Picture, f32), String> {
    if (a.width, a.height) != (b.width, b.height) {
        return Err(format!(
            "A has {}x{} pixels and B {}x{}: a difference needs two pictures of one size",
            a.width, a.height, b.width, b.height
        ));
    }
    let mut sum = 0u64;
    let rgb = a.rgb.iter().zip(&b.rgb).map(|(a, b)| {
        let off = a.abs_diff(*b);
        sum += u64::from(off);
        off.saturating_mul(gain)
    });
    let rgb: Vec<u8> = rgb.collect();
    let mean = sum as f32 / rgb.len().max(1) as f32;
    let picture = Picture {
        rgb,
        notes: Vec::new(),
        ..*a
    };
    Ok((picture, mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: u32, height: u32, level: u8) -> Picture {
        Picture {
            width,
            height,
            rgb: vec![level; (width * height * 3) as usize],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_difference_has_its_mean_before_the_gain() {
        let (picture, mean) = difference(&plain(2, 2, 10), &plain(2, 2, 14), 16).unwrap();
        assert_eq!(mean, 4.0);
        assert_eq!(picture.rgb, [64; 12]);
        assert!(difference(&plain(2, 2, 0), &plain(2, 3, 0), 1).is_err());
    }

    #[test]
    fn a_pyramid_halves_until_it_is_small() {
        let sizes: Vec<_> = Pyramid::new(plain(3000, 7, 1), None)
            .levels
            .iter()
            .map(|level| (level.width, level.height))
            .collect();
        assert_eq!(sizes, [(3000, 7), (1500, 4), (750, 2)]);
    }
}
