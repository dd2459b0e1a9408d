//! From the items of a HEIF file to a picture: tiles, overlays, opacity, and the turns that make it
//! upright.

use std::cell::Cell;
use std::collections::HashSet;

use crate::Format;
use crate::colour::{Raster, raster};
use crate::error::{CodecError, Result};
use crate::heif::{File, Frame, Property};
use crate::picture::{Channels, Cicp, Info, Limits, Picture, Samples};
use crate::planes::{Coding, Planes};
use crate::reader::Reader;

/// How deep items may be made of items.
const DEEPEST: u32 = 4;
/// How many items may be made of others.
const MOST_MADE: usize = 256;
/// How much larger than its size an encoder may make a side.
const ROUNDED: u64 = 63;

/// Describes the picture of a file.
pub(crate) fn info(bytes: &[u8], format: Format) -> Result<Info> {
    let file = File::parse(bytes)?;
    let (animated, gain_map) = (file.animated(), file.gain_map());
    let (width, height, bits, coded) = match file.primary() {
        Some(id) => {
            let composer = Composer::new(
                &file,
                Limits {
                    pixels: u64::MAX,
                    bytes: u64::MAX,
                },
            );
            let (width, height) = composer.upright_size(id, 0)?;
            let coded = composer.coded_pixels(id, &mut HashSet::new())?;
            (width, height, composer.depth(id, 0), coded)
        }
        None => {
            let frame = file.first_frame()?;
            let coded = coded(&frame.kind, frame.properties.iter())?;
            let (width, height) = coded.size().unwrap_or((frame.width, frame.height));
            let (width, height) = if frame.turns & 1 == 1 {
                (height, width)
            } else {
                (width, height)
            };
            (width, height, coded.bits(), with_margin(width, height))
        }
    };
    if width == 0 || height == 0 {
        return Err(CodecError::damaged("a picture of no size"));
    }
    Ok(Info {
        format,
        width,
        height,
        bits,
        animated,
        gain_map,
        // Planes of 16 bits, the decoder's own, and the picture before and after it is turned.
        bytes: coded.saturating_mul(10 + if bits > 8 { 12 } else { 6 }),
    })
}

/// Decodes the picture of a file.
pub(crate) fn decode(bytes: &[u8], format: Format, limits: &Limits) -> Result<Picture> {
    let told = info(bytes, format)?;
    limits.check(told.width, told.height, told.bytes)?;
    let file = File::parse(bytes)?;
    let composer = Composer::new(&file, *limits);
    let coded = match file.primary() {
        Some(id) => composer.coded_pixels(id, &mut HashSet::new())?,
        None => with_margin(told.width, told.height),
    };
    composer.most.set(coded.min(composer.most.get()));
    let (whole, coding, profile, bits) = match file.primary() {
        Some(id) => {
            let whole = composer.raster(id, 0)?;
            let profile = composer.profile(id, 0);
            (whole, composer.coding.get(), profile, composer.bits.get())
        }
        None => {
            let frame = file.first_frame()?;
            let planes = composer.frame(&frame)?;
            let coding = stated(frame.properties.iter()).unwrap_or(planes.coding);
            let mut whole = raster(&planes, coding, false)?;
            whole.turn(frame.turns);
            let profile = frame.properties.iter().find_map(icc);
            (whole, Some(coding), profile, planes.bits[0])
        }
    };
    if (whole.width, whole.height) != (told.width as usize, told.height as usize) {
        return Err(CodecError::damaged(
            "a picture of another size than its headers tell",
        ));
    }
    let colours = coding.filter(|c| c.primaries != 2 || c.transfer != 2);
    Ok(Picture {
        width: whole.width as u32,
        height: whole.height as u32,
        channels: whole.channels,
        samples: whole.samples,
        profile,
        colours: colours.map(|c| Cicp {
            primaries: c.primaries,
            transfer: c.transfer,
        }),
        bits,
        animated: told.animated,
        gain_map: told.gain_map,
    })
}

/// Pixels of a picture of this size, which encoders may have rounded up.
fn with_margin(width: u32, height: u32) -> u64 {
    (u64::from(width) + ROUNDED).saturating_mul(u64::from(height) + ROUNDED)
}

