//! Linear regression whose weights are held small.

/// The products of columns that a regression is solved from; those of parts of the data add up and are
/// taken off again, so that leaving a part out costs no second look at the rest.
#[derive(Clone, Debug)]
pub struct Products {
    columns: usize,
    /// `X^T X`, its lower triangle, row after row.
    sums: Vec<f64>,
}

/// What solves a regression for any targets: the Cholesky factor of `X^T X + penalty I`.
#[derive(Clone, Debug)]
pub struct Solver {
    columns: usize,
    lower: Vec<f64>,
}

/// Where a row of a lower triangle begins.
fn start(row: usize) -> usize {
    row * (row + 1) / 2
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Products {
    /// Those of nothing, for rows of so many columns.
    pub fn new(columns: usize) -> Self {
        Self {
            columns,
            sums: vec![0.0; start(columns)],
        }
    }

    /// Adds a row, so many times; less than no times takes it off.
    pub fn add(&mut self, row: &[f32], times: f64) {
        let mut sums = self.sums.iter_mut();
        for (at, value) in row.iter().enumerate() {
            let value = times * f64::from(*value);
            for (sum, other) in sums.by_ref().take(at + 1).zip(row) {
                *sum += value * f64::from(*other);
            }
        }
    }

    /// With a penalty above 0 there always is a solution.
    pub fn solver(&self, penalty: f64) -> Solver {
        let mut lower = self.sums.clone();
        for row in 0..self.columns {
            for column in 0..=row {
                let (a, b) = (start(row), start(column));
                let rest = lower[a + column] - dot(&lower[a..a + column], &lower[b..b + column]);
                lower[a + column] = match row == column {
                    // Rounding may leave a little less than nothing.
                    true => (rest + penalty).max(f64::EPSILON).sqrt(),
                    false => rest / lower[b + column],
                };
            }
        }
        Solver {
            columns: self.columns,
            lower,
        }
    }
}

impl Solver {
    /// The weights `(X^T X + penalty I)^-1 X^T y` for `X^T y`.
    pub fn solve(&self, products: &[f64]) -> Vec<f64> {
        let mut weights = products.to_vec();
        for row in 0..self.columns {
            let a = start(row);
            let rest = weights[row] - dot(&self.lower[a..a + row], &weights[..row]);
            weights[row] = rest / self.lower[a + row];
        }
        for row in (0..self.columns).rev() {
            let a = start(row);
            let weight = weights[row] / self.lower[a + row];
            weights[row] = weight;
            let (above, own) = (&mut weights[..row], &self.lower[a..a + row]);
            for (other, value) in above.iter_mut().zip(own) {
                *other -= weight * value;
            }
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solved(rows: &[(&[f32], f64)], penalty: f64) -> Vec<f64> {
        let columns = rows[0].0.len();
        let mut products = Products::new(columns);
        let mut targets = vec![0.0; columns];
        for (row, target) in rows {
            products.add(row, 1.0);
            for (sum, value) in targets.iter_mut().zip(*row) {
                *sum += target * f64::from(*value);
            }
        }
        products.solver(penalty).solve(&targets)
    }

    fn assert_near(found: &[f64], right: &[f64]) {
        assert_eq!(found.len(), right.len());
        for (found, right) in found.iter().zip(right) {
            assert!((found - right).abs() < 1e-6, "{found} {right}");
        }
    }

    #[test]
    fn a_line_through_points_is_found() {
        // y = 3 a - 2 b + 1, without noise and nearly without penalty.
        let rows: [(&[f32], f64); 5] = [
            (&[0.0, 0.0, 1.0], 1.0),
            (&[1.0, 0.0, 1.0], 4.0),
            (&[0.0, 1.0, 1.0], -1.0),
            (&[2.0, 3.0, 1.0], 1.0),
            (&[-1.0, 4.0, 1.0], -10.0),
        ];
        assert_near(&solved(&rows, 1e-9), &[3.0, -2.0, 1.0]);
    }

    #[test]
    fn one_column_has_a_closed_form_and_rows_are_taken_off_again() {
        // sum x y / (sum x^2 + penalty).
        let rows: [(&[f32], f64); 2] = [(&[2.0], 1.0), (&[3.0], -1.0)];
        assert_near(&solved(&rows, 5.0), &[-1.0 / 18.0]);
        let mut products = Products::new(1);
        products.add(&[2.0], 1.0);
        products.add(&[3.0], 1.0);
        products.add(&[3.0], -1.0);
        assert_near(&products.solver(5.0).solve(&[2.0]), &[2.0 / 9.0]);
        // Columns that say the same share the weight.
        assert_near(&solved(&[(&[1.0, 1.0], 1.0)], 1.0), &[1.0 / 3.0; 2]);
    }
}
