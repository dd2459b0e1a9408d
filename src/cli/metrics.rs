//! The classic metrics, and LPIPS, on the command line.

use super::Usage;
use anyhow::Context;
use bpclip_catalogue::Store;
use bpclip_core::metric::{Lpips, Metric, Readings};
use clap::Args;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Which classic metrics are measured too.
#[derive(Clone, Debug, Default, Args)]
pub struct MetricOptions {
    /// Measure these of each picture and its reference too, at full size: psnr (dB), ssim, ms-ssim,
    /// ssimulacra2, butteraugli, lpips (of these two lower is better), with commas, or all. lpips
    /// needs weights (`bpclip import --lpips`); all has it where they are
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
        let weights = lpips_file().ok().filter(|file| file.exists());
        let mut list = Vec::new();
        if text == "all" {
            list.extend(Metric::ALL);
            list.extend(weights.is_some().then_some(Metric::Lpips));
        } else {
            for name in text.split(',') {
                let metric = name.trim().parse()?;
                if !list.contains(&metric) {
                    list.push(metric);
                }
            }
        }
        if list.contains(&Metric::Lpips) {
            let file = weights.context(
                "LPIPS needs weights, which are not part of this program: \
                 `bpclip import --lpips ALEXNET LINEAR` makes them of published files",
            )?;
            Lpips::read(&file)?.install();
        }
        Ok(Self(list))
    }
}

/// Where the weights of LPIPS lie, or would: in the user's folder of weights.
pub fn lpips_file() -> anyhow::Result<PathBuf> {
    Ok(Store::of_user()?.folder().join(Lpips::FILE))
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
        assert_eq!(list("all").unwrap()[..5], Metric::ALL);
        let two = [Metric::Ssim, Metric::Psnr];
        assert_eq!(list("ssim, psnr,ssim").unwrap(), two);
        let error = list("psnr,").unwrap_err().to_string();
        assert!(error.contains("butteraugli"), "{error}");
        assert!(list("vmaf").is_err());
    }
}