/// The code points that properties state.
fn stated<'p, 'a: 'p>(mut properties: impl Iterator<Item = &'p Property<'a>>) -> Option<Coding> {
    properties.find_map(|p| match p {
        Property::Colours(coding) => Some(*coding),
        _ => None,
    })
}

fn icc(property: &Property<'_>) -> Option<Vec<u8>> {
    match property {
        Property::Profile(profile) if !profile.is_empty() => Some(profile.to_vec()),
        _ => None,
    }
}

/// A codec, set up for a picture.
enum Coded {
    #[cfg(feature = "heic")]
    Hevc(Box<crate::hevc::Config>),
    #[cfg(feature = "avif")]
    Av1(crate::av1::Config, crate::av1::Layer),
}

impl Coded {
    fn bits(&self) -> u8 {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(config) => config.bits(),
            #[cfg(feature = "avif")]
            Self::Av1(config, _) => config.bits,
        }
    }

    fn size(&self) -> Option<(u32, u32)> {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(config) => config.size(),
            #[cfg(feature = "avif")]
            Self::Av1(..) => None,
        }
    }

    fn decode(&self, data: &[u8], pixels: u64) -> Result<Planes> {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(config) => config.decode(data, pixels),
            #[cfg(feature = "avif")]
            Self::Av1(config, layer) => config.decode(data, *layer, pixels),
        }
    }
}

/// Sets up the codec that an item or a track names.
fn coded<'p, 'a: 'p>(
    kind: &[u8; 4],
    properties: impl Iterator<Item = &'p Property<'a>>,
) -> Result<Coded> {
    let missing = || CodecError::damaged("a picture without its codec's configuration");
    let mut configuration = None;
    #[cfg(feature = "avif")]
    let mut layer = crate::av1::Layer::default();
    for p in properties {
        match p {
            Property::Hevc(body) | Property::Av1(body) => configuration = Some(*body),
            #[cfg(feature = "avif")]
            Property::OperatingPoint(n) => layer.operating_point = *n,
            #[cfg(feature = "avif")]
            Property::Layer(n) => layer.selected = (*n != 0xffff).then_some(*n),
            _ => {}
        }
    }
    match kind {
        #[cfg(feature = "heic")]
        b"hvc1" | b"hev1" => {
            let config = crate::hevc::Config::parse(configuration.ok_or_else(missing)?)?;
            Ok(Coded::Hevc(Box::new(config)))
        }
        #[cfg(feature = "avif")]
        b"av01" => {
            let config = crate::av1::Config::parse(configuration.ok_or_else(missing)?)?;
            Ok(Coded::Av1(config, layer))
        }
        #[cfg(not(feature = "heic"))]
        b"hvc1" | b"hev1" => Err(CodecError::LeftOut {
            format: Format::Heic,
        }),
        #[cfg(not(feature = "avif"))]
        b"av01" => Err(CodecError::LeftOut {
            format: Format::Avif,
        }),
        kind => {
            let _ = (missing, configuration);
            let kind = kind.escape_ascii();
            Err(CodecError::unsupported(format!(
                "pictures of the kind `{kind}`"
            )))
        }
    }
}

/// How tiles are laid out.
struct Grid {
    rows: usize,
    columns: usize,
    width: u32,
    height: u32,
}

impl Grid {
    fn parse(data: &[u8]) -> Result<Self> {
        let mut r = Reader::new(data);
        r.u8()?;
        let wide = r.u8()? & 1 == 1;
        let (rows, columns) = (usize::from(r.u8()?) + 1, usize::from(r.u8()?) + 1);
        let mut side = || {
            if wide {
                r.u32()
            } else {
                r.u16().map(u32::from)
            }
        };
        Ok(Self {
            rows,
            columns,
            width: side()?,
            height: side()?,
        })
    }
}

/// Pictures laid over each other.
struct Overlay {
    fill: [u16; 4],
    width: u32,
    height: u32,
    places: Vec<(i32, i32)>,
}

