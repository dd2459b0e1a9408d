//! The classic metrics on the command line.

use super::Usage;
use crate::metrics::{load, measurable};
use bpclip_core::metric::{Metric, Readings};
use clap::Args;
use std::path::Path;
use std::str::FromStr;

/// Which classic metrics are measured too.
#[derive(Clone, Debug, Default, Args)]
pub struct MetricOptions {
    /// Measure these of each picture and its reference too, at full size: psnr (dB), ssim, ms-ssim,
    /// ssimulacra2, butteraugli, lpips, dists (at a shorter side of at most 256 pixels), niqe (of
    /// these four lower is better), with commas, or all. niqe needs no reference; its parameters are
    /// our own, not the published ones. lpips and dists need weights (`bpclip import`); all has those
    /// whose weights are there
    #[arg(long, value_name = "LIST")]
    metrics: Option<List>,
}

/// The value of `--metrics`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List(Vec<Metric>);

impl FromStr for List {
    type Err = anyhow::Error;

    /// Loads the weights that the list needs: without them nothing is to be scored.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut list = Vec::new();
        if text == "all" {
            list = measurable();
        } else {
            for name in text.split(',') {
                let metric = name.trim().parse()?;
                if !list.contains(&metric) {
                    list.push(metric);
                }
            }
        }
        for metric in &list {
            load(*metric)?;
        }
        Ok(Self(list))
    }
}

impl MetricOptions {
    /// The metrics, in the order in which they were named.
    pub fn list(&self) -> &[Metric] {
        self.metrics.as_ref().map_or(&[], |list| &list.0)
    }

    /// The first that compares with a reference.
    pub fn compares(&self) -> Option<Metric> {
        let compares = |metric: &Metric| metric.needs_reference();
        self.list().iter().copied().find(compares)
    }

    /// Most metrics compare: without a reference there is nothing to measure.
    pub fn check(&self, reference: Option<&Path>) -> Result<(), Usage> {
        match (self.compares(), reference) {
            (Some(metric), None) => Err(Usage(format!(
                "--metrics: {metric} compares with a reference: give --reference too"
            ))),
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
        let all = list("all").unwrap();
        assert_eq!(all[..5], Metric::ALL);
        assert_eq!(all.last(), Some(&Metric::Niqe));
        let two = [Metric::Ssim, Metric::Psnr];
        assert_eq!(list("ssim, psnr,ssim").unwrap(), two);
        let error = list("psnr,").unwrap_err().to_string();
        assert!(error.contains("butteraugli"), "{error}");
        assert!(list("vmaf").is_err());
    }
}
