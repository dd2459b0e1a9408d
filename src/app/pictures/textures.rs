//! Pictures on the graphics card. Views say what they want to see; what is not there yet is
//! asked for, and a frame never uploads more than a little.

use super::analyst::{Analyst, Answer, Question};
use super::cache::{Cache, LoadedPicture};
use super::ink::Ink;
use super::key::{Offset, PictureKey, Version};
use super::loader::{Loaded, Loader, Thumbnail};
use super::pyramid::Pyramid;
use super::tiles::{self, Tile, Tiled};
use crate::app::background::Background;
use bpclip_core::image::Picture;
use bpclip_core::inspect::worker::Source;
use bpclip_look::{Histogram, Shift};
use eframe::egui;
use egui::{Color32, ColorImage, Painter, Rect, TextureHandle, TextureOptions, pos2};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Bytes that one frame may upload.
const UPLOAD: usize = 6 << 20;
/// Enlarged by less than this, a picture is smooth; by more, its pixels are squares, which is
/// what an inspector is for.
const SQUARES: f32 = 2.5;
/// Thumbnails that stay on the card while they are out of sight.
const THUMBNAILS: usize = 2000;
/// Heatmaps that stay on the card.
const HEATMAPS: usize = 256;

/// Picture, level, upper left pixel, and whether it is smooth when enlarged.
type TileKey = (PictureKey, usize, (u32, u32), bool);

struct Inner {
    analyst: Analyst,
    thumbnails: HashMap<Version, (TextureHandle, u64)>,
    in_flight: HashSet<Version>,
    to_upload: VecDeque<(Version, Picture)>,
    cache: Cache,
    tiles: HashMap<TileKey, (TextureHandle, u64)>,
    heatmaps: HashMap<u64, (TextureHandle, u64)>,
    seen: HashSet<u64>,
    hurried: HashSet<u64>,
    budget: usize,
    frame: u64,
    /// Whether something waits for its upload.
    starved: bool,
    /// Whether something in sight is not as sharp as it could be.
    soft: bool,
}

