//! AV1 pictures, by `re_rav1d`.

use re_rav1d::{Decoder, Error, PixelLayout, PlanarImageComponent, Settings};

use crate::error::{CodecError, Result};
use crate::planes::{Coding, Layout, Planes};
use crate::reader::{Bits, Reader};

/// What a `av1C` box holds.
pub(crate) struct Config {
    /// A sequence header, for data that comes without its own.
    header: Vec<u8>,
    pub bits: u8,
}

/// How many times the pixels of a picture its sequence may state, and its frames have together.
const MOST_STATED: u64 = 16;

/// The shortest run of zeros that counts as damage: what never came is zeros. Arithmetic-coded data
/// has few in a row but where the picture is flat, and then less than a byte for 16 x 16 pixels.
const LEAST_RUN: usize = 64;

/// Which of several layers is wanted.
#[derive(Clone, Copy, Default)]
pub(crate) struct Layer {
    /// From `a1op`.
    pub operating_point: u8,
    /// From `lsel`, where one is chosen.
    pub selected: Option<u16>,
}

impl Config {
    pub fn parse(body: &[u8]) -> Result<Self> {
        let mut r = Reader::new(body);
        if r.u8()? != 0x81 {
            return Err(CodecError::unsupported(
                "an AV1 configuration of a newer version",
            ));
        }
        r.u8()?;
        let flags = r.u8()?;
        r.u8()?;
        let bits = match (flags & 0x40 != 0, flags & 0x20 != 0) {
            (false, _) => 8,
            (true, false) => 10,
            (true, true) => 12,
        };
        Ok(Self {
            header: r.rest().to_vec(),
            bits,
        })
    }

    /// Decodes one picture of at most `pixels` pixels.
    pub fn decode(&self, data: &[u8], layer: Layer, pixels: u64) -> Result<Planes> {
        // A sequence may state more than its frames have.
        let stated = pixels.saturating_mul(MOST_STATED);
        let own = sequence(data, stated)?;
        let (stream, sequence) = match own {
            Some(own) => (data.to_vec(), own),
            None => {
                let stream = [&self.header, data].concat();
                let header = sequence(&self.header, stated)?;
                (
                    stream,
                    header.ok_or_else(|| CodecError::damaged("AV1 without its header"))?,
                )
            }
        };
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_operating_point(layer.operating_point.min(31).into());
        settings.set_all_layers(layer.selected.is_some());
        settings.set_frame_size_limit(pixels.clamp(1, u32::MAX.into()) as u32);
        let mut decoder = Decoder::with_settings(&settings).map_err(error)?;

        let mut shown: Option<re_rav1d::Picture> = None;
        let (mut count, mut spent) = (0, 0_u64);
        let mut idle = 0;
        match decoder.send_data(stream, None, None, None) {
            Ok(()) | Err(Error::Again) => {}
            Err(e) => return Err(error(e)),
        }
        while idle < 2 && count < 64 {
            match decoder.get_picture() {
                Ok(picture) => {
                    idle = 0;
                    let (width, height) = (picture.width(), picture.height());
                    spent = u64::from(width)
                        .saturating_mul(height.into())
                        .saturating_add(spent);
                    if spent > stated {
                        return Err(CodecError::TooLarge { width, height });
                    }
                    if layer.selected.is_none_or(|n| count <= n) {
                        shown = Some(picture);
                    }
                    count += 1;
                    continue;
                }
                Err(Error::Again) => idle += 1,
                Err(e) => return Err(error(e)),
            }
            match decoder.send_pending_data() {
                Ok(()) | Err(Error::Again) => {}
                Err(e) => return Err(error(e)),
            }
        }
        if layer.selected.is_some_and(|n| count <= n) {
            return Err(CodecError::damaged(
                "AV1: the layer that is asked for is not there",
            ));
        }
        let picture = shown.ok_or(CodecError::Truncated)?;
        let blocks = |side: u32| side.div_ceil(16) as usize;
        let flat = blocks(picture.width()) * blocks(picture.height());
        if longest_zeros(data) >= flat.max(LEAST_RUN) {
            return Err(CodecError::damaged("AV1: a long run of zeros in the data"));
        }
        planes(&picture, sequence.coding)
    }
}

fn longest_zeros(data: &[u8]) -> usize {
    let runs = data.chunk_by(|a, b| (*a == 0) == (*b == 0));
    let zeros = runs.filter(|run| run.first() == Some(&0));
    zeros.map(<[u8]>::len).max().unwrap_or(0)
}

