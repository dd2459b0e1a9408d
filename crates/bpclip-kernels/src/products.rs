//! Products of every row of one matrix with every row of another, summed along the rows.

use pulp::Simd;

/// Rows of `dy` that are used with all rows of `x` before the next ones, and so stay in the
/// second-level cache: a multiple of the rows of every block.
pub const CHANNELS: usize = 48;

/// Rows of `dy` and shifted rows of `x`, in one or more pictures.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The pictures that the rows of `x` are in.
    pub x: &'a [f32],
    /// Numbers from one picture to the next.
    pub x_picture: usize,
    /// Where the rows of `x` start in a picture.
    pub offsets: &'a [usize],
    /// The pictures that the rows of `dy` are in.
    pub dy: &'a [f32],
    /// Numbers from one picture to the next.
    pub dy_picture: usize,
    /// Numbers from one row of `dy` to the next.
    pub dy_row: usize,
    /// Numbers of a row that count: whole vectors.
    pub len: usize,
    /// How many pictures.
    pub pictures: usize,
}

impl Rows<'_> {
    /// Adds the products of each row of `dy` with all rows of `x` to a row of `sums`.
    #[inline(always)]
    pub fn add_to<S: Simd>(&self, simd: S, sums: &mut [f32]) {
        let chunk = CHANNELS * self.offsets.len();
        for (index, sums) in sums.chunks_mut(chunk).enumerate() {
            let rows = Rows {
                dy: &self.dy[index * CHANNELS * self.dy_row..],
                ..*self
            };
            // As many sums as there are registers, without those for the factors.
            if S::REGISTER_COUNT >= 32 {
                rows.blocks::<S, 4, 6>(simd, sums);
            } else {
                rows.blocks::<S, 3, 3>(simd, sums);
            }
        }
    }

    #[inline(always)]
    fn blocks<S: Simd, const M: usize, const N: usize>(&self, simd: S, sums: &mut [f32]) {
        let width = self.offsets.len();
        let height = sums.len() / width;
        for (across, offsets) in self.offsets.chunks(N).enumerate() {
            // Fewer rows than a block has: the last one again, and its sums are dropped.
            let mut x = [0; N];
            for (n, x) in x.iter_mut().enumerate() {
                *x = offsets[n.min(offsets.len() - 1)];
            }
            for (down, sums) in sums.chunks_mut(M * width).enumerate() {
                let mut dy = [0; M];
                for (m, dy) in dy.iter_mut().enumerate() {
                    *dy = (down * M + m).min(height - 1) * self.dy_row;
                }
                let products = self.block(simd, x, dy);
                for (sums, products) in sums.chunks_exact_mut(width).zip(products) {
                    for (sum, product) in sums[across * N..].iter_mut().zip(products) {
                        *sum += simd.reduce_sum_f32s(product);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn block<S: Simd, const M: usize, const N: usize>(
        &self,
        simd: S,
        x_at: [usize; N],
        dy_at: [usize; M],
    ) -> [[S::f32s; N]; M] {
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for picture in 0..self.pictures {
            let mut x_rows: [&[S::f32s]; N] = [&[]; N];
            for (row, at) in x_rows.iter_mut().zip(x_at) {
                let from = picture * self.x_picture + at;
                *row = S::as_simd_f32s(&self.x[from..from + self.len]).0;
            }
            let mut dy_rows: [&[S::f32s]; M] = [&[]; M];
            for (row, at) in dy_rows.iter_mut().zip(dy_at) {
                let from = picture * self.dy_picture + at;
                *row = S::as_simd_f32s(&self.dy[from..from + self.len]).0;
            }
            for at in 0..self.len / S::F32_LANES {
                let mut x = [simd.splat_f32s(0.0); N];
                for (x, row) in x.iter_mut().zip(x_rows) {
                    *x = row[at];
                }
                for (sums, row) in sums.iter_mut().zip(dy_rows) {
                    let dy = row[at];
                    for (sum, x) in sums.iter_mut().zip(x) {
                        *sum = simd.mul_add_f32s(dy, x, *sum);
                    }
                }
            }
        }
        sums
    }
}