impl Overlay {
    fn parse(data: &[u8], parts: usize) -> Result<Self> {
        let mut r = Reader::new(data);
        r.u8()?;
        let wide = r.u8()? & 1 == 1;
        let fill = [r.u16()?, r.u16()?, r.u16()?, r.u16()?];
        let side = |r: &mut Reader<'_>| {
            if wide {
                r.u32()
            } else {
                r.u16().map(u32::from)
            }
        };
        let (width, height) = (side(&mut r)?, side(&mut r)?);
        let place = |r: &mut Reader<'_>| {
            if wide {
                r.i32()
            } else {
                r.u16().map(|n| i32::from(n as i16))
            }
        };
        let places = (0..parts).map(|_| Ok((place(&mut r)?, place(&mut r)?)));
        Ok(Self {
            fill,
            width,
            height,
            places: places.collect::<Result<_>>()?,
        })
    }
}

/// A rectangle that a clean aperture keeps, of a picture of this size.
fn aperture(numbers: [u32; 8], width: u32, height: u32) -> Result<[u32; 4]> {
    let bad = || CodecError::damaged("a clean aperture outside of the picture");
    let along = |side: u32, n: &[u32]| {
        let [sn, sd, on, od] = [n[0], n[1], n[2], n[3]].map(|n| i128::from(n as i32));
        if sn <= 0 || sd <= 0 || od <= 0 {
            return Err(bad());
        }
        // The middle of the picture, moved, less half of what is kept: over a common denominator.
        let kept = sn / sd;
        let start = (i128::from(side) - kept) * od + 2 * on;
        let start = start.div_euclid(2 * od);
        if kept < 1 || start < 0 || start + kept > side.into() {
            return Err(bad());
        }
        Ok((start as u32, kept as u32))
    };
    let horizontal = [numbers[0], numbers[1], numbers[4], numbers[5]];
    let vertical = [numbers[2], numbers[3], numbers[6], numbers[7]];
    let (x, w) = along(width, &horizontal)?;
    let (y, h) = along(height, &vertical)?;
    Ok([x, y, w, h])
}

/// Puts a picture together from items.
struct Composer<'f, 'a> {
    file: &'f File<'a>,
    limits: Limits,
    /// The most pixels of a coded picture.
    most: Cell<u64>,
    /// Pixels that were decoded so far, of all items.
    spent: Cell<u64>,
    /// What the colours of the picture are.
    coding: Cell<Option<Coding>>,
    bits: Cell<u8>,
}

impl<'f, 'a> Composer<'f, 'a> {
    fn new(file: &'f File<'a>, limits: Limits) -> Self {
        Self {
            file,
            limits,
            // More are coded than are shown.
            most: Cell::new(
                limits
                    .pixels
                    .saturating_add(limits.pixels / 4)
                    .saturating_add(1 << 16),
            ),
            spent: Cell::new(0),
            coding: Cell::new(None),
            bits: Cell::new(8),
        }
    }

    /// The size of an item before its own turns.
    fn plain_size(&self, id: u32, depth: u32) -> Result<(u32, u32)> {
        let parts = self.file.parts(id, b"dimg");
        match &self.file.item(id)?.kind {
            b"grid" => {
                let grid = Grid::parse(&self.file.data(id)?)?;
                Ok((grid.width, grid.height))
            }
            b"iovl" => {
                let overlay = Overlay::parse(&self.file.data(id)?, parts.len())?;
                Ok((overlay.width, overlay.height))
            }
            b"iden" | b"tmap" => self.upright_size(self.only(&parts, depth)?, depth + 1),
            kind => {
                let coded = coded(kind, self.file.properties(id))?;
                let size = self.file.size(id).or_else(|| coded.size());
                size.ok_or_else(|| CodecError::damaged("a picture without its size"))
            }
        }
    }

    /// Pixels of the largest picture that an item or one of those that it is made of has. Each of
    /// these is looked at once; `seen` are those that are made of others.
    fn coded_pixels(&self, id: u32, seen: &mut HashSet<u32>) -> Result<u64> {
        let (width, height) = self.plain_size(id, 0)?;
        let own = with_margin(width, height);
        let made = [b"grid", b"iovl", b"iden", b"tmap"].contains(&&self.file.item(id)?.kind);
        if !made || !seen.insert(id) {
            return Ok(own);
        }
        if seen.len() > MOST_MADE {
            return Err(CodecError::damaged(
                "too many items that are made of others",
            ));
        }
        let parts = self
            .file
            .parts(id, b"dimg")
            .into_iter()
            .collect::<HashSet<_>>();
        parts.into_iter().try_fold(own, |most, part| {
            Ok(most.max(self.coded_pixels(part, seen)?))
        })
    }

