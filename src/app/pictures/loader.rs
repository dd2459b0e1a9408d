//! Reads pictures on threads of its own: small ones for the filmstrip, whole ones for the viewer.

use super::analyst::{Answer, Question};
use super::key::Version;
use super::pyramid::Pyramid;
use crate::app::background::Background;
use crate::app::library::{self, Shelf};
use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageEncoder, ImageFormat};
use bpclip_core::image::{self, Exif, Limits, Picture, Reduced, SizePolicy};
use bpclip_core::inspect::{DecodeCache, Source};
use crossbeam_channel::{Receiver, Sender, select, unbounded};
use std::collections::{HashSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The longer side of a thumbnail, in pixels: sharp at twice the size of its place.
const THUMBNAIL: u32 = 192;
/// Of the JPEG that a thumbnail is kept as: some ten kilobytes.
const QUALITY: u8 = 88;

/// A small picture, and what was seen on the way.
#[derive(Debug)]
pub struct Thumbnail {
    /// Its pixels.
    pub picture: Picture,
    /// Size of the whole picture, upright.
    pub size: (u32, u32),
    /// When its file was written.
    pub modified: Option<SystemTime>,
    /// What the camera noted, where it did.
    pub exif: Option<Exif>,
}

/// What the loader tells.
#[derive(Debug)]
pub enum Loaded {
    /// A small picture.
    Thumbnail(Version, Result<Thumbnail, String>),
    /// A picture for the viewer.
    Picture(Version, Result<Arc<Pyramid>, String>),
    /// Something was found out about pictures that are there.
    Found(Question, Answer),
}

/// A picture to read for the viewer.
pub type Wanted = (Version, Source);

#[derive(Default)]
struct Queues {
    /// What the viewer shows.
    pictures: VecDeque<Wanted>,
    /// What it will show next, perhaps.
    ahead: VecDeque<Wanted>,
    /// What is being read for it.
    reading: Vec<Version>,
    thumbnails: VecDeque<(Version, Source)>,
}

impl Queues {
    /// The next picture for the viewer that nobody reads yet, with those that are only read ahead or
    /// without.
    fn next(&mut self, with_ahead: bool) -> Option<Wanted> {
        let reading = &self.reading;
        let free = |queue: &mut VecDeque<Wanted>| {
            queue.retain(|(version, _)| !reading.contains(version));
            queue.pop_front()
        };
        let mut next = free(&mut self.pictures);
        if next.is_none() && with_ahead {
            next = free(&mut self.ahead);
        }
        self.reading
            .extend(next.iter().map(|(version, _)| *version));
        next
    }
}

/// The line to the loading threads. They end by themselves once this is dropped.
pub struct Loader {
    queues: Arc<Mutex<Queues>>,
    more_pictures: Sender<()>,
    more_ahead: Sender<()>,
    more_thumbnails: Sender<()>,
}

impl Loader {
    /// Starts the threads. What is decoded for a thumbnail waits in `cache` for its score.
    /// Thumbnails that are kept are taken from there, and new ones are kept.
    pub fn start(
        limits: &Limits,
        cache: DecodeCache,
        library: &library::Line,
        background: Background,
    ) -> Self {
        let queues = Arc::new(Mutex::new(Queues::default()));
        let (more_pictures, picture_tokens) = unbounded::<()>();
        let (more_thumbnails, thumbnail_tokens) = unbounded::<()>();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.div_ceil(2).clamp(1, 6) {
            let (queues, background) = (Arc::clone(&queues), background.clone());
            let (tokens, limits) = (thumbnail_tokens.clone(), limits.clone());
            let (cache, mut shelf) = (cache.clone(), library.shelf());
            std::thread::spawn(move || {
                for () in tokens {
                    let Some((version, source)) = lock(&queues).thumbnails.pop_front() else {
                        continue;
                    };
                    let made = match from_shelf(&source, &mut shelf) {
                        Some(kept) => Ok(kept),
                        None => thumbnail(&source, &limits, &cache)
                            .inspect(|made| to_shelf(&source, made, &shelf)),
                    };
                    if !background.tell(Loaded::Thumbnail(version, made)) {
                        return;
                    }
                }
            });
        }
        // Threads for the viewer alone: it never stands behind thumbnails, and what it shows never behind
        // what is read ahead.
        let (more_ahead, ahead_tokens) = unbounded::<()>();
        for ahead in [None, Some(ahead_tokens)] {
            let reader = Reader {
                queues: Arc::clone(&queues),
                limits: limits.clone(),
                background: background.clone(),
                pictures: picture_tokens.clone(),
                ahead,
            };
            std::thread::spawn(move || reader.run());
        }
        Self {
            queues,
            more_pictures,
            more_ahead,
            more_thumbnails,
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
        // A call for each of the two threads that read them.
        let calls = wanted.len().min(2);
        lock(&self.queues).pictures = wanted.into();
        for _ in 0..calls {
            let _ = self.more_pictures.send(());
        }
    }

    /// Likewise for what it will show next, perhaps; all that it shows goes before.
    pub fn ahead(&self, wanted: Vec<Wanted>) {
        lock(&self.queues).ahead = wanted.into();
        let _ = self.more_ahead.send(());
    }
}

/// Reads pictures for the viewer.
struct Reader {
    queues: Arc<Mutex<Queues>>,
    limits: Limits,
    background: Background,
    pictures: Receiver<()>,
    /// None on the thread that reads nothing ahead, so that there is always one for what is shown.
    ahead: Option<Receiver<()>>,
}

impl Reader {
    /// Until nobody asks or listens any more.
    fn run(&self) {
        while self.is_called() {
            loop {
                let next = lock(&self.queues).next(self.ahead.is_some());
                let Some((version, source)) = next else { break };
                let read = source.read(&self.limits);
                let made = read.map(|picture| Arc::new(Pyramid::new(picture, None)));
                lock(&self.queues).reading.retain(|other| *other != version);
                let made = made.map_err(|error| error.to_string());
                if !self.background.tell(Loaded::Picture(version, made)) {
                    return;
                }
            }
        }
    }

    /// Waits until something is asked for.
    fn is_called(&self) -> bool {
        match &self.ahead {
            None => self.pictures.recv().is_ok(),
            Some(ahead) => select! {
                recv(self.pictures) -> token => token.is_ok(),
                recv(ahead) -> token => token.is_ok(),
            },
        }
    }
}

fn lock(queues: &Mutex<Queues>) -> MutexGuard<'_, Queues> {
    // A queue is whole between any two of its calls, even if a thread died.
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thumbnail that is kept.
fn from_shelf(source: &Source, shelf: &mut Shelf) -> Option<Thumbnail> {
    let Source::File(path) = source else {
        return None;
    };
    let kept = shelf.take(path)?;
    let jpeg = ::image::load_from_memory_with_format(&kept.jpeg, ImageFormat::Jpeg);
    let rgb = jpeg.ok()?.into_rgb8();
    Some(Thumbnail {
        picture: Picture {
            width: rgb.width(),
            height: rgb.height(),
            rgb: rgb.into_raw(),
            notes: Vec::new(),
        },
        size: kept.size,
        modified: modified(path),
        exif: kept.exif.and_then(|exif| serde_json::from_str(&exif).ok()),
    })
}

/// Keeps a thumbnail.
fn to_shelf(source: &Source, made: &Thumbnail, shelf: &Shelf) {
    let Source::File(path) = source else { return };
    if !shelf.is_on() {
        return;
    }
    let picture = &made.picture;
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    let (width, height) = (picture.width, picture.height);
    let encoded = encoder.write_image(&picture.rgb, width, height, ExtendedColorType::Rgb8);
    if encoded.is_ok() {
        let kept = bpclip_library::Thumbnail {
            size: made.size,
            exif: made
                .exif
                .as_ref()
                .and_then(|exif| serde_json::to_string(exif).ok()),
            jpeg,
        };
        shelf.keep(path, kept);
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|m| m.modified()).ok()
}

fn thumbnail(source: &Source, limits: &Limits, cache: &DecodeCache) -> Result<Thumbnail, String> {
    let enough = SizePolicy::at_most(Some(THUMBNAIL));
    let Reduced {
        picture,
        width,
        height,
    } = cache
        .read(source, limits, enough)
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
    let (modified, exif) = match source {
        Source::File(path) => (modified(path), image::exif(path)),
        Source::Memory(_) => (None, None),
    };
    Ok(Thumbnail {
        picture,
        size,
        modified,
        exif,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_goes_first_and_nothing_is_read_twice() {
        let wanted = |frame: u64| ((frame, 0), Source::File("a.jpg".into()));
        let mut queues = Queues {
            pictures: [1, 2].map(wanted).into(),
            ahead: [2, 3, 4].map(wanted).into(),
            ..Queues::default()
        };
        let mut next = |with_ahead| queues.next(with_ahead).map(|((frame, _), _)| frame);
        assert_eq!(next(true), Some(1));
        assert_eq!(next(true), Some(2));
        assert_eq!(next(false), None);
        assert_eq!(next(true), Some(3));
        // It is shown by now, and is being read all the same.
        queues.pictures = [3, 5].map(wanted).into();
        let mut next = |with_ahead| queues.next(with_ahead).map(|((frame, _), _)| frame);
        assert_eq!(next(false), Some(5));
        assert_eq!(next(true), Some(4));
        assert_eq!(next(true), None);
    }
}
