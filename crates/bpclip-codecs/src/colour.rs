//! From luma and chroma to grey or RGB.

use crate::error::{CodecError, Result};
use crate::picture::{Channels, Samples};
use crate::planes::{Coding, Layout, Planes};

/// A picture as it is handed out, on its way there.
pub(crate) struct Raster {
    pub width: usize,
    pub height: usize,
    pub channels: Channels,
    pub samples: Samples,
}

/// A type of samples that go from 0 to [`Sample::MOST`].
pub(crate) trait Sample: Copy + Default {
    const MOST: u32;
    /// Rounds a value from 0 to [`Sample::MOST`]; what lies outside is moved to the nearest end.
    fn round(value: f32) -> Self;
    fn wide(self) -> u32;
    fn narrow(value: u32) -> Self;
}

impl Sample for u8 {
    const MOST: u32 = 255;
    fn round(value: f32) -> Self {
        (value + 0.5) as Self
    }
    fn wide(self) -> u32 {
        self.into()
    }
    fn narrow(value: u32) -> Self {
        value.min(Self::MOST) as Self
    }
}

impl Sample for u16 {
    const MOST: u32 = 65535;
    fn round(value: f32) -> Self {
        (value + 0.5) as Self
    }
    fn wide(self) -> u32 {
        self.into()
    }
    fn narrow(value: u32) -> Self {
        value.min(Self::MOST) as Self
    }
}

/// What turns a pixel of Y, Cb and Cr into RGB.
#[derive(Clone, Copy)]
enum Matrix {
    /// The planes are green, blue and red.
    Identity,
    YCgCo,
    /// Weights: Cr into red, Cb into green, Cr into green, Cb into blue.
    Weights([f32; 4]),
}

impl Matrix {
    fn new(coding: Coding) -> Result<Self> {
        let (kr, kb) = match coding.matrix {
            0 => return Ok(Self::Identity),
            8 => return Ok(Self::YCgCo),
            1 => (0.2126, 0.0722),
            // Unspecified: what libheif and libavif take.
            2 | 5 | 6 => (0.299, 0.114),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 => (0.2627, 0.0593),
            12 => match coding.primaries {
                1 | 2 => (0.2126, 0.0722),
                5 => (0.222_021, 0.071_342),
                6 | 7 => (0.212_395, 0.086_566),
                9 => (0.2627, 0.0593),
                12 => (0.228_973, 0.079_287),
                n => return Err(unknown(12, n)),
            },
            n => return Err(unknown(n, coding.primaries)),
        };
        let kg = 1.0 - kr - kb;
        Ok(Self::Weights([
            2.0 * (1.0 - kr),
            2.0 * kb * (1.0 - kb) / kg,
            2.0 * kr * (1.0 - kr) / kg,
            2.0 * (1.0 - kb),
        ]))
    }
}

fn unknown(matrix: u16, primaries: u16) -> CodecError {
    CodecError::unsupported(format!(
        "colours by matrix {matrix} with primaries {primaries}"
    ))
}

/// How coded samples become numbers from 0 to 1, or from -0.5 to 0.5 for chroma.
#[derive(Clone, Copy)]
struct Range {
    zero: f32,
    scale: f32,
}

impl Range {
    fn luma(bits: u8, full: bool) -> Self {
        let unit = (1u32 << (bits - 8)) as f32;
        if full {
            Self {
                zero: 0.0,
                scale: 1.0 / ((1u32 << bits) - 1) as f32,
            }
        } else {
            Self {
                zero: 16.0 * unit,
                scale: 1.0 / (219.0 * unit),
            }
        }
    }

    fn chroma(bits: u8, full: bool) -> Self {
        let unit = (1u32 << (bits - 8)) as f32;
        let scale = if full {
            1.0 / ((1u32 << bits) - 1) as f32
        } else {
            1.0 / (224.0 * unit)
        };
        Self {
            zero: 128.0 * unit,
            scale,
        }
    }

    fn apply(self, sample: u16) -> f32 {
        (f32::from(sample) - self.zero) * self.scale
    }
}