/// Copies the planes of a decoded picture.
fn planes(picture: &re_rav1d::Picture, coding: Coding) -> Result<Planes> {
    let layout = match picture.pixel_layout() {
        PixelLayout::I400 => Layout::Grey,
        PixelLayout::I420 => Layout::Yuv420,
        PixelLayout::I422 => Layout::Yuv422,
        PixelLayout::I444 => Layout::Yuv444,
    };
    let bits = picture.bit_depth() as u8;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut planes = Planes {
        width,
        height,
        layout,
        bits: [bits; 2],
        coding,
        data: Vec::with_capacity(3),
    };
    let components = [
        PlanarImageComponent::Y,
        PlanarImageComponent::U,
        PlanarImageComponent::V,
    ];
    for (p, component) in components.into_iter().enumerate() {
        if p > 0 && layout == Layout::Grey {
            break;
        }
        let (w, h) = planes.size(p);
        let stride = picture.stride(component) as usize;
        let plane = picture.plane(component);
        let mut out = Vec::with_capacity(w * h);
        let bytes = if bits > 8 { 2 } else { 1 };
        for row in plane.chunks(stride.max(1)).take(h) {
            let row = row.get(..w * bytes).ok_or(CodecError::Truncated)?;
            if bytes == 1 {
                out.extend(row.iter().map(|&b| u16::from(b)));
            } else {
                out.extend(
                    row.chunks_exact(2)
                        .map(|b| u16::from_ne_bytes([b[0], b[1]])),
                );
            }
        }
        if out.len() != w * h || out.is_empty() {
            return Err(CodecError::damaged("a picture whose size does not add up"));
        }
        planes.data.push(out);
    }
    Ok(planes)
}

/// What a sequence header says.
#[derive(Clone, Copy)]
struct Sequence {
    coding: Coding,
}

/// The first sequence header in `data`. Every one that asks for more pixels than allowed is refused.
fn sequence(data: &[u8], pixels: u64) -> Result<Option<Sequence>> {
    let mut found = None;
    let mut r = Reader::new(data);
    while !r.is_empty() {
        let head = r.u8()?;
        if head & 0x80 != 0 {
            return Err(CodecError::damaged("AV1: a unit with a forbidden bit"));
        }
        if head & 4 != 0 {
            r.u8()?;
        }
        let body = if head & 2 != 0 {
            let size = leb128(&mut r)?;
            r.take(usize::try_from(size).map_err(|_| CodecError::Truncated)?)?
        } else {
            let rest = r.rest();
            r.take(rest.len())?
        };
        if head >> 3 & 15 == 1 {
            let (sequence, width, height) = sequence_header(body)?;
            if u64::from(width) * u64::from(height) > pixels {
                return Err(CodecError::TooLarge { width, height });
            }
            found.get_or_insert(sequence);
        }
    }
    Ok(found)
}

fn leb128(r: &mut Reader<'_>) -> Result<u64> {
    let mut value = 0;
    for i in 0..8 {
        let byte = r.u8()?;
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(CodecError::damaged("AV1: a length of too many bytes"))
}

/// Reads a sequence header as far as its colours.
fn sequence_header(body: &[u8]) -> Result<(Sequence, u32, u32)> {
    let mut b = Bits::new(body);
    let profile = b.bits(3)?;
    b.bits(1)?;
    let reduced = b.flag()?;
    if reduced {
        b.bits(5)?;
    } else {
        let mut delay_bits = None;
        if b.flag()? {
            b.bits(32)?;
            b.bits(32)?;
            if b.flag()? {
                let mut zeros = 0;
                while !b.flag()? {
                    zeros += 1;
                }
                if zeros < 32 {
                    b.bits(zeros)?;
                }
            }
            if b.flag()? {
                delay_bits = Some(b.bits(5)? + 1);
                b.bits(32)?;
                b.bits(10)?;
            }
        }
        let display_delay = b.flag()?;
        for _ in 0..=b.bits(5)? {
            b.bits(12)?;
            if b.bits(5)? > 7 {
                b.bits(1)?;
            }
            if let Some(n) = delay_bits
                && b.flag()?
            {
                b.bits(n)?;
                b.bits(n)?;
                b.bits(1)?;
            }
            if display_delay && b.flag()? {
                b.bits(4)?;
            }
        }
    }
    let (w, h) = (b.bits(4)? + 1, b.bits(4)? + 1);
    let (width, height) = (b.bits(w)? + 1, b.bits(h)? + 1);
    if !reduced && b.flag()? {
        b.bits(7)?;
    }
    b.bits(3)?;
    if !reduced {
        b.bits(4)?;
        let order_hint = b.flag()?;
        if order_hint {
            b.bits(2)?;
        }
        let screen_content = if b.flag()? { 2 } else { b.bits(1)? };
        if screen_content > 0 && !b.flag()? {
            b.bits(1)?;
        }
        if order_hint {
            b.bits(3)?;
        }
    }
    b.bits(3)?;
    let high = b.flag()?;
    if profile == 2 && high {
        b.bits(1)?;
    }
    let grey = profile != 1 && b.flag()?;
    let (mut primaries, mut transfer, mut matrix) = (2, 2, 2);
    if b.flag()? {
        (primaries, transfer, matrix) = (b.bits(8)?, b.bits(8)?, b.bits(8)?);
    }
    let srgb = !grey && (primaries, transfer, matrix) == (1, 13, 0);
    let full_range = srgb || b.flag()?;
    let [primaries, transfer, matrix] = [primaries, transfer, matrix].map(|n| n as u16);
    let coding = Coding {
        primaries,
        transfer,
        matrix,
        full_range,
    };
    Ok((Sequence { coding }, width, height))
}

fn error(error: Error) -> CodecError {
    match error {
        Error::UnsupportedBitstream => CodecError::unsupported("AV1: a stream of this kind"),
        Error::NotEnoughMemory => CodecError::unsupported("AV1: not enough memory"),
        _ => CodecError::damaged("AV1: the picture cannot be decoded"),
    }
}