impl Inner {
    fn new(analyst: Analyst) -> Self {
        Self {
            analyst,
            thumbnails: HashMap::new(),
            in_flight: HashSet::new(),
            to_upload: VecDeque::new(),
            cache: Cache::of_this_machine(),
            tiles: HashMap::new(),
            heatmaps: HashMap::new(),
            seen: HashSet::new(),
            hurried: HashSet::new(),
            budget: 0,
            frame: 0,
            starved: false,
            soft: false,
        }
    }
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
    pub fn new(ctx: egui::Context, loader: Loader, background: Background) -> Self {
        Self {
            ctx,
            loader,
            inner: RefCell::new(Inner::new(Analyst::start(background))),
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

    /// Whether nothing is being read, also ahead, or found out, or waits for its upload.
    pub fn is_idle(&self) -> bool {
        let inner = self.inner.borrow();
        let at_rest = inner.cache.is_idle() && inner.analyst.is_idle();
        at_rest && inner.in_flight.is_empty() && !inner.starved
    }

    /// Whether all pictures in sight were painted as sharp as they can be in the last frame.
    pub fn is_sharp(&self) -> bool {
        !self.inner.borrow().soft
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
            Loaded::Picture(version, made) => {
                inner.cache.take_in(version, made);
                None
            }
            Loaded::Found(question, answer) => {
                let now = inner.frame;
                inner.analyst.take_in(question, answer, now);
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
        inner.soft = false;
        let now = inner.frame;
        inner.cache.begin(now);
        inner.analyst.begin();
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
        inner.cache.end(&self.loader);
        if !inner.seen.is_empty() && inner.seen != inner.hurried {
            self.loader.hurry(&inner.seen);
            inner.hurried.clone_from(&inner.seen);
        }
        let now = inner.frame;
        inner.analyst.end(now);
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
        inner.thumbnails.retain(|version, _| version.0 != frame);
        inner.cache.forget(frame);
        inner.tiles.retain(|(key, ..), _| !key.is_of(frame));
        inner.analyst.forget(frame);
    }

    /// A picture for the viewer; asked for if it is not there.
    pub fn picture(&self, version: Version, source: &Source) -> LoadedPicture {
        let mut inner = self.inner.borrow_mut();
        let shown = inner.cache.picture(version, source);
        inner.soft |= matches!(shown, LoadedPicture::Loading);
        shown
    }

    /// A picture that may be wanted next, if it is there; see [`Cache::ahead`].
    pub fn ahead(
        &self,
        version: Version,
        source: &Source,
        size: (u32, u32),
    ) -> Option<Arc<Pyramid>> {
        self.inner.borrow_mut().cache.ahead(version, source, size)
    }

    /// How many pixels of a picture have each level, once it is there and counted.
    pub fn histogram(&self, version: Version) -> Option<Arc<Histogram>> {
        match self.found(Question::Histogram(version), &[version])? {
            Answer::Histogram(histogram) => Some(histogram),
            _ => None,
        }
    }

    /// What lies over a picture at its own pixels, once it is there.
    pub fn ink(&self, key: PictureKey) -> Option<Arc<Ink>> {
        let (question, version) = match key {
            PictureKey::Clipping(version) => (Question::Clipping(version), version),
            PictureKey::Peaking(version, sensitivity) => {
                (Question::Peaking(version, sensitivity), version)
            }
            PictureKey::Frame(_) | PictureKey::Difference(..) => return None,
        };
        match self.found(question, &[version])? {
            Answer::Ink(ink) => Some(ink),
            _ => None,
        }
    }

    /// How far the second of two pictures that are there is shifted against the first, once that is measured;
    /// none where they do not show one scene.
    pub fn shift(&self, first: Version, second: Version) -> Option<Shift> {
        match self.found(Question::Shift(first, second), &[first, second])? {
            Answer::Shift(shift) => shift,
            _ => None,
        }
    }

    /// How two pictures differ, both asked for if they are not there.
    pub fn difference(
        &self,
        first: (Version, &Source),
        second: (Version, &Source),
        (gain, offset): (u8, Offset),
    ) -> LoadedPicture {
        for (version, source) in [first, second] {
            if let LoadedPicture::Failed(reason) = self.picture(version, source) {
                return LoadedPicture::Failed(reason);
            }
        }
        let of = [first.0, second.0];
        let found = self.found(Question::Difference(of[0], of[1], gain, offset), &of);
        match found {
            Some(Answer::Difference(Ok(pyramid))) => LoadedPicture::Ready(pyramid),
            Some(Answer::Difference(Err(reason))) => LoadedPicture::Failed(reason),
            _ => LoadedPicture::Loading,
        }
    }

    /// What is known of pictures; found out once all of them are there.
    fn found(&self, question: Question, of: &[Version]) -> Option<Answer> {
        let mut inner = self.inner.borrow_mut();
        let ready: Option<Vec<_>> = of
            .iter()
            .map(|version| inner.cache.ready(*version))
            .collect();
        let ready = ready?;
        let now = inner.frame;
        let of: Vec<&Arc<Pyramid>> = ready.iter().collect();
        inner.analyst.ask(question, now, &of)
    }

    /// Paints a picture, or what lies over one, into `place`, in points; only the tiles in sight, from the
    /// level that fits the size. Tiles that are not on the card yet appear in the next frames.
    pub fn paint(&self, painter: &Painter, key: PictureKey, tiled: Tiled<'_>, place: Rect) {
        let (sizes, best, smooth) = level(tiled, place, painter.pixels_per_point());
        let Some(size) = sizes.get(best) else { return };
        let wanted = tiles::in_sight(best, *size, place, painter.clip_rect());
        let smallest = sizes.len() - 1;
        if best != smallest && tiled.hides() && !self.is_affordable(key, &wanted, smooth) {
            // Something is always there, if soft, while tiles arrive.
            let coarse = tiles::in_sight(smallest, sizes[smallest], place, painter.clip_rect());
            for tile in coarse {
                self.paint_tile(painter, (key, true), tiled, &tile);
            }
        }
        for tile in wanted {
            if !self.paint_tile(painter, (key, smooth), tiled, &tile) {
                self.inner.borrow_mut().soft = true;
            }
        }
    }

    /// Uploads what painting it there would need, after all that is in sight.
    pub fn prepare(&self, painter: &Painter, key: PictureKey, tiled: Tiled<'_>, place: Rect) {
        let (sizes, best, smooth) = level(tiled, place, painter.pixels_per_point());
        let Some(size) = sizes.get(best) else { return };
        for tile in tiles::in_sight(best, *size, place, painter.clip_rect()) {
            self.tile((key, smooth), tiled, &tile);
        }
    }

    /// Whether these tiles are on the card, or can be uploaded in this frame.
    fn is_affordable(&self, key: PictureKey, tiles: &[Tile], smooth: bool) -> bool {
        let inner = self.inner.borrow();
        let missing = |tile: &&Tile| !inner.tiles.contains_key(&named(key, tile, smooth));
        let bytes: usize = tiles.iter().filter(missing).map(Tile::bytes).sum();
        bytes <= inner.budget
    }

    /// False where the tile is not on the card yet.
    fn paint_tile(
        &self,
        painter: &Painter,
        (key, smooth): (PictureKey, bool),
        tiled: Tiled<'_>,
        tile: &Tile,
    ) -> bool {
        let texture = self.tile((key, smooth), tiled, tile);
        if let Some(texture) = texture {
            painter.image(texture, tile.place, WHOLE, Color32::WHITE);
        }
        texture.is_some()
    }

    fn tile(
        &self,
        (key, smooth): (PictureKey, bool),
        tiled: Tiled<'_>,
        tile: &Tile,
    ) -> Option<egui::TextureId> {
        let mut inner = self.inner.borrow_mut();
        let now = inner.frame;
        let name = named(key, tile, smooth);
        if let Some((texture, used)) = inner.tiles.get_mut(&name) {
            *used = now;
            return Some(texture.id());
        }
        if tile.bytes() > inner.budget {
            inner.starved = true;
            return None;
        }
        let image = tiled.cut(tile)?;
        inner.budget -= tile.bytes();
        let mut options = TextureOptions::LINEAR;
        if !smooth {
            options.magnification = egui::TextureFilter::Nearest;
        }
        let texture = self.ctx.load_texture("tile", image, options);
        let id = texture.id();
        inner.tiles.insert(name, (texture, now));
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

fn named(key: PictureKey, tile: &Tile, smooth: bool) -> TileKey {
    (key, tile.level, tile.corner, smooth)
}

/// The sizes of the levels, which of them fits a place, and whether it is smooth there.
fn level(tiled: Tiled<'_>, place: Rect, pixels_per_point: f32) -> (Vec<(u32, u32)>, usize, bool) {
    let sizes = tiled.sizes();
    let whole = sizes.first().map_or(1, |size| size.0.max(1));
    let scale = place.width() / whole as f32 * pixels_per_point;
    let best = tiles::best(&sizes, scale);
    (sizes, best, scale < SQUARES)
}

/// A whole texture.
pub const WHOLE: Rect = Rect {
    min: pos2(0.0, 0.0),
    max: pos2(1.0, 1.0),
};
