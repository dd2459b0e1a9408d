//! Generalised Gaussians, whose shape says how heavy their tails are, fitted to the moments of
//! numbers.

/// The shapes that are looked among: below is next to a spike, above next to a box.
const LEAST: f64 = 0.2;
const MOST: f64 = 10.0;

/// The moments of numbers around 0.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: usize,
    /// Sum of the absolute values.
    absolute: f64,
    /// Of the numbers below 0, and of those above: how many, and the sum of their squares.
    sides: [(usize, f64); 2],
}

impl Moments {
    fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut moments = Self::default();
        for value in values {
            moments.count += 1;
            moments.absolute += value.abs();
            if value != 0.0 {
                let (count, squares) = &mut moments.sides[usize::from(value > 0.0)];
                *count += 1;
                *squares += value * value;
            }
        }
        moments
    }

    /// The mean square.
    fn square(&self) -> f64 {
        (self.sides[0].1 + self.sides[1].1) / self.count as f64
    }

    /// The squared mean of the absolute values by the mean square.
    fn ratio(&self) -> f64 {
        (self.absolute / self.count as f64).powi(2) / self.square()
    }
}

/// Shape and scale, `[alpha, beta]`, of the generalised Gaussian (Eq. 4 of the paper) whose moments
/// these numbers have; `None` where all are 0.
pub fn symmetric(values: impl IntoIterator<Item = f64>) -> Option<[f64; 2]> {
    let moments = Moments::of(values);
    let square = moments.square();
    (square > 0.0).then(|| {
        let alpha = shape(moments.ratio());
        [alpha, square.sqrt() * scale(alpha)]
    })
}

/// Shape, mean and both scales, `[gamma, eta, beta left, beta right]`, of the asymmetric generalised
/// Gaussian (Eq. 7 and 8) whose moments these numbers have; `None` where there are none below or
/// above 0.
pub fn asymmetric(values: impl IntoIterator<Item = f64>) -> Option<[f64; 4]> {
    let moments = Moments::of(values);
    if moments.sides.iter().any(|(count, _)| *count == 0) {
        return None;
    }
    let [left, right] = moments
        .sides
        .map(|(count, squares)| (squares / count as f64).sqrt());
    let skew = left / right;
    let even = (skew.powi(3) + 1.0) * (skew + 1.0) / (skew.powi(2) + 1.0).powi(2);
    let gamma = shape(moments.ratio() * even);
    let [left, right] = [left, right].map(|deviation| deviation * scale(gamma));
    let mean = (right - left) * (ln_gamma(2.0 / gamma) - ln_gamma(1.0 / gamma)).exp();
    Some([gamma, mean, left, right])
}

/// The scale of a shape whose standard deviation is 1.
fn scale(shape: f64) -> f64 {
    ((ln_gamma(1.0 / shape) - ln_gamma(3.0 / shape)) / 2.0).exp()
}

/// The shape whose squared mean of absolute values by mean square is this; it grows with the shape.
fn shape(ratio: f64) -> f64 {
    let of = |shape: f64| {
        let [one, two, three] = [1.0, 2.0, 3.0].map(|k| ln_gamma(k / shape));
        (2.0 * two - one - three).exp()
    };
    let (mut low, mut high) = (LEAST, MOST);
    // As far as numbers of 64 bits go.
    for _ in 0..52 {
        let middle = (low + high) / 2.0;
        match of(middle) < ratio {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The logarithm of the gamma function above 0: Stirling's series where it is exact, and from there
/// down by `gamma(x + 1) = x gamma(x)`.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + std::f64::consts::TAU.ln() / 2.0 + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn the_gamma_function_is_that_of_tables() {
        let known = [
            (0.1, 9.513507698668732),
            (0.5, PI.sqrt()),
            (1.0, 1.0),
            (5.0, 24.0),
        ];
        for (x, gamma) in known {
            assert!((ln_gamma(x) - gamma.ln()).abs() < 1e-11, "{x}");
        }
    }

    #[test]
    fn a_box_a_bell_and_a_spike_have_their_shapes() {
        let normal = 2.0 / PI;
        assert!((shape(normal) - 2.0).abs() < 1e-9);
        assert!((shape(0.5) - 1.0).abs() < 1e-9, "Laplace's");
        assert_eq!([shape(0.75), shape(0.0)].map(f64::round), [10.0, 0.0]);
        let [alpha, beta] = symmetric((-1000..=1000).map(|v| f64::from(v) / 1000.0)).unwrap();
        assert!(alpha > 9.9 && (beta - 1.0).abs() < 0.1, "{alpha} {beta}");
    }

    #[test]
    fn the_longer_side_has_the_larger_scale() {
        let values = (-1000..=2000).map(f64::from);
        let [_, mean, left, right] = asymmetric(values).unwrap();
        assert!((right / left - 2.0).abs() < 0.01 && mean > 0.0);
        assert_eq!(asymmetric([1.0, 2.0]), None);
        assert_eq!(symmetric([0.0; 9]), None);
    }
}
