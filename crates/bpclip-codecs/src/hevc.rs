//! HEVC pictures, by `heifer-hevc-dec`.

use heifer_hevc_dec::Error;
use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer_hevc_dec::nal::NalUnit;
use heifer_hevc_dec::params::Sps;

use crate::error::{CodecError, Result};
use crate::planes::{Coding, Layout, Planes};
use crate::reader::Reader;

/// The longest side that is decoded: encoders of stills go beyond the levels of HEVC.
const LONGEST_SIDE: u32 = 1 << 16;

/// What a `hvcC` box holds.
pub(crate) struct Config {
    /// Bytes of the length before each unit.
    length_size: usize,
    /// Parameter sets, each after a start code.
    sets: Vec<u8>,
    /// The first sequence parameter set.
    sps: Option<Sps>,
    bits: u8,
}

impl Config {
    pub fn parse(body: &[u8]) -> Result<Self> {
        let mut r = Reader::new(body);
        let version = r.u8()?;
        if version != 1 {
            return Err(CodecError::unsupported(
                "an HEVC configuration of a newer version",
            ));
        }
        r.take(16)?;
        let bits = (r.u8()? & 7) + 8;
        r.take(3)?;
        let length_size = usize::from(r.u8()? & 3) + 1;
        let mut sets = Vec::new();
        let mut sps = None;
        for _ in 0..r.u8()? {
            r.u8()?;
            for _ in 0..r.u16()? {
                let length = usize::from(r.u16()?);
                let unit = r.take(length)?;
                push(&mut sets, unit);
                if sps.is_none() && unit.len() > 2 && unit[0] >> 1 == 33 && !upper_layer(unit) {
                    let unit = NalUnit::parse(unit).map_err(error)?;
                    sps = Sps::parse(&unit.rbsp).ok();
                }
            }
        }
        Ok(Self {
            length_size,
            sets,
            sps,
            bits,
        })
    }

    pub fn bits(&self) -> u8 {
        self.sps
            .as_ref()
            .map_or(self.bits, |sps| sps.bit_depth_luma)
    }

    /// The size that the parameter sets give.
    pub fn size(&self) -> Option<(u32, u32)> {
        let sps = self.sps.as_ref()?;
        let (w, h) = (
            sps.pic_width_in_luma_samples,
            sps.pic_height_in_luma_samples,
        );
        let (sx, sy) = sps.chroma_subsampling();
        let [l, r, t, b] = sps.conf_win_offsets.map(u64::from);
        let cut = |side: u32, ends: u64, step: u32| {
            u64::from(side)
                .checked_sub(ends * u64::from(step))
                .map(|n| n as u32)
        };
        Some((cut(w, l + r, sx)?, cut(h, t + b, sy)?))
    }

    /// Decodes one picture of at most `pixels` pixels.
    pub fn decode(&self, data: &[u8], pixels: u64) -> Result<Planes> {
        let mut stream = self.sets.clone();
        let mut r = Reader::new(data);
        while !r.is_empty() {
            let length = r.uint(self.length_size)? as usize;
            let unit = r.take(length)?;
            if unit.len() >= 2 && !upper_layer(unit) {
                push(&mut stream, unit);
            }
        }
        self.check_sets(&stream, pixels)?;
        let options = DecodeOptions {
            max_pixels: pixels.max(1),
            ..DecodeOptions::default()
        };
        let frame = decode_picture(&stream, options).map_err(error)?;
        let layout = match frame.chroma_format {
            0 => Layout::Grey,
            1 => Layout::Yuv420,
            2 => Layout::Yuv422,
            3 => Layout::Yuv444,
            _ => return Err(CodecError::damaged("an unknown kind of chroma")),
        };
        let sps = self.sps.as_ref();
        let vui = sps.and_then(|sps| sps.vui.as_ref());
        let coding = Coding {
            primaries: vui.map_or(2, |v| v.colour_primaries.into()),
            transfer: vui.map_or(2, |v| v.transfer_characteristics.into()),
            matrix: frame.matrix_coeffs.into(),
            full_range: frame.full_range,
        };
        let (width, height) = (frame.widths[0] as usize, frame.heights[0] as usize);
        let mut data = Vec::from(frame.planes);
        data.truncate(if layout == Layout::Grey { 1 } else { 3 });
        let planes = Planes {
            width,
            height,
            layout,
            bits: frame.bit_depth,
            coding,
            data,
        };
        let fits = (0..planes.data.len()).all(|p| {
            let (w, h) = planes.size(p);
            planes.data[p].len() == w * h
        });
        if width == 0 || height == 0 || !fits {
            return Err(CodecError::damaged("a picture whose size does not add up"));
        }
        Ok(planes)
    }

    /// Refuses parameter sets that ask for too large a picture, or for a window outside of it.
    fn check_sets(&self, stream: &[u8], pixels: u64) -> Result<()> {
        for unit in heifer_hevc_dec::nal::split_annex_b(stream) {
            if unit.len() < 3 || unit[0] >> 1 != 33 {
                continue;
            }
            let unit = NalUnit::parse(unit).map_err(error)?;
            let sps = Sps::parse(&unit.rbsp).map_err(error)?;
            let (w, h) = (
                sps.pic_width_in_luma_samples,
                sps.pic_height_in_luma_samples,
            );
            if w > LONGEST_SIDE || h > LONGEST_SIDE || u64::from(w) * u64::from(h) > pixels {
                return Err(CodecError::TooLarge {
                    width: w,
                    height: h,
                });
            }
            let (sx, sy) = sps.chroma_subsampling();
            let [l, r, t, b] = sps.conf_win_offsets.map(u64::from);
            if (l + r) * u64::from(sx) >= w.into() || (t + b) * u64::from(sy) >= h.into() {
                return Err(CodecError::damaged("a window outside of the picture"));
            }
        }
        Ok(())
    }
}

/// Whether a unit belongs to a layer above the picture that every decoder shows.
fn upper_layer(unit: &[u8]) -> bool {
    (unit[0] & 1) != 0 || unit[1] >> 3 != 0
}

fn push(stream: &mut Vec<u8>, unit: &[u8]) {
    stream.extend_from_slice(&[0, 0, 0, 1]);
    stream.extend_from_slice(unit);
}

fn error(error: Error) -> CodecError {
    match error {
        Error::UnexpectedEof => CodecError::Truncated,
        Error::Invalid(why) => CodecError::damaged(format!("HEVC: {why}")),
        Error::Unimplemented(what) => CodecError::unsupported(format!("HEVC: {what}")),
        Error::HashMismatch(_) => CodecError::damaged("HEVC: the picture is not what was coded"),
    }
}
