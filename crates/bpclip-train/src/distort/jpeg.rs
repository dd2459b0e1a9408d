//! What JPEG does to pixels (ITU-T T.81): everything but the lossless coding, which changes
//! nothing. The tables, the halved chroma and its interpolation are those of libjpeg.

use super::raster::Raster;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// Side of a block.
const N: usize = 8;

/// Table K.1 of the standard.
#[rustfmt::skip]
const LUMA: [u16; N * N] = [
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// Table K.2.
#[rustfmt::skip]
const CHROMA: [u16; N * N] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

/// From quality 100 down to 4.
pub(super) fn jpeg(picture: &Picture, strength: f32) -> Picture {
    compressed(
        picture,
        parameter(strength, [100.0, 72.0, 40.0, 20.0, 10.0, 4.0]),
    )
}

/// The picture after JPEG at libjpeg's `quality`, 1 to 100, with chroma at half resolution.
fn compressed(picture: &Picture, quality: f32) -> Picture {
    let mut raster = Raster::luma_chroma(picture);
    let (width, height) = (raster.width, raster.height);
    let mut luma = Plane::new(width, height, |x, y| {
        raster.samples[(y * width + x) * 3] - 128.0
    });
    luma.quantise(&table(&LUMA, quality));
    let chroma = [1, 2].map(|channel| {
        let at = |x: usize, y: usize| {
            raster.samples[(y.min(height - 1) * width + x.min(width - 1)) * 3 + channel]
        };
        let mut half = Plane::new(width.div_ceil(2), height.div_ceil(2), |x, y| {
            let (x, y) = (2 * x, 2 * y);
            (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4.0
        });
        half.quantise(&table(&CHROMA, quality));
        half
    });
    for (y, row) in raster.samples.chunks_exact_mut(width * 3).enumerate() {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            pixel[0] = luma.at(x, y) + 128.0;
            pixel[1] = chroma[0].doubled(x, y);
            pixel[2] = chroma[1].doubled(x, y);
        }
    }
    raster.luma_chroma_to_picture(picture)
}

/// The steps for a quality, by libjpeg's rule.
fn table(base: &[u16; N * N], quality: f32) -> [f32; N * N] {
    let scale = if quality < 50.0 {
        5000.0 / quality
    } else {
        200.0 - 2.0 * quality
    };
    base.map(|step| {
        ((f32::from(step) * scale + 50.0) / 100.0)
            .floor()
            .clamp(1.0, 255.0)
    })
}

/// One channel, its sides rounded up to whole blocks, edges extended.
struct Plane {
    width: usize,
    height: usize,
    stride: usize,
    samples: Vec<f32>,
}

impl Plane {
    fn new(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let (stride, rows) = (width.next_multiple_of(N), height.next_multiple_of(N));
        let mut samples = Vec::with_capacity(stride * rows);
        for y in 0..rows {
            samples.extend((0..stride).map(|x| value(x.min(width - 1), y.min(height - 1))));
        }
        Self {
            width,
            height,
            stride,
            samples,
        }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.samples[y * self.stride + x]
    }

    /// The value at (x, y) of the plane at twice the size: three parts of the nearest sample and
    /// one of the next nearest, along each axis.
    fn doubled(&self, x: usize, y: usize) -> f32 {
        let sides = |place: usize, end: usize| {
            let near = place / 2;
            let next = if place.is_multiple_of(2) {
                near.saturating_sub(1)
            } else {
                (near + 1).min(end - 1)
            };
            (near, next)
        };
        let ((left, right), (upper, lower)) = (sides(x, self.width), sides(y, self.height));
        let along = |y: usize| 0.75 * self.at(left, y) + 0.25 * self.at(right, y);
        0.75 * along(upper) + 0.25 * along(lower)
    }

    /// Transforms every block, rounds its coefficients to multiples of `steps`, and back.
    fn quantise(&mut self, steps: &[f32; N * N]) {
        let basis = basis();
        let inverse = transposed(&basis);
        for top in (0..self.samples.len() / self.stride).step_by(N) {
            for left in (0..self.stride).step_by(N) {
                let start = |y: usize| (top + y) * self.stride + left;
                let mut block = [[0.0; N]; N];
                for (y, row) in block.iter_mut().enumerate() {
                    row.copy_from_slice(&self.samples[start(y)..start(y) + N]);
                }
                let mut coefficients = both_ways(&basis, &block);
                for (value, step) in coefficients.as_flattened_mut().iter_mut().zip(steps) {
                    *value = rounded(*value / step) * step;
                }
                for (y, row) in both_ways(&inverse, &coefficients).iter().enumerate() {
                    let start = start(y);
                    self.samples[start..start + N].copy_from_slice(row);
                }
            }
        }
    }
}

type Block = [[f32; N]; N];

/// The orthonormal cosine transform of eight values, a row a frequency.
fn basis() -> Block {
    std::array::from_fn(|frequency| {
        std::array::from_fn(|place| {
            let angle = std::f64::consts::PI * ((2 * place + 1) * frequency) as f64 / 16.0;
            let norm = if frequency == 0 { 0.125f64 } else { 0.25 };
            (norm.sqrt() * angle.cos()) as f32
        })
    })
}

/// `matrix * block * matrixᵀ`.
fn both_ways(matrix: &Block, block: &Block) -> Block {
    let half = transposed(&product(matrix, block));
    transposed(&product(matrix, &half))
}

// Not inlined: unrolled four times over it would only be longer.
#[inline(never)]
fn product(a: &Block, b: &Block) -> Block {
    let mut sums = [[0.0; N]; N];
    for (sums, weights) in sums.iter_mut().zip(a) {
        for (weight, row) in weights.iter().zip(b) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
    }
    sums
}

fn transposed(block: &Block) -> Block {
    std::array::from_fn(|y| std::array::from_fn(|x| block[x][y]))
}

/// The nearest whole number, for any below 2²²: adding 1.5 * 2²³ leaves no room for a fraction.
/// Much quicker than `round`, which is a call on processors without an instruction for it.
fn rounded(value: f32) -> f32 {
    const LARGE: f32 = 12_582_912.0;
    (value + LARGE) - LARGE
}