/// Turns planes into grey or RGB, with room for opacity where `alpha`.
pub(crate) fn raster(planes: &Planes, coding: Coding, alpha: bool) -> Result<Raster> {
    if planes.bits.iter().any(|b| !(8..=16).contains(b)) {
        return Err(CodecError::unsupported(
            "samples of fewer than 8 bits or more than 16",
        ));
    }
    let channels = match (planes.layout == Layout::Grey, alpha) {
        (true, false) => Channels::Grey,
        (true, true) => Channels::GreyAlpha,
        (false, false) => Channels::Rgb,
        (false, true) => Channels::Rgba,
    };
    let samples = if planes.bits[0].max(planes.bits[1]) <= 8 {
        Samples::Eight(convert(planes, coding, channels)?)
    } else {
        Samples::Sixteen(convert(planes, coding, channels)?)
    };
    Ok(Raster {
        width: planes.width,
        height: planes.height,
        channels,
        samples,
    })
}

fn convert<T: Sample>(planes: &Planes, coding: Coding, channels: Channels) -> Result<Vec<T>> {
    let (width, count) = (planes.width, channels.count());
    let most = T::MOST as f32;
    let luma = Range::luma(planes.bits[0], coding.full_range);
    let mut out = vec![T::narrow(T::MOST); width * planes.height * count];
    let rows = out
        .chunks_exact_mut(width * count)
        .zip(planes.data[0].chunks_exact(width));
    if planes.layout == Layout::Grey {
        for (out, y) in rows {
            for (out, &y) in out.chunks_exact_mut(count).zip(y) {
                out[0] = T::round(luma.apply(y) * most);
            }
        }
        return Ok(out);
    }
    let matrix = Matrix::new(coding)?;
    let range = match matrix {
        Matrix::Identity if planes.layout != Layout::Yuv444 => {
            return Err(CodecError::damaged("RGB with subsampled colour"));
        }
        Matrix::Identity => Range::luma(planes.bits[1], coding.full_range),
        _ => Range::chroma(planes.bits[1], coding.full_range),
    };
    let mut blend = vec![0.0; planes.size(1).0];
    let [mut cb, mut cr] = [vec![0.0; width], vec![0.0; width]];
    for (n, (out, y)) in rows.enumerate() {
        chroma_row(planes, 1, n, range, &mut blend, &mut cb);
        chroma_row(planes, 2, n, range, &mut blend, &mut cr);
        let pixels = out.chunks_exact_mut(count).zip(y).zip(cb.iter().zip(&cr));
        match matrix {
            Matrix::Weights([red, green_b, green_r, blue]) => {
                for ((out, &y), (&cb, &cr)) in pixels {
                    let y = luma.apply(y);
                    out[0] = T::round((y + red * cr) * most);
                    out[1] = T::round((y - green_b * cb - green_r * cr) * most);
                    out[2] = T::round((y + blue * cb) * most);
                }
            }
            Matrix::Identity => {
                for ((out, &y), (&cb, &cr)) in pixels {
                    out[0] = T::round(cr * most);
                    out[1] = T::round(luma.apply(y) * most);
                    out[2] = T::round(cb * most);
                }
            }
            Matrix::YCgCo => {
                for ((out, &y), (&cg, &co)) in pixels {
                    let y = luma.apply(y);
                    out[0] = T::round((y - cg + co) * most);
                    out[1] = T::round((y + cg) * most);
                    out[2] = T::round((y - cg - co) * most);
                }
            }
        }
    }
    Ok(out)
}

/// A row of chroma for every luma sample of row `n`: samples between those that are coded are
/// interpolated, each coded one taken to lie amid the luma samples that it is for.
fn chroma_row(
    planes: &Planes,
    plane: usize,
    n: usize,
    range: Range,
    blend: &mut [f32],
    out: &mut [f32],
) {
    let (w, h) = planes.size(plane);
    let row = |n: usize| &planes.data[plane][n * w..][..w];
    let (sx, sy) = planes.layout.shifts();
    if sy == 0 {
        let to = if sx == 0 { &mut *out } else { &mut *blend };
        for (to, &c) in to.iter_mut().zip(row(n)) {
            *to = range.apply(c);
        }
    } else {
        let near = n / 2;
        let far = if n.is_multiple_of(2) {
            near.saturating_sub(1)
        } else {
            (near + 1).min(h - 1)
        };
        for ((to, &near), &far) in blend.iter_mut().zip(row(near)).zip(row(far)) {
            *to = 0.75 * range.apply(near) + 0.25 * range.apply(far);
        }
    }
    if sx == 1 {
        let mut before = blend[0];
        for (x, pair) in out.chunks_mut(2).enumerate() {
            let here = blend[x];
            let after = blend[(x + 1).min(w - 1)];
            pair[0] = 0.75 * here + 0.25 * before;
            if let Some(second) = pair.get_mut(1) {
                *second = 0.75 * here + 0.25 * after;
            }
            before = here;
        }
    }
}

