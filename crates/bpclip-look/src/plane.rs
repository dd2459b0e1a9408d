//! One value a pixel, in several sizes.

/// A plane gets smaller versions until its longer side is at most this.
const SMALLEST_LEVEL: usize = 1024;

/// One value a pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width` times `height` values.
    pub values: Vec<u8>,
}

/// What four values become in the next smaller level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// The highest of them.
    Highest,
    /// Their mean, rounded.
    Mean,
}

impl Plane {
    pub(crate) fn new(width: usize, height: usize, values: Vec<u8>) -> Self {
        debug_assert_eq!(width * height, values.len());
        Self {
            width,
            height,
            values,
        }
    }

    /// The plane, and smaller versions of half the size each, the sides rounded up.
    pub fn halves(self, pool: Pool) -> Vec<Self> {
        let mut levels = vec![self];
        while let Some(last) = levels.last()
            && last.width.max(last.height) > SMALLEST_LEVEL
        {
            levels.push(last.halved(pool));
        }
        levels
    }

    /// Half as large. Beyond an odd side the last value stands again.
    fn halved(&self, pool: Pool) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let upper = self.row(2 * y);
            let lower = self.row((2 * y + 1).min(self.height - 1));
            for (above, below) in upper.chunks(2).zip(lower.chunks(2)) {
                let four = [
                    above[0],
                    above[above.len() - 1],
                    below[0],
                    below[below.len() - 1],
                ];
                values.push(match pool {
                    Pool::Highest => four.into_iter().max().unwrap_or(0),
                    Pool::Mean => {
                        let sum: u16 = four.into_iter().map(u16::from).sum();
                        ((sum + 2) / 4) as u8
                    }
                });
            }
        }
        Self::new(width, height, values)
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_the_highest_or_the_mean_of_four() {
        let plane = Plane::new(3, 2, vec![0, 8, 5, 4, 0, 7]);
        assert_eq!(plane.halved(Pool::Highest).values, [8, 7]);
        assert_eq!(plane.halved(Pool::Mean).values, [3, 6]);
        let column = Plane::new(1, 3, vec![1, 3, 9]);
        assert_eq!(column.halved(Pool::Mean).values, [2, 9]);
    }

    #[test]
    fn halves_go_on_until_they_are_small() {
        let sizes: Vec<_> = Plane::new(3000, 7, vec![0; 21_000])
            .halves(Pool::Highest)
            .iter()
            .map(|level| (level.width, level.height))
            .collect();
        assert_eq!(sizes, [(3000, 7), (1500, 4), (750, 2)]);
    }
}
