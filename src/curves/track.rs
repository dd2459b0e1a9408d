//! What steps say, as curves of bounded length.

use bpclip_train::train::Step;

/// Points kept at most. Beyond that two become one, so that a run of a million steps costs what a
/// run of some thousand does.
pub const MAX_POINTS: usize = 4096;
/// How much of the smoothed curve stays from one step to the next.
const INERTIA: f64 = 0.95;

/// A number that every step says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Series {
    /// The weighted sum of the loss's parts.
    #[default]
    Total,
    /// A part of the loss.
    Mse,
    /// A part of the loss.
    Correlation,
    /// A part of the loss.
    Rank,
    /// A part of the loss.
    Dimension,
    /// A part of the loss.
    Adjectives,
    /// A part of the loss.
    Words,
    /// A part of the loss.
    Statistics,
    /// A part of the loss.
    Maps,
    /// A part of the loss.
    Sharpness,
    /// The gradient's norm.
    Norm,
    /// The learning rate.
    Rate,
}

impl Series {
    /// All, in the order of [`Point`]'s values.
    pub const ALL: [Self; 12] = [
        Self::Total,
        Self::Mse,
        Self::Correlation,
        Self::Rank,
        Self::Dimension,
        Self::Adjectives,
        Self::Words,
        Self::Statistics,
        Self::Maps,
        Self::Sharpness,
        Self::Norm,
        Self::Rate,
    ];

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Total => "Loss",
            Self::Mse => "Loss: MSE",
            Self::Correlation => "Loss: 1 - PLCC",
            Self::Rank => "Loss: rank",
            Self::Dimension => "Loss: dimension",
            Self::Adjectives => "Loss: adjectives",
            Self::Words => "Loss: words",
            Self::Statistics => "Loss: statistics",
            Self::Maps => "Loss: heatmaps",
            Self::Sharpness => "Loss: sharpness",
            Self::Norm => "Gradient norm",
            Self::Rate => "Learning rate",
        }
    }
}

/// One value a series.
type Values = [f64; Series::ALL.len()];

/// A step, or the mean of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The step, counted over all epochs.
    pub at: f64,
    raw: Values,
    smooth: Values,
}

impl Point {
    /// The value of a series.
    pub fn raw(&self, series: Series) -> f64 {
        self.raw.get(series as usize).copied().unwrap_or(f64::NAN)
    }

    /// The smoothed value.
    pub fn smooth(&self, series: Series) -> f64 {
        self.smooth
            .get(series as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// The curves.
#[derive(Clone, Debug)]
pub struct Track {
    points: Vec<Point>,
    /// Steps that a point stands for.
    stride: usize,
    /// Steps that are no point yet.
    waiting: Vec<Point>,
    /// The smoothed values, and by how much they are too small as they began at 0.
    state: (Values, f64),
}

impl Default for Track {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            stride: 1,
            waiting: Vec::new(),
            state: ([0.0; Series::ALL.len()], 1.0),
        }
    }
}

impl Track {
    /// The points, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Whether a series is ever anything but 0.
    pub fn has(&self, series: Series) -> bool {
        self.points.iter().any(|point| point.raw(series) != 0.0)
    }

    /// Adds a step; `at` counts steps over all epochs.
    pub fn push(&mut self, at: f64, step: &Step) {
        let loss = step.loss.values().map(f64::from);
        let norm = f64::from(step.grad_norm);
        let mut raw = Values::default();
        let values = loss.into_iter().chain([norm, step.lr]);
        for (place, value) in raw.iter_mut().zip(values) {
            *place = value;
        }
        let (sums, short) = &mut self.state;
        *short *= INERTIA;
        for (sum, value) in sums.iter_mut().zip(raw) {
            *sum = INERTIA * *sum + (1.0 - INERTIA) * value;
        }
        let smooth = sums.map(|sum| sum / (1.0 - *short));
        self.waiting.push(Point { at, raw, smooth });
        if self.waiting.len() >= self.stride {
            self.points.extend(mean(&self.waiting));
            self.waiting.clear();
        }
        if self.points.len() > MAX_POINTS {
            self.points = self.points.chunks(2).filter_map(mean).collect();
            self.stride *= 2;
        }
    }

    /// Drops what was at a step or after it.
    pub fn rewind(&mut self, at: f64) {
        self.points.retain(|point| point.at < at);
        self.waiting.clear();
        self.state = match self.points.last() {
            Some(point) => (point.smooth, 0.0),
            None => Self::default().state,
        };
    }
}

/// The points in one: at the first, the mean of what they are, and as smooth as the last.
fn mean(points: &[Point]) -> Option<Point> {
    let (first, last) = (points.first()?, points.last()?);
    let mut raw = Values::default();
    for point in points {
        for (sum, value) in raw.iter_mut().zip(point.raw) {
            *sum += value / points.len() as f64;
        }
    }
    Some(Point {
        at: first.at,
        raw,
        smooth: last.smooth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_train::train::{LossTerms, Position};

    fn step(loss: f32) -> Step {
        Step {
            position: Position { epoch: 0, step: 0 },
            loss: LossTerms {
                total: loss,
                ..LossTerms::default()
            },
            grad_norm: 1.0,
            lr: 1e-4,
            seconds: 1.0,
            pictures: 2,
        }
    }

    #[test]
    fn a_long_run_stays_small_and_keeps_its_mean() {
        let mut track = Track::default();
        let steps = 50_000;
        for at in 0..steps {
            track.push(f64::from(at), &step(at as f32));
        }
        let points = track.points();
        assert!(points.len() <= MAX_POINTS && points.len() > MAX_POINTS / 4);
        let last = points.last().unwrap();
        assert!(last.at > 0.99 * f64::from(steps));
        let middle = points.iter().map(|p| p.raw(Series::Total)).sum::<f64>();
        let middle = middle / points.len() as f64;
        assert!((middle / f64::from(steps) - 0.5).abs() < 0.01, "{middle}");
        // It follows about 20 steps behind.
        let behind = last.raw(Series::Total) - last.smooth(Series::Total);
        assert!((0.0..60.0).contains(&behind), "{behind}");
    }

    #[test]
    fn the_smoothed_curve_begins_where_the_raw_one_does() {
        let mut track = Track::default();
        track.push(0.0, &step(4.0));
        let first = track.points()[0];
        assert!((first.smooth(Series::Total) - 4.0).abs() < 1e-9);
        assert!(track.has(Series::Total) && !track.has(Series::Rank));
    }

    #[test]
    fn a_rewound_curve_goes_on_from_where_it_was() {
        let mut track = Track::default();
        for at in 0..100 {
            track.push(f64::from(at), &step(2.0));
        }
        track.rewind(60.0);
        assert_eq!(track.points().len(), 60);
        track.push(60.0, &step(2.0));
        let last = track.points().last().unwrap();
        assert!((last.smooth(Series::Total) - 2.0).abs() < 1e-9);
    }
}