    fn upright_size(&self, id: u32, depth: u32) -> Result<(u32, u32)> {
        self.file.check(id)?;
        let (mut width, mut height) = self.plain_size(id, depth)?;
        for p in self.file.properties(id) {
            match p {
                Property::Crop(n) => [_, _, width, height] = aperture(*n, width, height)?,
                Property::Rotate(n) if n & 1 == 1 => (width, height) = (height, width),
                _ => {}
            }
        }
        Ok((width, height))
    }

    /// The one item that another stands for.
    fn only(&self, parts: &[u32], depth: u32) -> Result<u32> {
        if depth >= DEEPEST {
            return Err(CodecError::damaged("items that are made of each other"));
        }
        let first = parts.first();
        first
            .copied()
            .ok_or_else(|| CodecError::damaged("a picture that is made of nothing"))
    }

    /// Bits per sample as far as the headers tell.
    fn depth(&self, id: u32, depth: u32) -> u8 {
        let Ok(item) = self.file.item(id) else {
            return 0;
        };
        if let Ok(coded) = coded(&item.kind, self.file.properties(id)) {
            return coded.bits();
        }
        let stated = self.file.properties(id).find_map(|p| match p {
            Property::Bits(n) => Some(*n),
            _ => None,
        });
        let parts = self.file.parts(id, b"dimg");
        match self.only(&parts, depth) {
            Ok(part) => self.depth(part, depth + 1),
            Err(_) => stated.unwrap_or(0),
        }
    }

    /// The ICC profile of an item, or of the first that it is made of.
    fn profile(&self, id: u32, depth: u32) -> Option<Vec<u8>> {
        self.file.properties(id).find_map(icc).or_else(|| {
            let part = self.only(&self.file.parts(id, b"dimg"), depth).ok()?;
            self.profile(part, depth + 1)
        })
    }

    /// The code points that are stated for an item, or for the first that it is made of.
    fn stated(&self, id: u32, depth: u32) -> Option<Coding> {
        stated(self.file.properties(id)).or_else(|| {
            let part = self.only(&self.file.parts(id, b"dimg"), depth).ok()?;
            self.stated(part, depth + 1)
        })
    }

