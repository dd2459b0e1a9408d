//! Pictures on the graphics card. Views say what they want to see; what is not there yet is
//! asked for, and a frame never uploads more than a little.

use super::key::{PictureKey, Version};
use super::loader::{Loaded, Loader, Thumbnail, Wanted};
use super::pyramid::Pyramid;
use bpclip_core::image::Picture;
use bpclip_core::inspect::worker::Source;
use eframe::egui;
use egui::{Color32, ColorImage, Painter, Rect, TextureHandle, TextureOptions, pos2, vec2};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Side of a tile in pixels: below every graphics card's limit, and quickly uploaded.
const TILE: u32 = 512;
/// Bytes that one frame may upload.
const UPLOAD: usize = 6 << 20;
/// Bytes of whole pictures that are kept.
const KEEP: usize = 900 << 20;
/// Enlarged by less than this, a picture is smooth; by more, its pixels are squares, which is
/// what an inspector is for.
const SQUARES: f32 = 2.5;
/// Thumbnails that stay on the card while they are out of sight.
const THUMBNAILS: usize = 2000;
/// Heatmaps that stay on the card.
const HEATMAPS: usize = 256;

/// What there is of a picture.
#[derive(Clone)]
pub enum LoadedPicture {
    /// It is being read.
    Loading,
    /// Here it is.
    Ready(Arc<Pyramid>),
    /// It cannot be read, for this reason.
    Failed(String),
}

/// Picture, level, column, row, and whether it is smooth when enlarged.
type TileKey = (PictureKey, usize, u32, u32, bool);

#[derive(Default)]
struct Inner {
    thumbnails: HashMap<Version, (TextureHandle, u64)>,
    in_flight: HashSet<Version>,
    to_upload: VecDeque<(Version, Picture)>,
    pictures: Vec<(PictureKey, LoadedPicture)>,
    wanted: Vec<Wanted>,
    asked: Vec<PictureKey>,
    tiles: HashMap<TileKey, (TextureHandle, u64)>,
    heatmaps: HashMap<u64, (TextureHandle, u64)>,
    seen: HashSet<u64>,
    hurried: HashSet<u64>,
    budget: usize,
    frame: u64,
    starved: bool,
}

/// The textures of one window.
pub struct Textures {
    ctx: egui::Context,
    loader: Loader,
    // Painting is the only user and runs on one thread; views hold it shared.
    inner: RefCell<Inner>,
}

impl Textures {
    /// Nothing is on the card yet.
    pub fn new(ctx: egui::Context, loader: Loader) -> Self {
        Self {
            ctx,
            loader,
            inner: RefCell::default(),
        }
    }

    /// Asks for the thumbnails of frames.
    pub fn ask_thumbnails(&self, frames: impl IntoIterator<Item = (Version, Source)>) {
        let mut inner = self.inner.borrow_mut();
        let frames: Vec<_> = frames.into_iter().collect();
        inner
            .in_flight
            .extend(frames.iter().map(|(version, _)| *version));
        self.loader.thumbnails(frames);
    }

    /// Whether nothing is being read or waits for its upload.
    pub fn is_idle(&self) -> bool {
        let inner = self.inner.borrow();
        inner.asked.is_empty() && inner.in_flight.is_empty() && !inner.starved
    }

    /// Takes in what the loader has made. A thumbnail is handed on with what was seen on the way,
    /// without its pixels.
    pub fn take_in(&self, loaded: Loaded) -> Option<(Version, Result<Thumbnail, String>)> {
        let mut inner = self.inner.borrow_mut();
        match loaded {
            Loaded::Thumbnail(version, mut made) => {
                inner.in_flight.remove(&version);
                if let Ok(thumbnail) = &mut made {
                    let empty = Picture {
                        width: 1,
                        height: 1,
                        rgb: Vec::new(),
                        notes: Vec::new(),
                    };
                    let picture = std::mem::replace(&mut thumbnail.picture, empty);
                    inner.to_upload.push_back((version, picture));
                }
                Some((version, made))
            }
            Loaded::Picture(key, made) => {
                inner.asked.retain(|asked| *asked != key);
                let shown = match made {
                    Ok(pyramid) => LoadedPicture::Ready(pyramid),
                    Err(reason) => LoadedPicture::Failed(reason),
                };
                inner.pictures.retain(|(kept, _)| *kept != key);
                inner.pictures.push((key, shown));
                None
            }
        }
    }

