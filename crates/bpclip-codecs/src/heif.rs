//! The boxes of a HEIF file: its items, what they refer to, and its tracks.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::error::{CodecError, Result};
use crate::planes::Coding;
use crate::reader::{Reader, boxes, find};

/// The most items that are looked at; phones write some hundreds.
const MOST_ITEMS: u64 = 1 << 16;

/// A property of an item.
#[derive(Clone, Debug)]
pub(crate) enum Property<'a> {
    Size(u32, u32),
    Bits(u8),
    Colours(Coding),
    Profile(&'a [u8]),
    Rotate(u8),
    /// Top to bottom if 0, left to right if 1.
    Mirror(u8),
    Crop([u32; 8]),
    Auxiliary(&'a [u8]),
    Hevc(&'a [u8]),
    Av1(&'a [u8]),
    OperatingPoint(u8),
    Layer(u16),
    /// Known, and of no account for the picture.
    Known,
    Unknown([u8; 4]),
    /// Cannot be read.
    Broken([u8; 4]),
}

/// Where the data of an item is.
#[derive(Clone, Debug, Default)]
struct Place {
    method: u8,
    base: u64,
    /// Index, offset and length.
    extents: Vec<(u64, u64, u64)>,
    elsewhere: bool,
}

/// An item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub kind: [u8; 4],
    place: Option<Place>,
    /// Indices of properties, and whether each is essential.
    properties: Vec<(usize, bool)>,
    protected: bool,
    /// Whether it is an XMP.
    pub xmp: bool,
}

/// The first frame of a track.
pub(crate) struct Frame<'a> {
    pub data: &'a [u8],
    pub properties: Vec<Property<'a>>,
    pub width: u32,
    pub height: u32,
    pub kind: [u8; 4],
    /// Quarter turns clockwise.
    pub turns: u8,
}

/// The boxes of a file.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    primary: Option<u32>,
    items: HashMap<u32, Item>,
    properties: Vec<Property<'a>>,
    /// Kind, from, to; in the file's order.
    references: Vec<([u8; 4], u32, Vec<u32>)>,
    idat: Option<&'a [u8]>,
    moov: Option<&'a [u8]>,
    /// How many bytes may still be handed out as items' data.
    allowance: Cell<u64>,
}

