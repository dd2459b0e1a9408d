//! Winograd's minimal filtering F(4 x 4, 3 x 3).
//!
//! A kernel, 6 x 6 numbers of input and 4 x 4 of output are taken as polynomials, known by their
//! values at 0, ±√½, ±√2 and infinity on each axis. There a convolution is a product of 36 values in
//! place of 144 products. With these points (Alam et al. 2022, "Winograd convolution for deep
//! neural networks: efficient point selection") the rounding error is a quarter of that with the
//! usual 0, ±1, ±2.

use pulp::Simd;

/// Values of a tile.
pub const VALUES: usize = 36;

/// Rows and columns of input in a tile.
pub const IN: usize = 6;

/// Rows and columns of output in a tile.
pub const OUT: usize = 4;

/// The points other than 0 and infinity, and their squares.
const NEAR: f32 = std::f32::consts::FRAC_1_SQRT_2;
const FAR: f32 = std::f32::consts::SQRT_2;
const NEAR_SQUARE: f32 = 0.5;
const FAR_SQUARE: f32 = 2.0;

/// The values of three weights, divided by what the other polynomials leave out.
const KERNEL: [[f32; 3]; IN] = [
    [1.0, 0.0, 0.0],
    [-1.0 / 1.5, -NEAR / 1.5, -NEAR_SQUARE / 1.5],
    [-1.0 / 1.5, NEAR / 1.5, -NEAR_SQUARE / 1.5],
    [1.0 / 6.0, FAR / 6.0, FAR_SQUARE / 6.0],
    [1.0 / 6.0, -FAR / 6.0, FAR_SQUARE / 6.0],
    [0.0, 0.0, 1.0],
];

/// Kernels whose values are computed together.
pub const KERNELS: usize = 16;

/// Numbers of as many kernels.
pub type Numbers = [f32; KERNELS];

/// The values of kernels.
pub fn kernels(weights: &[[Numbers; 3]; 3]) -> [Numbers; VALUES] {
    let mut rows = [[[0.0; KERNELS]; IN]; 3];
    for (values, weights) in rows.iter_mut().zip(weights) {
        for (value, factors) in values.iter_mut().zip(KERNEL) {
            combine(value, weights, factors);
        }
    }
    let mut values = [[0.0; KERNELS]; VALUES];
    for (values, factors) in values.chunks_exact_mut(IN).zip(KERNEL) {
        for (column, value) in values.iter_mut().enumerate() {
            let weights = [rows[0][column], rows[1][column], rows[2][column]];
            combine(value, &weights, factors);
        }
    }
    values
}

fn combine(value: &mut Numbers, weights: &[Numbers; 3], factors: [f32; 3]) {
    for (weights, factor) in weights.iter().zip(factors) {
        for (value, weight) in value.iter_mut().zip(weights) {
            *value += factor * weight;
        }
    }
}

/// The gradient of a kernel from that of its values.
pub fn kernel_gradient(values: [f32; VALUES]) -> [[f32; 3]; 3] {
    let mut weights = [[0.0; 3]; 3];
    for (row, values) in values.chunks_exact(IN).enumerate() {
        for (column, value) in values.iter().enumerate() {
            for (weights, down) in weights.iter_mut().zip(KERNEL[row]) {
                for (weight, across) in weights.iter_mut().zip(KERNEL[column]) {
                    *weight += down * across * value;
                }
            }
        }
    }
    weights
}

/// The values of six numbers of input.
#[inline(always)]
fn input<S: Simd>(simd: S, d: [S::f32s; IN]) -> [S::f32s; IN] {
    let splat = |number| simd.splat_f32s(number);
    let (near, far) = (splat(NEAR), splat(FAR));
    let middle = splat(-NEAR_SQUARE - FAR_SQUARE);
    let (near_even, near_odd) = (
        simd.mul_add_f32s(splat(-FAR_SQUARE), d[2], d[4]),
        simd.mul_f32s(near, simd.mul_add_f32s(splat(-FAR_SQUARE), d[1], d[3])),
    );
    let (far_even, far_odd) = (
        simd.mul_add_f32s(splat(-NEAR_SQUARE), d[2], d[4]),
        simd.mul_f32s(far, simd.mul_add_f32s(splat(-NEAR_SQUARE), d[1], d[3])),
    );
    [
        simd.add_f32s(simd.mul_add_f32s(middle, d[2], d[0]), d[4]),
        simd.add_f32s(near_even, near_odd),
        simd.sub_f32s(near_even, near_odd),
        simd.add_f32s(far_even, far_odd),
        simd.sub_f32s(far_even, far_odd),
        simd.add_f32s(simd.mul_add_f32s(middle, d[3], d[1]), d[5]),
    ]
}