    /// Before a frame is painted: uploads thumbnails.
    pub fn begin(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.budget = UPLOAD;
        inner.frame += 1;
        inner.starved = false;
        inner.wanted.clear();
        inner.seen.clear();
        while inner.budget > UPLOAD / 2
            && let Some((version, picture)) = inner.to_upload.pop_front()
        {
            inner.budget = inner.budget.saturating_sub(picture.rgb.len() / 3 * 4);
            let texture = self.upload("thumbnail", &picture, TextureOptions::LINEAR);
            let now = inner.frame;
            inner.thumbnails.insert(version, (texture, now));
        }
        if !inner.to_upload.is_empty() {
            inner.starved = true;
        }
    }

    /// After a frame was painted: asks for what was missing, and lets go of what is not looked at.
    pub fn end(&self) {
        let mut inner = self.inner.borrow_mut();
        let inner = &mut *inner;
        let mut keys: Vec<PictureKey> = inner.wanted.iter().map(|wanted| wanted.key).collect();
        keys.dedup();
        if keys != inner.asked {
            let wanted = std::mem::take(&mut inner.wanted);
            self.loader.pictures(wanted);
            inner.asked = keys;
        }
        if !inner.seen.is_empty() && inner.seen != inner.hurried {
            self.loader.hurry(&inner.seen);
            inner.hurried.clone_from(&inner.seen);
        }
        // The one looked at last is last; the two in sight are never let go.
        let bytes = |shown: &LoadedPicture| match shown {
            LoadedPicture::Ready(pyramid) => pyramid.bytes(),
            _ => 0,
        };
        let mut held: usize = inner.pictures.iter().map(|(_, shown)| bytes(shown)).sum();
        while inner.pictures.len() > 24 || (held > KEEP && inner.pictures.len() > 3) {
            let (_, shown) = inner.pictures.remove(0);
            held -= bytes(&shown);
        }
        let now = inner.frame;
        if inner.thumbnails.len() > THUMBNAILS {
            inner.thumbnails.retain(|_, (_, used)| now - *used < 600);
        }
        inner.tiles.retain(|_, (_, used)| now - *used < 240);
        if inner.heatmaps.len() > HEATMAPS {
            inner.heatmaps.retain(|_, (_, used)| now - *used < 8);
        }
        if inner.starved {
            self.ctx.request_repaint();
        }
    }

    /// The thumbnail of a frame, if it is there. To be called for frames in sight only: theirs
    /// are read first.
    pub fn thumbnail(&self, version: Version, source: &Source) -> Option<TextureHandle> {
        let mut inner = self.inner.borrow_mut();
        let now = inner.frame;
        if let Some((texture, used)) = inner.thumbnails.get_mut(&version) {
            *used = now;
            return Some(texture.clone());
        }
        inner.seen.insert(version.0);
        let waits = inner
            .to_upload
            .iter()
            .any(|(waiting, _)| *waiting == version);
        if !waits && inner.in_flight.insert(version) {
            self.loader.thumbnails([(version, source.clone())]);
        }
        None
    }

    /// Forgets everything of a frame.
    pub fn forget(&self, frame: u64) {
        let mut inner = self.inner.borrow_mut();
        let of = |key: &PictureKey| match key {
            PictureKey::Frame(version) => version.0 == frame,
            PictureKey::Difference(a, b, _) => a.0 == frame || b.0 == frame,
        };
        inner.thumbnails.retain(|version, _| version.0 != frame);
        inner.pictures.retain(|(key, _)| !of(key));
        inner.tiles.retain(|(key, ..), _| !of(key));
    }

    /// A picture for the viewer; asked for if it is not there.
    pub fn picture(&self, key: PictureKey, sources: (Source, Option<Source>)) -> LoadedPicture {
        let mut inner = self.inner.borrow_mut();
        if let Some(at) = inner.pictures.iter().position(|(kept, _)| *kept == key) {
            let entry = inner.pictures.remove(at);
            let shown = entry.1.clone();
            inner.pictures.push(entry);
            return shown;
        }
        inner.wanted.push(Wanted { key, sources });
        LoadedPicture::Loading
    }

