//! The classic metrics on the command line.

use super::Usage;
use bpclip_core::UnknownName;
use bpclip_core::metric::{Metric, Readings};
use clap::Args;
use std::path::Path;
use std::str::FromStr;

/// Which classic metrics are measured too.
#[derive(Clone, Debug, Default, Args)]
pub struct MetricOptions {
    /// Measure these of each picture and its reference too, at full size: psnr (dB), ssim, ms-ssim,
    /// ssimulacra2, butteraugli (here lower is better), with commas, or all
    #[arg(long, value_name = "LIST")]
    metrics: Option<List>,
}

/// The value of `--metrics`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List(Vec<Metric>);

impl FromStr for List {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        if text == "all" {
            return Ok(Self(Metric::ALL.into()));
        }
        let mut list = Vec::new();
        for name in text.split(',') {
            let metric = name.trim().parse()?;
            if !list.contains(&metric) {
                list.push(metric);
            }
        }
        Ok(Self(list))
    }
}

impl MetricOptions {
    /// The metrics, in the order in which they were named.
    pub fn list(&self) -> &[Metric] {
        self.metrics.as_ref().map_or(&[], |list| &list.0)
    }

    /// Metrics compare: without a reference there is nothing to measure.
    pub fn check(&self, reference: Option<&Path>) -> Result<(), Usage> {
        match (self.list(), reference) {
            ([_, ..], None) => Err(Usage(
                "--metrics compares with a reference: give --reference too".into(),
            )),
            _ => Ok(()),
        }
    }
}

/// Readings in words, such as `PSNR 31.20 dB, SSIM 0.9012`.
pub fn sentence(readings: &Readings) -> String {
    let values = readings.iter().filter_map(|(metric, reading)| {
        let value = metric.show(*reading.as_ref().ok()?);
        let said = format!("{metric} {value} {}", metric.unit());
        Some(said.trim_end().to_owned())
    });
    values.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_each_once_or_all() {
        let list = |text: &str| text.parse::<List>().map(|list| list.0);
        assert_eq!(list("all"), Ok(Metric::ALL.into()));
        let two = vec![Metric::Ssim, Metric::Psnr];
        assert_eq!(list("ssim, psnr,ssim"), Ok(two));
        assert!(
            list("psnr,")
                .unwrap_err()
                .to_string()
                .contains("butteraugli")
        );
        assert!(list("lpips").is_err());
    }
}