impl<'a> File<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut file = Self {
            bytes,
            primary: None,
            items: HashMap::new(),
            properties: Vec::new(),
            references: Vec::new(),
            idat: None,
            moov: None,
            allowance: Cell::new(
                (bytes.len() as u64)
                    .saturating_mul(16)
                    .saturating_add(1 << 16),
            ),
        };
        let mut meta = None;
        let mut short = false;
        for b in boxes(bytes) {
            match &b.kind {
                b"meta" if meta.is_none() => meta = Some(b.whole()?),
                b"moov" if file.moov.is_none() => file.moov = Some(b.whole()?),
                b"mini" => {
                    return Err(CodecError::unsupported(
                        "the low-overhead header, a `mini` box",
                    ));
                }
                _ => {}
            }
            short |= b.short;
        }
        if let Some(meta) = meta {
            file.meta(meta)?;
        } else if file.moov.is_none() {
            return Err(if short || boxes(bytes).count() < 2 {
                CodecError::Truncated
            } else {
                CodecError::damaged("no picture in it: neither a `meta` nor a `moov` box")
            });
        }
        Ok(file)
    }

    fn meta(&mut self, body: &'a [u8]) -> Result<()> {
        let mut r = Reader::new(body);
        r.full()?;
        let body = r.rest();
        for b in boxes(body) {
            let inner = b.whole()?;
            match &b.kind {
                b"pitm" => {
                    let mut r = Reader::new(inner);
                    let (version, _) = r.full()?;
                    self.primary = Some(if version == 0 {
                        r.u16()?.into()
                    } else {
                        r.u32()?
                    });
                }
                b"iinf" => self.iinf(inner)?,
                b"iloc" => self.iloc(inner)?,
                b"iref" => self.iref(inner)?,
                b"iprp" => self.iprp(inner)?,
                b"idat" => self.idat = Some(inner),
                _ => {}
            }
        }
        Ok(())
    }

    fn iinf(&mut self, body: &'a [u8]) -> Result<()> {
        let mut r = Reader::new(body);
        let (version, _) = r.full()?;
        if version == 0 {
            r.u16()?.into()
        } else {
            r.u32()?
        };
        for b in boxes(r.rest()).filter(|b| &b.kind == b"infe") {
            let mut r = Reader::new(b.whole()?);
            let (version, _) = r.full()?;
            if version < 2 {
                continue;
            }
            let id = if version == 2 {
                r.u16()?.into()
            } else {
                r.u32()?
            };
            let protected = r.u16()? != 0;
            let kind = r.kind()?;
            if self.items.len() as u64 >= MOST_ITEMS {
                return Err(CodecError::damaged("more items than any file needs"));
            }
            let item = self.items.entry(id).or_default();
            (item.kind, item.protected) = (kind, protected);
            // The name stands before the type of the content.
            r.text();
            item.xmp = &kind == b"mime" && r.text() == b"application/rdf+xml";
        }
        Ok(())
    }

    fn iloc(&mut self, body: &'a [u8]) -> Result<()> {
        let mut r = Reader::new(body);
        let (version, _) = r.full()?;
        let sizes = r.u16()?;
        let nibble = |n: u16| usize::from(sizes >> n & 15);
        let (offset, length, base) = (nibble(12), nibble(8), nibble(4));
        let index = if version > 0 { nibble(0) } else { 0 };
        if [offset, length, base, index]
            .iter()
            .any(|n| ![0, 4, 8].contains(n))
        {
            return Err(CodecError::damaged("numbers of an odd size in `iloc`"));
        }
        let count = if version < 2 {
            r.u16()?.into()
        } else {
            r.u32()?
        };
        for _ in 0..count {
            let id = if version < 2 {
                r.u16()?.into()
            } else {
                r.u32()?
            };
            let mut place = Place::default();
            if version > 0 {
                place.method = (r.u16()? & 15) as u8;
            }
            place.elsewhere = r.u16()? != 0;
            place.base = r.uint(base)?;
            for _ in 0..r.u16()? {
                if offset + length + index == 0 && !place.extents.is_empty() {
                    return Err(CodecError::damaged("many pieces of no size in `iloc`"));
                }
                place
                    .extents
                    .push((r.uint(index)?, r.uint(offset)?, r.uint(length)?));
            }
            if self.items.len() as u64 >= MOST_ITEMS {
                return Err(CodecError::damaged("more items than any file needs"));
            }
            self.items.entry(id).or_default().place = Some(place);
        }
        Ok(())
    }

    fn iref(&mut self, body: &'a [u8]) -> Result<()> {
        let mut r = Reader::new(body);
        let (version, _) = r.full()?;
        for b in boxes(r.rest()) {
            let mut r = Reader::new(b.whole()?);
            let id = |r: &mut Reader<'_>| {
                if version == 0 {
                    r.u16().map(u32::from)
                } else {
                    r.u32()
                }
            };
            let from = id(&mut r)?;
            let to = (0..r.u16()?).map(|_| id(&mut r)).collect::<Result<_>>()?;
            self.references.push((b.kind, from, to));
        }
        Ok(())
    }

    fn iprp(&mut self, body: &'a [u8]) -> Result<()> {
        for b in boxes(find(body, b"ipco")?.unwrap_or_default()) {
            let property = property(b.kind, b.whole()?).unwrap_or(Property::Broken(b.kind));
            self.properties.push(property);
        }
        for b in boxes(body).filter(|b| &b.kind == b"ipma") {
            let mut r = Reader::new(b.whole()?);
            let (version, flags) = r.full()?;
            for _ in 0..r.u32()? {
                let id = if version == 0 {
                    r.u16()?.into()
                } else {
                    r.u32()?
                };
                let count = r.u8()?;
                let mut listed = Vec::with_capacity(count.into());
                for _ in 0..count {
                    let (index, essential) = if flags & 1 == 1 {
                        let n = r.u16()?;
                        (n & 0x7fff, n >> 15 == 1)
                    } else {
                        let n = r.u8()?;
                        (u16::from(n & 0x7f), n >> 7 == 1)
                    };
                    if index > 0 {
                        listed.push((usize::from(index) - 1, essential));
                    }
                }
                if let Some(item) = self.items.get_mut(&id)
                    && item.properties.is_empty()
                {
                    item.properties = listed;
                }
            }
        }
        Ok(())
    }

    /// The picture that the file is about, where it has a usable one.
    pub fn primary(&self) -> Option<u32> {
        self.primary.filter(|id| self.items.contains_key(id))
    }

    pub fn item(&self, id: u32) -> Result<&Item> {
        self.items
            .get(&id)
            .ok_or_else(|| CodecError::damaged(format!("no item {id} in it")))
    }

    pub fn properties(&self, id: u32) -> impl Iterator<Item = &Property<'a>> {
        let listed = self.items.get(&id).map(|item| item.properties.as_slice());
        listed
            .unwrap_or_default()
            .iter()
            .filter_map(|&(n, _)| self.properties.get(n))
    }

    /// Refuses an item that cannot be shown as its maker demands.
    pub fn check(&self, id: u32) -> Result<()> {
        let item = self.item(id)?;
        if item.protected {
            return Err(CodecError::unsupported("an encrypted picture"));
        }
        for &(n, essential) in &item.properties {
            match self.properties.get(n) {
                Some(Property::Unknown(kind)) if essential => {
                    return Err(CodecError::unsupported(demanded(kind)));
                }
                Some(Property::Broken(kind)) => {
                    let kind = kind.escape_ascii();
                    return Err(CodecError::damaged(format!("its property `{kind}`")));
                }
                None => return Err(CodecError::damaged("a property that is not there")),
                _ => {}
            }
        }
        Ok(())
    }

    pub fn size(&self, id: u32) -> Option<(u32, u32)> {
        self.properties(id).find_map(|p| match p {
            Property::Size(w, h) => Some((*w, *h)),
            _ => None,
        })
    }

    /// What an item is made of, in order.
    pub fn parts(&self, id: u32, kind: &[u8; 4]) -> Vec<u32> {
        let matching = self
            .references
            .iter()
            .filter(|(k, from, _)| k == kind && *from == id);
        matching.flat_map(|(_, _, to)| to).copied().collect()
    }

    /// The items that refer to this one.
    pub fn referring(&self, id: u32, kind: &[u8; 4]) -> impl Iterator<Item = u32> {
        let matching = self
            .references
            .iter()
            .filter(move |(k, _, to)| k == kind && to.contains(&id));
        matching.map(|(_, from, _)| *from)
    }

    /// The item with an item's opacity.
    pub fn alpha(&self, id: u32) -> Option<u32> {
        self.referring(id, b"auxl").find(|&aux| {
            self.properties(aux).any(|p| {
                matches!(
                    p,
                    Property::Auxiliary(
                        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
                            | b"urn:mpeg:hevc:2015:auxid:1"
                    )
                )
            })
        })
    }

    /// Whether a gain map lies beside the primary picture.
    pub fn gain_map(&self) -> bool {
        let auxiliary = |id: &u32| {
            self.properties(*id).any(|p| match p {
                Property::Auxiliary(name) => name.ends_with(b":hdrgainmap"),
                _ => false,
            })
        };
        self.items
            .iter()
            .any(|(id, item)| &item.kind == b"tmap" || auxiliary(id))
    }

    /// The first item of which this is so.
    pub fn first(&self, is: impl Fn(&Item) -> bool) -> Option<u32> {
        let found = self.items.iter().filter(|(_, item)| is(item));
        found.map(|(id, _)| *id).min()
    }

    /// Where the data of an item stands in the file, as offsets and lengths; `None` where it does not
    /// stand in the file itself.
    pub fn in_file(&self, id: u32) -> Option<Vec<(u64, u64)>> {
        let place = self.items.get(&id)?.place.as_ref()?;
        let here = place.method == 0 && !place.elsewhere;
        let extents = place.extents.iter();
        let extents =
            extents.map(|(_, offset, length)| (place.base.saturating_add(*offset), *length));
        here.then(|| extents.collect())
    }

    /// The data of an item.
    pub fn data(&self, id: u32) -> Result<Cow<'a, [u8]>> {
        self.data_within(id, &mut HashSet::new())
    }

    fn data_within(&self, id: u32, seen: &mut HashSet<u32>) -> Result<Cow<'a, [u8]>> {
        if !seen.insert(id) || seen.len() > 8 {
            return Err(CodecError::damaged("items that are made of each other"));
        }
        let item = self.item(id)?;
        let place = item.place.as_ref();
        let place = place.ok_or_else(|| CodecError::damaged(format!("item {id} has no data")))?;
        if place.elsewhere {
            return Err(CodecError::unsupported(
                "a picture whose data is in another file",
            ));
        }
        let sources: Vec<Cow<'a, [u8]>> = match place.method {
            0 => vec![Cow::Borrowed(self.bytes)],
            1 => vec![Cow::Borrowed(self.idat.ok_or(CodecError::Truncated)?)],
            2 => {
                let from = self.parts(id, b"iloc");
                let data = from.iter().map(|&id| self.data_within(id, seen));
                data.collect::<Result<_>>()?
            }
            _ => return Err(CodecError::unsupported("item data of an unknown kind")),
        };
        let mut whole: Cow<'a, [u8]> = Cow::Borrowed(&[]);
        for &(index, offset, length) in &place.extents {
            let n = if place.method == 2 {
                index.max(1) as usize - 1
            } else {
                0
            };
            let source = sources.get(n).ok_or(CodecError::Truncated)?;
            let start = place
                .base
                .checked_add(offset)
                .ok_or(CodecError::Truncated)?;
            let available = (source.len() as u64)
                .checked_sub(start)
                .ok_or(CodecError::Truncated)?;
            let length = if length == 0 && place.extents.len() == 1 {
                available
            } else {
                length
            };
            if length > available {
                return Err(CodecError::Truncated);
            }
            let left = self.allowance.get().checked_sub(length);
            let left =
                left.ok_or_else(|| CodecError::damaged("the same data is used over and over"))?;
            self.allowance.set(left);
            let range = start as usize..(start + length) as usize;
            let piece = match source {
                Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range]),
                Cow::Owned(bytes) => Cow::Owned(bytes[range].to_vec()),
            };
            if whole.is_empty() {
                whole = piece;
            } else {
                whole.to_mut().extend_from_slice(&piece);
            }
        }
        if whole.is_empty() {
            return Err(CodecError::damaged(format!("item {id} is empty")));
        }
        Ok(whole)
    }

    /// Whether a track of the file has several frames to show.
    pub fn animated(&self) -> bool {
        let tracks = boxes(self.moov.unwrap_or_default()).filter(|b| &b.kind == b"trak");
        tracks
            .filter_map(|b| Track::parse(b.body).ok()?)
            .any(|track| track.frames > 1)
    }

    /// The first frame of the first track of pictures.
    pub fn first_frame(&self) -> Result<Frame<'a>> {
        let mut tracks = boxes(self.moov.unwrap_or_default()).filter(|b| &b.kind == b"trak");
        let track = tracks.find_map(|b| Track::parse(b.body).transpose());
        let track = track.unwrap_or_else(|| Err(CodecError::damaged("no picture in it")))?;
        let length = u64::from(track.length);
        let end = track
            .offset
            .checked_add(length)
            .ok_or(CodecError::Truncated)?;
        if end > self.bytes.len() as u64 || length == 0 {
            return Err(CodecError::Truncated);
        }
        let data = &self.bytes[track.offset as usize..end as usize];
        let Track {
            kind,
            width,
            height,
            properties,
            turns,
            ..
        } = track;
        Ok(Frame {
            data,
            properties,
            width,
            height,
            kind,
            turns,
        })
    }
}