impl Raster {
    /// Puts opacity into the last channel, from the luma of a picture of any size and depth.
    pub fn set_alpha(&mut self, alpha: &Planes, full_range: bool, premultiplied: bool) {
        let count = self.channels.count();
        let range = Range::luma(alpha.bits[0].clamp(8, 16), full_range);
        let (width, height) = (self.width, self.height);
        match &mut self.samples {
            Samples::Eight(s) => set_alpha(s, [width, height, count], alpha, range, premultiplied),
            Samples::Sixteen(s) => {
                set_alpha(s, [width, height, count], alpha, range, premultiplied);
            }
        }
    }

    /// Keeps a rectangle that lies inside.
    pub fn crop(&mut self, x: usize, y: usize, width: usize, height: usize) {
        let from = self.width;
        self.rebuild(width, height, |column, row| (y + row) * from + x + column);
    }

    /// Turns by quarters, clockwise.
    pub fn turn(&mut self, quarters: u8) {
        let (w, h) = (self.width, self.height);
        match quarters & 3 {
            1 => self.rebuild(h, w, |x, y| (h - 1 - x) * w + y),
            2 => self.rebuild(w, h, |x, y| (h - 1 - y) * w + w - 1 - x),
            3 => self.rebuild(h, w, |x, y| x * w + w - 1 - y),
            _ => {}
        }
    }

    /// Exchanges left and right.
    pub fn mirror(&mut self) {
        let (w, h) = (self.width, self.height);
        self.rebuild(w, h, |x, y| y * w + w - 1 - x);
    }

    /// Exchanges top and bottom.
    pub fn flip(&mut self) {
        let (w, h) = (self.width, self.height);
        self.rebuild(w, h, |x, y| (h - 1 - y) * w + x);
    }

    /// Takes every pixel of a new picture from where `from` says.
    fn rebuild(&mut self, width: usize, height: usize, from: impl Fn(usize, usize) -> usize) {
        let count = self.channels.count();
        match &mut self.samples {
            Samples::Eight(s) => *s = rebuilt(s, count, width, height, from),
            Samples::Sixteen(s) => *s = rebuilt(s, count, width, height, from),
        }
        (self.width, self.height) = (width, height);
    }

    /// A pixel as red, green, blue and opacity of 16 bits.
    pub fn pixel(&self, n: usize) -> [u16; 4] {
        let count = self.channels.count();
        let sample = |c: usize| match &self.samples {
            Samples::Eight(s) => u16::from(s[n * count + c]) * 257,
            Samples::Sixteen(s) => s[n * count + c],
        };
        match self.channels {
            Channels::Grey => [sample(0), sample(0), sample(0), u16::MAX],
            Channels::GreyAlpha => [sample(0), sample(0), sample(0), sample(1)],
            Channels::Rgb => [sample(0), sample(1), sample(2), u16::MAX],
            Channels::Rgba => [sample(0), sample(1), sample(2), sample(3)],
        }
    }
}

fn set_alpha<T: Sample>(
    samples: &mut [T],
    [width, height, count]: [usize; 3],
    alpha: &Planes,
    range: Range,
    premultiplied: bool,
) {
    let columns: Vec<usize> = (0..width).map(|x| x * alpha.width / width).collect();
    for (y, row) in samples.chunks_exact_mut(width * count).enumerate() {
        let from = &alpha.data[0][(y * alpha.height / height) * alpha.width..][..alpha.width];
        for (pixel, &x) in row.chunks_exact_mut(count).zip(&columns) {
            let opacity = T::round(range.apply(from[x]) * T::MOST as f32);
            let (colours, last) = pixel.split_at_mut(count - 1);
            last[0] = opacity;
            if premultiplied {
                let by = opacity.wide();
                for c in colours {
                    // At most 65535 * 65535 + 32767, which 32 bits hold.
                    let whole = (c.wide() * T::MOST + by / 2).checked_div(by);
                    *c = T::narrow(whole.unwrap_or(0));
                }
            }
        }
    }
}

fn rebuilt<T: Copy>(
    samples: &[T],
    count: usize,
    width: usize,
    height: usize,
    from: impl Fn(usize, usize) -> usize,
) -> Vec<T> {
    let mut out = Vec::with_capacity(width * height * count);
    for y in 0..height {
        for x in 0..width {
            let at = from(x, y) * count;
            out.extend_from_slice(&samples[at..at + count]);
        }
    }
    out
}
