//! The interval of a share (E. B. Wilson, "Probable inference, the law of succession, and statistical
//! inference", JASA 22, 1927).

use super::Interval;

/// The normal quantile of 95 % on both sides.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval of a share, 0 to 1, of so many independent cases; `None` of none.
pub fn wilson(share: f64, of: usize) -> Option<Interval> {
    let n = of as f64;
    if of == 0 || !share.is_finite() {
        return None;
    }
    let weight = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / weight;
    let spread = share * (1.0 - share) / n + Z * Z / (4.0 * n * n);
    let half = Z * spread.max(0.0).sqrt() / weight;
    Some(Interval {
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `scipy.stats.binomtest(8, 10).proportion_ci(method="wilson")`, and of 0 of 10.
    #[test]
    fn it_is_that_of_scipy() {
        for (share, low, high) in [
            (0.8, 0.4901624715366418, 0.9433178485456248),
            (0.0, 0.0, 0.27753279986288926),
        ] {
            let interval = wilson(share, 10).unwrap();
            assert!((interval.low - low).abs() < 1e-9, "{interval:?}");
            assert!((interval.high - high).abs() < 1e-9, "{interval:?}");
        }
        assert_eq!(wilson(0.5, 0), None);
    }
}