/// What is wanted of a track.
struct Track<'a> {
    kind: [u8; 4],
    width: u32,
    height: u32,
    properties: Vec<Property<'a>>,
    frames: u32,
    offset: u64,
    length: u32,
    turns: u8,
}

impl<'a> Track<'a> {
    /// Reads a track; none if it has something else than pictures.
    fn parse(body: &'a [u8]) -> Result<Option<Self>> {
        let inside = |body: &'a [u8], kind: &[u8; 4]| {
            let missing = || {
                let kind = kind.escape_ascii();
                CodecError::damaged(format!("a track without its `{kind}` box"))
            };
            find(body, kind)?.ok_or_else(missing)
        };
        let mdia = inside(body, b"mdia")?;
        let mut r = Reader::new(inside(mdia, b"hdlr")?);
        r.take(8)?;
        if ![*b"pict", *b"vide"].contains(&r.kind()?) {
            return Ok(None);
        }
        let mut r = Reader::new(inside(body, b"tkhd")?);
        let (version, _) = r.full()?;
        r.take(if version == 1 { 32 } else { 20 } + 16)?;
        let (a, b, _, c, d) = (r.i32()?, r.i32()?, r.i32()?, r.i32()?, r.i32()?);
        let turns = match (a.signum(), b.signum(), c.signum(), d.signum()) {
            (0, 1, -1, 0) => 1,
            (-1, 0, 0, -1) => 2,
            (0, -1, 1, 0) => 3,
            _ => 0,
        };
        let stbl = inside(inside(mdia, b"minf")?, b"stbl")?;

