//! A Gaussian of several variables.

/// Its mean and covariance.
#[derive(Clone, Debug)]
pub struct Gaussian<const N: usize> {
    pub mean: [f64; N],
    /// Symmetric.
    pub covariance: [[f64; N]; N],
}

impl<const N: usize> Gaussian<N> {
    /// That of rows, with their unbiased covariance; `None` for fewer than two.
    pub fn of(rows: &[[f64; N]]) -> Option<Self> {
        if rows.len() < 2 {
            return None;
        }
        let count = rows.len() as f64;
        let mean = std::array::from_fn(|i| rows.iter().map(|row| row[i]).sum::<f64>() / count);
        let covariance = |i: usize, j: usize| {
            let products = rows
                .iter()
                .map(|row| (row[i] - mean[i]) * (row[j] - mean[j]));
            products.sum::<f64>() / (count - 1.0)
        };
        Some(Self {
            mean,
            covariance: std::array::from_fn(|i| std::array::from_fn(|j| covariance(i, j))),
        })
    }

    /// The distance of two means by the mean of the covariances (Eq. 10 of the paper); `None` where
    /// that has no inverse.
    pub fn distance(&self, other: &Self) -> Option<f64> {
        // The Cholesky factor row by row, and with it the difference in directions that are
        // independent of each other.
        let mut factor = [[0.0; N]; N];
        let mut apart = [0.0; N];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for i in 0..N {
            for j in 0..i {
                let mean = (self.covariance[i][j] + other.covariance[i][j]) / 2.0;
                let rest = mean - dot(&factor[i][..j], &factor[j][..j]);
                factor[i][j] = rest / factor[j][j];
            }
            let known = &factor[i][..i];
            let variance = (self.covariance[i][i] + other.covariance[i][i]) / 2.0;
            let rest = variance - dot(known, known);
            if rest <= 0.0 || !rest.is_finite() {
                return None;
            }
            let difference = self.mean[i] - other.mean[i];
            let root = rest.sqrt();
            apart[i] = (difference - dot(known, &apart[..i])) / root;
            factor[i][i] = root;
        }
        Some(dot(&apart, &apart).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_in_units_of_the_spread() {
        let narrow = Gaussian {
            mean: [0.0, 0.0],
            covariance: [[1.0, 0.0], [0.0, 4.0]],
        };
        let moved = Gaussian {
            mean: [3.0, 8.0],
            covariance: [[1.0, 0.0], [0.0, 4.0]],
        };
        assert_eq!(narrow.distance(&narrow), Some(0.0));
        assert_eq!(narrow.distance(&moved), Some(5.0));
        // Along what varies together it is not as far as across.
        let rows = [[0.0, 0.1], [1.0, 0.9], [2.0, 2.1], [3.0, 2.9]];
        let tilted = Gaussian::of(&rows).unwrap();
        let at = |mean| Gaussian {
            mean,
            ..tilted.clone()
        };
        let [middle, along, across] = [[1.5, 1.5], [2.5, 2.5], [2.5, 0.5]].map(at);
        assert!(middle.distance(&across).unwrap() > 10.0 * middle.distance(&along).unwrap());
        let flat = Gaussian::of(&[[1.0, 2.0], [1.0, 3.0]]).unwrap();
        assert_eq!(flat.distance(&flat), None);
        assert!(Gaussian::of(&[[1.0]]).is_none());
    }
}
