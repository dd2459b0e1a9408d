//! Reads pictures on threads of its own: small ones for the filmstrip, whole ones for the viewer.

use super::key::{PictureKey, Version};
use super::pyramid::{Pyramid, difference};
use crate::app::background::Background;
use crate::app::library::{self, Shelf};
use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageEncoder, ImageFormat};
use bpclip_core::image::{self, Exif, Limits, Picture, Reduced, SizePolicy};
use bpclip_core::inspect::{DecodeCache, Source};
use crossbeam_channel::{Sender, unbounded};
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
        // A thread for the viewer alone: it never stands behind thumbnails.
        let (waiting, limits) = (Arc::clone(&queues), limits.clone());
        std::thread::spawn(move || {
            for () in picture_tokens {
                let Some(wanted) = lock(&waiting).pictures.pop_front() else {
                    continue;
                };
                let made = pyramid(&wanted, &limits).map(Arc::new);
                if !background.tell(Loaded::Picture(wanted.key, made)) {
                    return;
                }
            }
        });
        Self {
            queues,
            more_pictures,
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
        let count = wanted.len();
        lock(&self.queues).pictures = wanted.into();
        for _ in 0..count {
            let _ = self.more_pictures.send(());
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