        let mut r = Reader::new(inside(stbl, b"stsd")?);
        r.full()?;
        r.u32()?;
        let entry = boxes(r.rest()).next().ok_or(CodecError::Truncated)?;
        let mut r = Reader::new(entry.whole()?);
        r.take(24)?;
        let (width, height) = (r.u16()?.into(), r.u16()?.into());
        r.take(50)?;
        let mut properties = Vec::new();
        for b in boxes(r.rest()) {
            properties.push(property(b.kind, b.whole()?)?);
        }

        let (frames, length) = if let Some(stsz) = find(stbl, b"stsz")? {
            let mut r = Reader::new(stsz);
            r.full()?;
            let (all, frames) = (r.u32()?, r.u32()?);
            (frames, if all > 0 { all } else { r.u32()? })
        } else {
            let mut r = Reader::new(inside(stbl, b"stz2")?);
            r.full()?;
            let (bits, frames) = (r.u32()? & 0xff, r.u32()?);
            let first = u32::from(r.u8()?);
            let length = match bits {
                4 => first >> 4,
                8 => first,
                _ => first << 8 | u32::from(r.u8()?),
            };
            (frames, length)
        };
        let (offsets, wide) = match find(stbl, b"stco")? {
            Some(stco) => (stco, false),
            None => (inside(stbl, b"co64")?, true),
        };
        let mut r = Reader::new(offsets);
        r.full()?;
        r.u32()?;
        let offset = r.uint(if wide { 8 } else { 4 })?;
        let kind = entry.kind;
        Ok(Some(Self {
            kind,
            width,
            height,
            properties,
            frames,
            offset,
            length,
            turns,
        }))
    }
}

