//! Several metrics of one picture.

use super::{Metric, MetricError, measure};
use crate::image::Picture;
use serde::{Serialize, Serializer};

/// What metrics say of one picture, in the order in which they were measured.
///
/// In JSON an object with a member a metric by [`Metric::key`]: its number, the string `"inf"`
/// where that is infinite (JSON has no such number; PSNR of equal pictures is), or null where it
/// could not be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings(Vec<(Metric, Result<f64, MetricError>)>);

impl Readings {
    /// Measures a picture. One metric that fails does not keep the others from their values; those
    /// that need a reference are left out where there is none.
    pub fn of<'a>(
        metrics: &[Metric],
        picture: &Picture,
        reference: impl Into<Option<&'a Picture>>,
    ) -> Self {
        let reference = reference.into();
        let mut readings = Self::default();
        for metric in metrics {
            if reference.is_some() || !metric.needs_reference() {
                readings.push(*metric, measure(*metric, picture, reference));
            }
        }
        readings
    }

    /// Adds what a metric says.
    pub fn push(&mut self, metric: Metric, reading: Result<f64, MetricError>) {
        self.0.push((metric, reading));
    }

    /// Each metric with its value, or why it has none.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, &Result<f64, MetricError>)> {
        self.0.iter().map(|(metric, reading)| (*metric, reading))
    }

    /// What a metric says, if it was measured.
    pub fn get(&self, metric: Metric) -> Option<&Result<f64, MetricError>> {
        self.iter()
            .find_map(|(one, reading)| (one == metric).then_some(reading))
    }

    /// The value of a metric, if it was measured and has one; it may be infinite.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.get(metric)?.as_ref().ok().copied()
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Why metrics have no value, each reason once: they often share one.
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        for error in self
            .0
            .iter()
            .filter_map(|(_, reading)| reading.as_ref().err())
        {
            let reason = error.to_string();
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }
}

impl Serialize for Readings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = |value: f64| match value.is_finite() {
            true => Number::Finite(value),
            false => Number::Infinite("inf"),
        };
        let value = |(metric, reading): (Metric, &Result<f64, MetricError>)| {
            (metric.key(), reading.as_ref().ok().copied().map(number))
        };
        serializer.collect_map(self.iter().map(value))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Infinite(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_tells_a_number_from_infinity_and_from_nothing() {
        let mut readings = Readings::default();
        readings.push(Metric::Psnr, Ok(f64::INFINITY));
        readings.push(Metric::Ssim, Ok(0.5));
        for metric in [Metric::MsSsim, Metric::Butteraugli] {
            let reason = "no".into();
            readings.push(metric, Err(MetricError::Failed { metric, reason }));
        }
        let json = serde_json::to_string(&readings).unwrap();
        let expected = r#"{"psnr":"inf","ssim":0.5,"ms-ssim":null,"butteraugli":null}"#;
        assert_eq!(json, expected);
        assert_eq!(readings.reasons().len(), 2);
        assert_eq!(readings.value(Metric::Ssim), Some(0.5));
        assert_eq!(readings.value(Metric::MsSsim), None);
        assert_eq!(readings.get(Metric::Ssimulacra2), None);
    }
}
