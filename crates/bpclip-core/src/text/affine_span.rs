//! How far a vector lies from those that training saw.

/// The affine span of points: all their weighted means, weights of either sign.
#[derive(Debug)]
pub struct AffineSpan {
    /// A point in it.
    centre: Vec<f64>,
    /// Perpendicular directions in it, of length 1.
    directions: Vec<Vec<f64>>,
}

/// A direction shorter than this lies in those before it; the points have length 1.
const FLAT: f64 = 1e-6;

impl AffineSpan {
    /// The span through points of equal width, at least one (Gram and Schmidt's method).
    pub fn through(points: &[&[f32]]) -> Self {
        let width = points.first().map_or(0, |point| point.len());
        let mut centre = vec![0.0; width];
        for point in points {
            for (sum, value) in centre.iter_mut().zip(*point) {
                *sum += f64::from(*value) / points.len() as f64;
            }
        }
        let mut span = Self {
            centre,
            directions: Vec::new(),
        };
        for point in points {
            let mut across = span.across(point);
            let length = dot(&across, &across).sqrt();
            if length > FLAT {
                across.iter_mut().for_each(|value| *value /= length);
                span.directions.push(across);
            }
        }
        span
    }

    /// The distance of a point from the span.
    pub fn distance(&self, point: &[f32]) -> f32 {
        let across = self.across(point);
        dot(&across, &across).sqrt() as f32
    }

    /// The way from the nearest point of the span to a point.
    fn across(&self, point: &[f32]) -> Vec<f64> {
        let mut across: Vec<f64> = point
            .iter()
            .zip(&self.centre)
            .map(|(value, centre)| f64::from(*value) - centre)
            .collect();
        for direction in &self.directions {
            let along = dot(&across, direction);
            for (value, step) in across.iter_mut().zip(direction) {
                *value -= along * step;
            }
        }
        across
    }
}

/// The largest distance of one point from the span through the others; `None` for fewer than
/// two points.
pub fn largest_distance(points: &[&[f32]]) -> Option<f32> {
    if points.len() < 2 {
        return None;
    }
    let alone = points.iter().enumerate().map(|(index, point)| {
        let others: Vec<&[f32]> = points
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, other)| *other)
            .collect();
        AffineSpan::through(&others).distance(point)
    });
    alone.reduce(f32::max)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNERS: [&[f32]; 3] = [&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0]];

    /// The plane x + y + z = 1.
    #[test]
    fn distances_from_a_plane() {
        let plane = AffineSpan::through(&CORNERS);
        for (point, sum) in [
            ([0.0, 0.0, 0.0], 0.0_f32),
            ([2.0, 3.0, -4.0], 1.0),
            ([1.0, 1.0, 1.0], 3.0),
        ] {
            let expected = (sum - 1.0).abs() / 3.0_f32.sqrt();
            assert!((plane.distance(&point) - expected).abs() < 1e-6);
        }
    }

    /// The height of an equilateral triangle of side root 2.
    #[test]
    fn one_from_the_others() {
        let height = largest_distance(&CORNERS).unwrap();
        assert!((height - 1.5_f32.sqrt()).abs() < 1e-6);
        assert_eq!(largest_distance(&CORNERS[..1]), None);
        assert_eq!(largest_distance(&[CORNERS[0], CORNERS[0]]), Some(0.0));
    }
}
