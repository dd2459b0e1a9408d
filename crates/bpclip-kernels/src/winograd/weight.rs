//! The gradient of a kernel through its values.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::super::ConvShape;
use super::super::gather::Part;
use super::super::products::Rows;
use super::super::scratch;
use super::tiles::Tiles;
use super::transform::{OUT, VALUES, kernel_gradient};

/// Tiles of a block: enough to be worth summing up vectors to numbers once.
const TILES: usize = 400;

/// Tasks whose sums are added up at the end.
const GROUPS: usize = 16;

/// The same as [`super::super::dense_weight::gradient`] for a part that [`super::suits`].
pub fn gradient(shape: &ConvShape, part: &Part, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let (inputs, outputs) = (shape.channels_in, shape.channels_out);
    let tile_rows = part.size[0].div_ceil(OUT);
    let rows = (TILES / part.size[1].div_ceil(OUT)).clamp(1, tile_rows);
    let bands = tile_rows.div_ceil(rows);
    let jobs = shape.batch * bands;
    let groups = GROUPS.min(jobs);
    let kernels = inputs * outputs;
    let mut sums = vec![0.0; groups * VALUES * kernels];
    sums.par_chunks_exact_mut(VALUES * kernels)
        .enumerate()
        .for_each(|(group, sums)| {
            for job in group * jobs / groups..(group + 1) * jobs / groups {
                let (image, first) = (job / bands, job % bands * rows);
                let tiles = Tiles {
                    part,
                    first,
                    rows: rows.min(tile_rows - first),
                };
                let plane = shape.height * shape.width;
                let output = part.size[0] * part.size[1];
                let len = tiles.lines_len() + tiles.values_len(inputs) + tiles.values_len(outputs);
                scratch::with(len, |laid| {
                    Arch::new().dispatch(Band {
                        tiles,
                        shape,
                        x: &x[image * inputs * plane..][..inputs * plane],
                        dy: &dy[image * outputs * output..][..outputs * output],
                        laid,
                        sums,
                    });
                });
            }
        });
    let mut weights = vec![0.0; shape.weight_len()];
    weights
        .par_chunks_exact_mut(shape.taps())
        .enumerate()
        .for_each(|(kernel, weights)| {
            let mut values = [0.0; VALUES];
            for sums in sums.chunks_exact(VALUES * kernels) {
                for (value, sums) in values.iter_mut().zip(sums.chunks_exact(kernels)) {
                    *value += sums[kernel];
                }
            }
            let gradient = kernel_gradient(values);
            weights.copy_from_slice(gradient.as_flattened());
        });
    weights
}

/// A band of rows of tiles of a picture.
struct Band<'a> {
    tiles: Tiles<'a>,
    shape: &'a ConvShape,
    x: &'a [f32],
    dy: &'a [f32],
    laid: &'a mut [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Band<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let tiles = self.tiles;
        let (inputs, outputs) = (self.shape.channels_in, self.shape.channels_out);
        let pitch = tiles.pitch();
        let (x_pitch, dy_pitch) = (tiles.value_pitch(inputs), tiles.value_pitch(outputs));
        let (lines, rest) = self.laid.split_at_mut(tiles.lines_len());
        let (x, dy) = rest.split_at_mut(tiles.values_len(inputs));
        let planes = self.x.chunks_exact(self.shape.height * self.shape.width);
        for (channel, plane) in planes.enumerate() {
            tiles.input_values(simd, lines, plane, &mut x[channel * pitch..], x_pitch);
        }
        let planes = self
            .dy
            .chunks_exact(tiles.part.size[0] * tiles.part.size[1]);
        for (channel, plane) in planes.enumerate() {
            let values = &mut dy[channel * pitch..];
            tiles.output_gradient_values(simd, lines, plane, values, dy_pitch);
        }
        let offsets: Vec<usize> = (0..inputs).map(|channel| channel * pitch).collect();
        for (value, sums) in self.sums.chunks_exact_mut(inputs * outputs).enumerate() {
            let rows = Rows {
                x: &x[value * x_pitch..],
                x_picture: 0,
                offsets: &offsets,
                dy: &dy[value * dy_pitch..],
                dy_picture: 0,
                dy_row: pitch,
                len: pitch,
                pictures: 1,
            };
            rows.add_to(simd, sums);
        }
    }
}
