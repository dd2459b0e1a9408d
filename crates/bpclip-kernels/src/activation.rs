//! Functions of single numbers and their gradients.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::Activation;

/// Numbers that a task takes.
const TASK: usize = 1 << 14;

/// Applies an activation to a few vectors.
#[inline(always)]
pub fn activate<S: Simd, const N: usize>(
    simd: S,
    activation: Activation,
    numbers: &mut [S::f32s; N],
) {
    match activation {
        Activation::None => {}
        Activation::Relu => {
            for x in numbers {
                *x = at_least(simd, *x, 0.0);
            }
        }
        Activation::Relu6 => {
            for x in numbers {
                *x = at_most(simd, at_least(simd, *x, 0.0), 6.0);
            }
        }
        Activation::Gelu => {
            for x in numbers {
                *x = simd.mul_f32s(*x, normal(simd, *x));
            }
        }
    }
}

/// The larger of the two. Unlike processors' own instructions, which differ in this, it leaves what
/// is not a number as it is.
#[inline(always)]
fn at_least<S: Simd>(simd: S, x: S::f32s, low: f32) -> S::f32s {
    let low = simd.splat_f32s(low);
    simd.select_f32s(simd.less_than_f32s(x, low), low, x)
}

/// The smaller of the two, or what is not a number.
#[inline(always)]
fn at_most<S: Simd>(simd: S, x: S::f32s, high: f32) -> S::f32s {
    let high = simd.splat_f32s(high);
    simd.select_f32s(simd.less_than_f32s(high, x), high, x)
}

/// The normal distribution's cumulative `(1 + erf(x / sqrt(2))) / 2`.
///
/// `erf` is the ratio of odd and even polynomials that Eigen uses for single precision.
#[inline(always)]
fn normal<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const ODD: [f32; 7] = [
        -2.726_142e-10,
        2.770_681_3e-8,
        -2.101_024e-6,
        -5.692_506e-5,
        -7.349_906e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const EVEN: [f32; 5] = [
        -1.456_607_2e-5,
        -2.133_740_6e-4,
        -1.682_827e-3,
        -7.373_329_3e-3,
        -1.426_474_9e-2,
    ];
    let splat = |number| simd.splat_f32s(number);
    let z = simd.mul_f32s(x, splat(std::f32::consts::FRAC_1_SQRT_2));
    let z = at_most(simd, at_least(simd, z, -4.0), 4.0);
    let square = simd.mul_f32s(z, z);
    let odd = simd.mul_f32s(z, polynomial(simd, square, &ODD));
    let erf = simd.div_f32s(odd, polynomial(simd, square, &EVEN));
    simd.mul_add_f32s(erf, splat(0.5), splat(0.5))
}

/// A polynomial with the highest power's coefficient first.
#[inline(always)]
fn polynomial<S: Simd>(simd: S, x: S::f32s, coefficients: &[f32]) -> S::f32s {
    let mut sum = simd.splat_f32s(0.0);
    for &coefficient in coefficients {
        sum = simd.mul_add_f32s(sum, x, simd.splat_f32s(coefficient));
    }
    sum
}

/// `exp(x)`, 0 below -87 and `exp(88)` above.
///
/// Cody and Waite's reduction to `[-ln 2 / 2, ln 2 / 2]` and the polynomial of Cephes' `expf`.
#[inline(always)]
fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // 1.5 * 2^23: a sum with it holds the nearest integer in its low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const COEFFICIENTS: [f32; 6] = [
        1.987_569_1e-4,
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ];
    let splat = |number| simd.splat_f32s(number);
    let bounded = at_most(simd, at_least(simd, x, -87.0), 88.0);
    let shifted = simd.mul_add_f32s(bounded, splat(std::f32::consts::LOG2_E), splat(ROUND));
    let whole = simd.sub_f32s(shifted, splat(ROUND));
    let rest = simd.mul_add_f32s(whole, splat(-LN_2_HIGH), bounded);
    let rest = simd.mul_add_f32s(whole, splat(-LN_2_LOW), rest);
    let sum = polynomial(simd, rest, &COEFFICIENTS);
    let sum = simd.mul_add_f32s(sum, simd.mul_f32s(rest, rest), rest);
    let mantissa = simd.add_f32s(sum, splat(1.0));
    let exponent = simd.add_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(127));
    let power = simd.wrapping_dyn_shl_u32s(exponent, simd.splat_u32s(23));
    let result = simd.mul_f32s(mantissa, simd.transmute_f32s_u32s(power));
    let tiny = simd.less_than_f32s(x, splat(-87.0));
    simd.select_f32s(tiny, splat(0.0), result)
}

/// A function of one number and of the gradient at its result.
trait Function: Copy + Sync {
    fn apply<S: Simd>(self, simd: S, x: S::f32s, dy: S::f32s) -> S::f32s;
}

#[derive(Clone, Copy)]
struct Gelu;

impl Function for Gelu {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, x: S::f32s, _: S::f32s) -> S::f32s {
        simd.mul_f32s(x, normal(simd, x))
    }
}

#[derive(Clone, Copy)]
struct GeluGradient;

impl Function for GeluGradient {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, x: S::f32s, dy: S::f32s) -> S::f32s {
        const DENSITY: f32 = 0.398_942_3;
        let half = simd.mul_f32s(x, simd.splat_f32s(-0.5));
        let density = exp(simd, simd.mul_f32s(half, x));
        let scaled = simd.mul_f32s(x, simd.splat_f32s(DENSITY));
        simd.mul_f32s(dy, simd.mul_add_f32s(scaled, density, normal(simd, x)))
    }
}

#[derive(Clone, Copy)]
struct Sigmoid;

