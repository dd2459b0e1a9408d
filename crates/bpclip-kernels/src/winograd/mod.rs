//! Dense 3 x 3 convolutions with a quarter of the products: Winograd's minimal filtering.
//!
//! Every tile of input and every kernel become 36 values ([`transform`]); then there are 36
//! products of a matrix of kernels with a matrix of tiles.

mod tiles;
mod transform;
mod weight;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::gather::{Gather, Part};
use super::scratch;
use super::store::{Epilogue, OutputBlock, split, store};
use super::threads::Threads;
use super::tile::{self, Packed, WIDTH};
use tiles::Tiles;
use transform::{KERNELS, Numbers, OUT, VALUES};
pub use weight::gradient;

/// Tiles of a block: their values and their products stay in the second-level cache.
const TILES: usize = 96;

/// Tiles that pay for the transforms of the kernels.
const ENOUGH: usize = 96;

/// The part that this is for: a 3 x 3 kernel at stride 1, with enough tiles and channels to pay for
/// the transforms, and few enough channels that their kernels' values stay in the cache.
pub fn suits(gather: &Gather, channels: [usize; 2], images: usize) -> Option<&Part> {
    let [part] = gather.parts.as_slice() else {
        return None;
    };
    let tiles = images * part.size[0].div_ceil(OUT) * part.size[1].div_ceil(OUT);
    let large = tiles >= ENOUGH && suits_width(part);
    (fits(gather, part) && large && suits_channels(channels)).then_some(part)
}

/// Whether it is a 3 x 3 kernel at stride 1.
pub fn fits(gather: &Gather, part: &Part) -> bool {
    let square = part.window.extent == [3, 3] && part.taps.len() == 9;
    square && part.window.stride == [1, 1] && gather.step == [1, 1]
}

/// Whether rows are wide enough for tiles side by side.
pub fn suits_width(part: &Part) -> bool {
    part.size[1] >= 4 * OUT
}

/// Whether there are channels enough to pay for the transforms of the numbers, and few enough for their
/// kernels' values to stay in the cache.
pub fn suits_channels([inputs, outputs]: [usize; 2]) -> bool {
    inputs.min(outputs) >= 16 && inputs * outputs <= 256 * 256
}

/// Whether a part that [`suits`] has tiles enough for [`gradient`] as well.
pub fn suits_gradient(part: &Part) -> bool {
    part.size[0].min(part.size[1]) >= 64
}

/// The kernels' values of a part, each value's packed as weights. `weight` is called with an output
/// channel, an input channel and a tap of the kernel.
pub fn pack(
    part: &Part,
    [inputs, outputs]: [usize; 2],
    weight: impl Fn(usize, usize, usize) -> f32 + Sync,
) -> Vec<Packed> {
    let kernels: Vec<[Numbers; VALUES]> = (0..(outputs * inputs).div_ceil(KERNELS))
        .into_par_iter()
        .map(|block| {
            let mut weights = [[[0.0; KERNELS]; 3]; 3];
            let kernels = block * KERNELS..outputs * inputs;
            for (index, kernel) in kernels.take(KERNELS).enumerate() {
                for &([row, column], tap) in &part.taps {
                    weights[row][column][index] = weight(kernel / inputs, kernel % inputs, tap);
                }
            }
            transform::kernels(&weights)
        })
        .collect();
    (0..VALUES)
        .into_par_iter()
        .map(|value| {
            Packed::new([inputs, outputs], 1, |output, input, _| {
                let kernel = output * inputs + input;
                kernels[kernel / KERNELS][value][kernel % KERNELS]
            })
        })
        .collect()
}

/// The same as [`super::dense::gather`] for a 3 x 3 part at stride 1, with what [`pack`] made.
pub fn gather(
    part: &Part,
    [inputs, outputs]: [usize; 2],
    input: &[f32],
    packed: &[Packed],
    epilogue: Epilogue,
    output: &mut [f32],
    threads: Threads,
) {
    let read = part.window.size[0] * part.window.size[1];
    let [height, width] = part.size;
    let tile_rows = height.div_ceil(OUT);
    let rows = (TILES / width.div_ceil(OUT)).clamp(1, tile_rows);
    let blocks = split(output, outputs, height * width, rows * OUT * width);
    threads.each(blocks, |mut block: OutputBlock| {
        let first = block.piece * rows;
        let tiles = Tiles {
            part,
            first,
            rows: rows.min(tile_rows - first),
        };
        let len = tiles.lines_len() + tiles.values_len(inputs) + tiles.values_len(outputs);
        scratch::with(len, |laid| {
            Arch::new().dispatch(Band {
                tiles,
                packed,
                input: &input[block.image * inputs * read..][..inputs * read],
                laid,
                channels: &mut block.channels,
                epilogue,
            });
        });
    });
}

/// A band of rows of tiles of a picture.
struct Band<'a, 'b> {
    tiles: Tiles<'a>,
    packed: &'a [Packed],
    input: &'a [f32],
    laid: &'a mut [f32],
    channels: &'a mut [&'b mut [f32]],
    epilogue: Epilogue<'a>,
}

impl WithSimd for Band<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let window = &self.tiles.part.window;
        let planes = self.input.chunks_exact(window.size[0] * window.size[1]);
        let (inputs, outputs) = (planes.len(), self.channels.len());
        let tiles = self.tiles;
        let pitch = tiles.pitch();
        let (from_pitch, to_pitch) = (tiles.value_pitch(inputs), tiles.value_pitch(outputs));
        let (lines, rest) = self.laid.split_at_mut(tiles.lines_len());
        let (from, to) = rest.split_at_mut(tiles.values_len(inputs));
        for (channel, plane) in planes.enumerate() {
            tiles.input_values(simd, lines, plane, &mut from[channel * pitch..], from_pitch);
        }
        let offsets: Vec<usize> = (0..inputs).map(|channel| channel * pitch).collect();
        let end = tiles.rows * tiles.columns();
        for (value, packed) in self.packed.iter().enumerate() {
            let mut sink = Values {
                values: &mut to[value * to_pitch..],
                pitch,
            };
            let from = &from[value * from_pitch..];
            let mut at = 0;
            while at < end {
                let vectors = (end - at).div_ceil(S::F32_LANES).min(WIDTH);
                tile::sum(simd, packed, &offsets, from, at, vectors, &mut sink);
                at += vectors * S::F32_LANES;
            }
        }
        for (channel, output) in self.channels.iter_mut().enumerate() {
            let from = &to[channel * pitch..];
            tiles.output_numbers(simd, from, to_pitch, channel, &self.epilogue, output);
        }
    }
}

/// One value of all tiles, channel after channel.
struct Values<'a> {
    values: &'a mut [f32],
    pitch: usize,
}

impl tile::Sink for Values<'_> {
    #[inline(always)]
    fn put<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        channel: usize,
        at: usize,
        sums: [S::f32s; N],
    ) {
        store(simd, &mut self.values[channel * self.pitch + at..], sums);
    }
}