/// Four numbers of output from their values.
#[inline(always)]
fn output<S: Simd>(simd: S, m: [S::f32s; IN]) -> [S::f32s; OUT] {
    let splat = |number| simd.splat_f32s(number);
    let (near_even, near_odd) = (
        simd.add_f32s(m[1], m[2]),
        simd.mul_f32s(splat(NEAR), simd.sub_f32s(m[1], m[2])),
    );
    let (far_even, far_odd) = (
        simd.add_f32s(m[3], m[4]),
        simd.mul_f32s(splat(FAR), simd.sub_f32s(m[3], m[4])),
    );
    let far_cubed = simd.mul_add_f32s(splat(FAR_SQUARE), far_odd, m[5]);
    [
        simd.add_f32s(simd.add_f32s(m[0], near_even), far_even),
        simd.add_f32s(near_odd, far_odd),
        simd.mul_add_f32s(
            splat(NEAR_SQUARE),
            near_even,
            simd.mul_f32s(splat(FAR_SQUARE), far_even),
        ),
        simd.mul_add_f32s(splat(NEAR_SQUARE), near_odd, far_cubed),
    ]
}

/// The gradient of [`output`]'s values from that of its numbers.
#[inline(always)]
fn output_gradient<S: Simd>(simd: S, y: [S::f32s; OUT]) -> [S::f32s; IN] {
    let splat = |number| simd.splat_f32s(number);
    let (near_even, near_odd) = (
        simd.mul_add_f32s(splat(NEAR_SQUARE), y[2], y[0]),
        simd.mul_f32s(
            splat(NEAR),
            simd.mul_add_f32s(splat(NEAR_SQUARE), y[3], y[1]),
        ),
    );
    let (far_even, far_odd) = (
        simd.mul_add_f32s(splat(FAR_SQUARE), y[2], y[0]),
        simd.mul_f32s(splat(FAR), simd.mul_add_f32s(splat(FAR_SQUARE), y[3], y[1])),
    );
    [
        y[0],
        simd.add_f32s(near_even, near_odd),
        simd.sub_f32s(near_even, near_odd),
        simd.add_f32s(far_even, far_odd),
        simd.sub_f32s(far_even, far_odd),
        y[3],
    ]
}

/// Both axes of a transform of one axis.
macro_rules! both_axes {
    ($(#[$doc:meta])* $name:ident, $axis:ident, $from:ident, $to:ident) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<S: Simd>(simd: S, from: &[[S::f32s; $from]; $from]) -> [[S::f32s; $to]; $to] {
            let zero = simd.splat_f32s(0.0);
            let mut rows = [[zero; $to]; $from];
            for (row, from) in rows.iter_mut().zip(from) {
                *row = $axis(simd, *from);
            }
            let mut to = [[zero; $to]; $to];
            for column in 0..$to {
                let mut line = [zero; $from];
                for (number, row) in line.iter_mut().zip(&rows) {
                    *number = row[column];
                }
                for (row, number) in to.iter_mut().zip($axis(simd, line)) {
                    row[column] = number;
                }
            }
            to
        }
    };
}

both_axes!(
    /// The values of a tile of input.
    input_tile,
    input,
    IN,
    IN
);
both_axes!(
    /// A tile of output from its values.
    output_tile,
    output,
    IN,
    OUT
);
both_axes!(
    /// The gradient of the values of a tile of output from that of the tile.
    output_gradient_tile,
    output_gradient,
    OUT,
    IN
);
