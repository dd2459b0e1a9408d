//! Pictures as the video codecs give them: a plane of luma, and two of chroma.

use crate::error::{CodecError, Result};

/// How many chroma samples there are to the luma samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Grey,
    Yuv420,
    Yuv422,
    Yuv444,
}

impl Layout {
    /// How far width and height of the chroma planes are shifted down.
    pub fn shifts(self) -> (u32, u32) {
        match self {
            Self::Yuv420 => (1, 1),
            Self::Yuv422 => (1, 0),
            Self::Grey | Self::Yuv444 => (0, 0),
        }
    }
}

/// Code points as a codec's stream or a `colr` box gives them; 2 is unspecified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    pub full_range: bool,
}

/// The planes of a picture.
pub(crate) struct Planes {
    pub width: usize,
    pub height: usize,
    pub layout: Layout,
    /// Bits of luma and chroma samples.
    pub bits: [u8; 2],
    pub coding: Coding,
    /// One plane, or three.
    pub data: Vec<Vec<u16>>,
}

impl Planes {
    /// Width and height of a plane.
    pub fn size(&self, plane: usize) -> (usize, usize) {
        plane_size(self.layout, self.width, self.height, plane)
    }

    /// Empty planes of the kind of `like`.
    pub fn like(like: &Self, width: usize, height: usize) -> Self {
        let data = (0..like.data.len())
            .map(|p| {
                let (w, h) = plane_size(like.layout, width, height, p);
                vec![0; w * h]
            })
            .collect();
        Self {
            width,
            height,
            data,
            ..*like
        }
    }

    /// Copies `tile` to a place in these planes, as far as it lies inside.
    pub fn place(&mut self, tile: &Self, x: usize, y: usize) -> Result<()> {
        if tile.layout != self.layout || tile.bits != self.bits {
            return Err(CodecError::damaged(
                "the tiles of the picture are not of one kind",
            ));
        }
        let (sx, sy) = self.layout.shifts();
        if (x & ((1 << sx) - 1)) != 0 || (y & ((1 << sy) - 1)) != 0 {
            return Err(CodecError::unsupported(
                "tiles of odd size with subsampled colour",
            ));
        }
        for p in 0..self.data.len() {
            let (w, h) = self.size(p);
            let (tw, th) = tile.size(p);
            let (x, y) = if p == 0 { (x, y) } else { (x >> sx, y >> sy) };
            let across = tw.min(w.saturating_sub(x));
            for row in 0..th.min(h.saturating_sub(y)) {
                self.data[p][(y + row) * w + x..][..across]
                    .copy_from_slice(&tile.data[p][row * tw..][..across]);
            }
        }
        Ok(())
    }
}

fn plane_size(layout: Layout, width: usize, height: usize, plane: usize) -> (usize, usize) {
    if plane == 0 {
        return (width, height);
    }
    let (sx, sy) = layout.shifts();
    (width.div_ceil(1 << sx), height.div_ceil(1 << sy))
}