    /// Counts pixels against what may be decoded for one picture.
    fn spend(&self, width: u32, height: u32) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height);
        let spent = self.spent.get().saturating_add(pixels);
        // Tiles, opacity and layers, one after another.
        let all = self.limits.pixels.saturating_mul(5).saturating_add(1 << 18);
        if pixels > self.most.get() || spent > all {
            return Err(CodecError::TooLarge { width, height });
        }
        self.spent.set(spent);
        Ok(())
    }

    fn frame(&self, frame: &Frame<'_>) -> Result<Planes> {
        coded(&frame.kind, frame.properties.iter())?.decode(frame.data, self.most.get())
    }

    /// The planes of a coded item or of a grid of such.
    fn planes(&self, id: u32, depth: u32) -> Result<Planes> {
        self.file.check(id)?;
        let item = self.file.item(id)?;
        if &item.kind == b"grid" {
            let grid = Grid::parse(&self.file.data(id)?)?;
            if depth >= DEEPEST {
                return Err(CodecError::damaged("items that are made of each other"));
            }
            return self.grid(&grid, &self.file.parts(id, b"dimg"), depth);
        }
        if &item.kind == b"iden" {
            let part = self.only(&self.file.parts(id, b"dimg"), depth)?;
            return self.tile(part, depth + 1);
        }
        let coded = coded(&item.kind, self.file.properties(id))?;
        if let Some((width, height)) = self.file.size(id) {
            self.spend(width, height)?;
        }
        let size = self.file.size(id);
        let most = size.map_or(self.most.get(), |(width, height)| {
            with_margin(width, height)
        });
        let planes = match coded.decode(&self.file.data(id)?, most) {
            Err(CodecError::TooLarge { .. }) if size.is_some() => Err(CodecError::damaged(
                "a coded picture that is larger than its headers tell",
            )),
            planes => planes,
        }?;
        let (width, height) = (planes.width, planes.height);
        match self.file.size(id) {
            Some((w, h)) if (w as usize, h as usize) != (width, height) => {
                let (w, h) = (w as usize, h as usize);
                // Encoders that round sizes up without saying so in the stream.
                if w == 0 || h == 0 || w > width || h > height || width - w > 63 || height - h > 63
                {
                    return Err(CodecError::damaged(format!(
                        "a picture of {width}x{height} pixels that should have {w}x{h}"
                    )));
                }
                let mut cropped = Planes::like(&planes, w, h);
                cropped.place(&planes, 0, 0)?;
                Ok(cropped)
            }
            Some(_) => Ok(planes),
            None => {
                self.spend(width as u32, height as u32)?;
                Ok(planes)
            }
        }
    }

    /// The planes of an item that must come as it is coded.
    fn tile(&self, id: u32, depth: u32) -> Result<Planes> {
        let turned = self.file.properties(id).any(|p| match p {
            Property::Rotate(n) => *n != 0,
            Property::Crop(_) | Property::Mirror(_) => true,
            _ => false,
        });
        if turned {
            return Err(CodecError::unsupported(
                "tiles that are turned or cropped one by one",
            ));
        }
        self.planes(id, depth)
    }

    fn grid(&self, grid: &Grid, tiles: &[u32], depth: u32) -> Result<Planes> {
        let &Grid {
            rows,
            columns,
            width,
            height,
        } = grid;
        if tiles.len() != rows * columns {
            return Err(CodecError::damaged("a grid without all of its tiles"));
        }
        if width == 0 || height == 0 {
            return Err(CodecError::damaged("a picture of no size"));
        }
        self.spend(width, height)?;
        let mut tiles = tiles.iter();
        let mut whole: Option<(Planes, usize, usize)> = None;
        for row in 0..rows {
            for column in 0..columns {
                let Some(&id) = tiles.next() else { break };
                let tile = self.tile(id, depth + 1)?;
                let (w, h) = (tile.width, tile.height);
                let (planes, tile_width, tile_height) = match &mut whole {
                    Some(whole) => whole,
                    None => {
                        let covered = |side: u32, tile: usize, count: usize| {
                            let side = side as usize;
                            tile * (count - 1) < side && side <= tile * count
                        };
                        if !covered(width, w, columns) || !covered(height, h, rows) {
                            return Err(CodecError::damaged("tiles that do not fit their grid"));
                        }
                        let planes = Planes::like(&tile, width as usize, height as usize);
                        whole.insert((planes, w, h))
                    }
                };
                if (w, h) != (*tile_width, *tile_height) {
                    return Err(CodecError::damaged("tiles of different sizes"));
                }
                planes.place(&tile, column * w, row * h)?;
            }
        }
        let whole = whole.map(|(planes, ..)| planes);
        whole.ok_or_else(|| CodecError::damaged("a grid without tiles"))
    }

    /// The planes of an item's opacity, where it has some.
    fn alpha(&self, id: u32, depth: u32) -> Result<Option<Planes>> {
        if let Some(alpha) = self.file.alpha(id) {
            return self.planes(alpha, depth + 1).map(Some);
        }
        if &self.file.item(id)?.kind != b"grid" {
            return Ok(None);
        }
        // Opacity tile by tile.
        let tiles = self.file.parts(id, b"dimg");
        let alphas: Option<Vec<u32>> = tiles.iter().map(|&tile| self.file.alpha(tile)).collect();
        match alphas {
            Some(alphas) if !alphas.is_empty() => {
                let grid = Grid::parse(&self.file.data(id)?)?;
                self.grid(&grid, &alphas, depth + 1).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// An item, upright.
    fn raster(&self, id: u32, depth: u32) -> Result<Raster> {
        self.file.check(id)?;
        let parts = self.file.parts(id, b"dimg");
        let mut whole = match &self.file.item(id)?.kind {
            b"iovl" => self.overlay(id, &parts, depth)?,
            b"iden" | b"tmap" => self.raster(self.only(&parts, depth)?, depth + 1)?,
            _ => {
                let planes = self.planes(id, depth)?;
                let coding = self.stated(id, depth).unwrap_or(planes.coding);
                if self.coding.get().is_none() {
                    self.coding.set(Some(coding));
                    self.bits.set(planes.bits[0]);
                }
                let alpha = self.alpha(id, depth)?;
                let mut whole = raster(&planes, coding, alpha.is_some())?;
                drop(planes);
                if let Some(alpha) = alpha {
                    let multiplied = !self.file.parts(id, b"prem").is_empty();
                    // HEVC's range is often left unsaid there; opacity always has all of it.
                    let full = alpha.coding.full_range || self.is_hevc(id);
                    whole.set_alpha(&alpha, full, multiplied);
                }
                whole
            }
        };
        for p in self.file.properties(id) {
            match *p {
                Property::Crop(n) => {
                    let (width, height) = (whole.width as u32, whole.height as u32);
                    let [x, y, w, h] = aperture(n, width, height)?.map(|n| n as usize);
                    whole.crop(x, y, w, h);
                }
                // Anticlockwise in the file.
                Property::Rotate(n) => whole.turn((4 - (n & 3)) & 3),
                Property::Mirror(0) => whole.flip(),
                Property::Mirror(_) => whole.mirror(),
                _ => {}
            }
        }
        Ok(whole)
    }

    fn is_hevc(&self, id: u32) -> bool {
        let alpha = self.file.alpha(id).unwrap_or(id);
        let parts = self.file.parts(alpha, b"dimg");
        let mut all = std::iter::once(alpha).chain(parts);
        all.any(|id| {
            self.file
                .item(id)
                .is_ok_and(|item| item.kind.starts_with(b"h"))
        })
    }

    /// Pictures laid over each other on a canvas.
    fn overlay(&self, id: u32, parts: &[u32], depth: u32) -> Result<Raster> {
        let overlay = Overlay::parse(&self.file.data(id)?, parts.len())?;
        self.only(parts, depth)?;
        let Overlay {
            fill,
            width,
            height,
            places,
        } = overlay;
        if width == 0 || height == 0 {
            return Err(CodecError::damaged("a picture of no size"));
        }
        let pixels = u64::from(width) * u64::from(height);
        self.limits
            .check(width, height, pixels.saturating_mul(16))?;
        self.spend(width, height)?;
        let (w, h) = (width as usize, height as usize);
        let mut canvas = vec![fill; w * h];
        for (&part, &(left, top)) in parts.iter().zip(&places) {
            let above = self.raster(part, depth + 1)?;
            let (left, top) = (i64::from(left), i64::from(top));
            for y in 0..above.height {
                let row = top + y as i64;
                if !(0..h as i64).contains(&row) {
                    continue;
                }
                for x in 0..above.width {
                    let column = left + x as i64;
                    if (0..w as i64).contains(&column) {
                        let below = &mut canvas[row as usize * w + column as usize];
                        *below = over(above.pixel(y * above.width + x), *below);
                    }
                }
            }
        }
        let clear = canvas.iter().any(|pixel| pixel[3] < u16::MAX);
        let channels = if clear { Channels::Rgba } else { Channels::Rgb };
        let count = channels.count();
        let samples = canvas.iter().flat_map(|pixel| &pixel[..count]).copied();
        let samples = if self.bits.get() > 8 {
            Samples::Sixteen(samples.collect())
        } else {
            Samples::Eight(
                samples
                    .map(|n| ((u32::from(n) + 128) / 257) as u8)
                    .collect(),
            )
        };
        Ok(Raster {
            width: w,
            height: h,
            channels,
            samples,
        })
    }
}

/// A pixel seen through another, both with straight opacity.
fn over(above: [u16; 4], below: [u16; 4]) -> [u16; 4] {
    const MOST: u64 = u16::MAX as u64;
    let (a, b) = (u64::from(above[3]), u64::from(below[3]));
    if a == MOST || b == 0 {
        return above;
    }
    // Opacity times 65535.
    let opacity = a * MOST + b * (MOST - a);
    let mut out = [0; 4];
    for c in 0..3 {
        let sum = u64::from(above[c]) * a * MOST + u64::from(below[c]) * b * (MOST - a);
        out[c] = ((sum + opacity / 2) / opacity.max(1)) as u16;
    }
    out[3] = ((opacity + MOST / 2) / MOST) as u16;
    out
}