    /// Paints a picture into `place`, in points; only the tiles in sight, from the level that
    /// fits the size. Tiles that are not on the card yet appear in the next frames.
    pub fn paint(&self, painter: &Painter, key: PictureKey, pyramid: &Pyramid, place: Rect) {
        let Some(whole) = pyramid.whole() else { return };
        let points_per_pixel = place.width() / whole.width as f32;
        let scale = points_per_pixel * painter.pixels_per_point();
        // The smallest level that is still not enlarged.
        let fits = |level: &Picture| level.width as f32 >= whole.width as f32 * scale - 0.5;
        let best = pyramid.levels.iter().rposition(fits).unwrap_or(0);
        let smallest = pyramid.levels.len().saturating_sub(1);
        if best != smallest {
            // Something is always there, if soft, while tiles arrive.
            self.paint_level(painter, (key, true), pyramid, smallest, place);
        }
        self.paint_level(painter, (key, scale < SQUARES), pyramid, best, place);
    }

    fn paint_level(
        &self,
        painter: &Painter,
        (key, smooth): (PictureKey, bool),
        pyramid: &Pyramid,
        level: usize,
        place: Rect,
    ) {
        let Some(picture) = pyramid.levels.get(level) else {
            return;
        };
        let (across, down) = (picture.width as f32, picture.height as f32);
        let sight = painter.clip_rect().intersect(place);
        if sight.is_negative() {
            return;
        }
        let column = |x: f32| ((x - place.left()) / place.width() * across).clamp(0.0, across);
        let row = |y: f32| ((y - place.top()) / place.height() * down).clamp(0.0, down);
        let tiles = |from: f32, to: f32| (from as u32 / TILE)..=(to.max(1.0) as u32 - 1) / TILE;
        for y in tiles(row(sight.top()), row(sight.bottom()).ceil()) {
            for x in tiles(column(sight.left()), column(sight.right()).ceil()) {
                let Some(texture) = self.tile((key, level, x, y, smooth), picture) else {
                    continue;
                };
                let corner = |x: u32, y: u32| {
                    let x = (x * TILE).min(picture.width) as f32 / across;
                    let y = (y * TILE).min(picture.height) as f32 / down;
                    place.lerp_inside(vec2(x, y))
                };
                let rect = Rect::from_min_max(corner(x, y), corner(x + 1, y + 1));
                painter.image(texture, rect, WHOLE, Color32::WHITE);
            }
        }
    }

    fn tile(&self, key: TileKey, picture: &Picture) -> Option<egui::TextureId> {
        let mut inner = self.inner.borrow_mut();
        let now = inner.frame;
        if let Some((texture, used)) = inner.tiles.get_mut(&key) {
            *used = now;
            return Some(texture.id());
        }
        let (_, _, x, y, smooth) = key;
        let (left, top) = (x * TILE, y * TILE);
        let width = TILE.min(picture.width.saturating_sub(left));
        let height = TILE.min(picture.height.saturating_sub(top));
        let bytes = (width * height * 4) as usize;
        if bytes == 0 {
            return None;
        }
        if bytes > inner.budget {
            inner.starved = true;
            return None;
        }
        inner.budget -= bytes;
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for row in top..top + height {
            let start = (row as usize * picture.width as usize + left as usize) * 3;
            let end = start + width as usize * 3;
            rgb.extend_from_slice(picture.rgb.get(start..end)?);
        }
        let image = ColorImage::from_rgb([width as usize, height as usize], &rgb);
        let mut options = TextureOptions::LINEAR;
        if !smooth {
            options.magnification = egui::TextureFilter::Nearest;
        }
        let texture = self.ctx.load_texture("tile", image, options);
        let id = texture.id();
        inner.tiles.insert(key, (texture, now));
        Some(id)
    }

    /// The picture that `make` makes of whatever `of` names, made once.
    pub fn heatmap(&self, of: impl Hash, make: impl FnOnce() -> Picture) -> egui::TextureId {
        let mut hasher = DefaultHasher::new();
        of.hash(&mut hasher);
        let key = hasher.finish();
        let mut inner = self.inner.borrow_mut();
        let now = inner.frame;
        if let Some((texture, used)) = inner.heatmaps.get_mut(&key) {
            *used = now;
            return texture.id();
        }
        let texture = self.upload("heatmap", &make(), TextureOptions::LINEAR);
        let id = texture.id();
        inner.heatmaps.insert(key, (texture, now));
        id
    }

    fn upload(&self, name: &str, picture: &Picture, options: TextureOptions) -> TextureHandle {
        let size = [picture.width as usize, picture.height as usize];
        let image = ColorImage::from_rgb(size, &picture.rgb);
        self.ctx.load_texture(name, image, options)
    }
}

/// A whole texture.
pub const WHOLE: Rect = Rect {
    min: pos2(0.0, 0.0),
    max: pos2(1.0, 1.0),
};