impl Function for Sigmoid {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, x: S::f32s, _: S::f32s) -> S::f32s {
        let one = simd.splat_f32s(1.0);
        let small = exp(simd, simd.neg_f32s(x));
        simd.div_f32s(one, simd.add_f32s(one, small))
    }
}

#[derive(Clone, Copy)]
struct ReluGradient {
    ceiling: f32,
}

impl Function for ReluGradient {
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, y: S::f32s, dy: S::f32s) -> S::f32s {
        let zero = simd.splat_f32s(0.0);
        let above = simd.less_than_f32s(zero, y);
        let below = simd.less_than_f32s(y, simd.splat_f32s(self.ceiling));
        let kept = simd.select_f32s(below, dy, zero);
        simd.select_f32s(above, kept, zero)
    }
}

struct Map<'a, F> {
    function: F,
    x: &'a [f32],
    to: &'a mut [f32],
}

impl<F: Function> WithSimd for Map<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (x, x_end) = S::as_simd_f32s(self.x);
        let (to, to_end) = S::as_mut_simd_f32s(self.to);
        for (to, &x) in to.iter_mut().zip(x) {
            *to = self.function.apply(simd, x, *to);
        }
        let (x, dy) = (
            simd.partial_load_f32s(x_end),
            simd.partial_load_f32s(to_end),
        );
        simd.partial_store_f32s(to_end, self.function.apply(simd, x, dy));
    }
}

/// Replaces every number of `to` by the function of it and of its partner in `x`.
fn map<F: Function>(function: F, x: &[f32], to: &mut [f32]) {
    assert_eq!(
        x.len(),
        to.len(),
        "one number of the one for one of the other"
    );
    to.par_chunks_mut(TASK)
        .zip(x.par_chunks(TASK))
        .for_each(|(to, x)| Arch::new().dispatch(Map { function, x, to }));
}

/// Replaces every number by the function of it.
fn map_in_place<F: Function>(function: F, numbers: &mut [f32]) {
    struct InPlace<'a, F>(F, &'a mut [f32]);

    impl<F: Function> WithSimd for InPlace<'_, F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(function, numbers) = self;
            let (numbers, end) = S::as_mut_simd_f32s(numbers);
            for number in numbers {
                *number = function.apply(simd, *number, *number);
            }
            let last = simd.partial_load_f32s(end);
            simd.partial_store_f32s(end, function.apply(simd, last, last));
        }
    }

    let tasks = numbers.par_chunks_mut(TASK);
    tasks.for_each(|numbers| Arch::new().dispatch(InPlace(function, numbers)));
}

/// Replaces every `x` by `x * (1 + erf(x / sqrt(2))) / 2`, the exact GELU, within 1e-6 for inputs of
/// ordinary size.
pub fn gelu(x: &mut [f32]) {
    map_in_place(Gelu, x);
}

/// Multiplies `dy` by the derivative of [`gelu`] at `x`.
pub fn gelu_gradient(x: &[f32], dy: &mut [f32]) {
    map(GeluGradient, x, dy);
}

/// Replaces every `x` by `1 / (1 + exp(-x))`.
pub fn sigmoid(x: &mut [f32]) {
    map_in_place(Sigmoid, x);
}

/// Replaces the numbers of every row of `len` by their shares `exp(x) / sum of exp(x)`.
///
/// # Panics
/// If `len` is 0.
pub fn softmax(x: &mut [f32], len: usize) {
    let rows = x.par_chunks_mut(len * (TASK / len).max(1));
    rows.for_each(|rows| Arch::new().dispatch(Softmax { rows, len }));
}

struct Softmax<'a> {
    rows: &'a mut [f32],
    len: usize,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for row in self.rows.chunks_mut(self.len) {
            let most = row.iter().fold(f32::NEG_INFINITY, |most, x| most.max(*x));
            let most = simd.splat_f32s(most);
            let (vectors, end) = S::as_mut_simd_f32s(row);
            let mut sum = simd.splat_f32s(0.0);
            for x in &mut *vectors {
                *x = exp(simd, simd.sub_f32s(*x, most));
                sum = simd.add_f32s(sum, *x);
            }
            let mut rest = 0.0;
            let last = simd.sub_f32s(simd.partial_load_f32s(end), most);
            simd.partial_store_f32s(end, exp(simd, last));
            for x in &*end {
                rest += x;
            }
            let share = 1.0 / (simd.reduce_sum_f32s(sum) + rest);
            let shares = simd.splat_f32s(share);
            for x in vectors {
                *x = simd.mul_f32s(*x, shares);
            }
            for x in end {
                *x *= share;
            }
        }
    }
}

/// Backward through `y = relu(x)` (no `ceiling`) or `y = min(relu(x), ceiling)`: keeps `dy` where
/// `0 < y < ceiling` and sets the rest to 0.
pub fn relu_gradient(y: &[f32], dy: &mut [f32], ceiling: Option<f32>) {
    let ceiling = ceiling.unwrap_or(f32::INFINITY);
    map(ReluGradient { ceiling }, y, dy);
}

struct Sum<'a>(&'a [f32]);

impl WithSimd for Sum<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        const VECTORS: usize = 8;
        let (vectors, end) = S::as_simd_f32s(self.0);
        let mut sums = [simd.splat_f32s(0.0); VECTORS];
        for vectors in vectors.chunks(VECTORS) {
            for (sum, &vector) in sums.iter_mut().zip(vectors) {
                *sum = simd.add_f32s(*sum, vector);
            }
        }
        let mut total = simd.partial_load_f32s(end);
        for sum in sums {
            total = simd.add_f32s(total, sum);
        }
        simd.reduce_sum_f32s(total)
    }
}

/// The sum of numbers.
pub fn sum(numbers: &[f32]) -> f32 {
    Arch::new().dispatch(Sum(numbers))
}