fn property(kind: [u8; 4], body: &[u8]) -> Result<Property<'_>> {
    let mut r = Reader::new(body);
    Ok(match &kind {
        b"ispe" => {
            r.full()?;
            Property::Size(r.u32()?, r.u32()?)
        }
        b"pixi" => {
            r.full()?;
            let channels = r.u8()?;
            Property::Bits(if channels > 0 { r.u8()? } else { 0 })
        }
        b"colr" => match &r.kind()? {
            b"nclx" => Property::Colours(Coding {
                primaries: r.u16()?,
                transfer: r.u16()?,
                matrix: r.u16()?,
                full_range: r.u8()? & 0x80 != 0,
            }),
            b"prof" | b"rICC" => Property::Profile(r.rest()),
            _ => Property::Known,
        },
        b"irot" => Property::Rotate(r.u8()? & 3),
        b"imir" => Property::Mirror(r.u8()? & 1),
        b"clap" => {
            let mut numbers = [0; 8];
            for n in &mut numbers {
                *n = r.u32()?;
            }
            Property::Crop(numbers)
        }
        b"auxC" => {
            r.full()?;
            Property::Auxiliary(r.text())
        }
        b"hvcC" => Property::Hevc(body),
        b"av1C" => Property::Av1(body),
        b"a1op" => Property::OperatingPoint(r.u8()?),
        b"lsel" => Property::Layer(r.u16()?),
        b"a1lx" | b"pasp" | b"clli" | b"mdcv" | b"cclv" | b"amve" | b"rloc" | b"lhvC" | b"oinf"
        | b"tols" | b"udes" | b"altt" | b"aebr" | b"wbbr" | b"fobr" | b"afbr" | b"dobr"
        | b"pano" | b"crtt" | b"mdft" | b"reve" | b"ndwt" | b"cmin" | b"cmex" | b"prdi"
        | b"subs" | b"free" | b"skip" | b"btrt" | b"ccst" | b"auxi" | b"uuid" => Property::Known,
        _ => Property::Unknown(kind),
    })
}
/// What a picture is that must be shown with a property of this kind.
fn demanded(kind: &[u8; 4]) -> String {
    let what = match kind {
        b"avcC" => "AVC (H.264)",
        b"vvcC" | b"vvnC" => "VVC (H.266)",
        b"evcC" => "EVC",
        b"j2kH" => "JPEG 2000",
        b"jpgC" => "JPEG",
        b"uncC" | b"cmpd" | b"cmpC" | b"icef" => "pixels without a codec",
        b"rref" => "a picture that is predicted from others",
        _ => {
            let kind = kind.escape_ascii();
            return format!("a picture that must be shown with its property `{kind}`");
        }
    };
    format!("{what} within HEIF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_property_demands_is_called_by_its_name() {
        assert_eq!(demanded(b"avcC"), "AVC (H.264) within HEIF");
        assert!(demanded(b"a\x1bcd").ends_with("property `a\\x1bcd`"));
    }
}
