//! Which classic metrics can be measured here: those that need weights once the user has imported
//! them.

use anyhow::bail;
use bpclip_catalogue::Store;
use bpclip_core::metric::{Metric, Weights};
use std::path::{Path, PathBuf};

/// All whose weights, where they need some, are in the user's folder of weights.
pub fn measurable() -> Vec<Metric> {
    let folder = Store::of_user().ok().map(|store| store.folder().to_owned());
    measurable_with(folder.as_deref())
}

fn measurable_with(folder: Option<&Path>) -> Vec<Metric> {
    let there = |metric: &Metric| match (metric.weights_file(), folder) {
        (None, _) => true,
        (Some(file), Some(folder)) => folder.join(file).exists(),
        (Some(_), None) => false,
    };
    Metric::KNOWN.into_iter().filter(there).collect()
}

/// Loads the weights of a metric that needs some, once.
///
/// # Errors
/// They are not there, or cannot be read.
pub fn load(metric: Metric) -> anyhow::Result<()> {
    if metric.weights_file().is_none() || Weights::are_installed(metric) {
        return Ok(());
    }
    let file = in_weights(metric)?;
    if !file.exists() {
        bail!(
            "{metric} needs weights, which are not part of this program: \
             `bpclip import --{}` makes them of published files",
            metric.key()
        );
    }
    Weights::read(metric, &file)?.install();
    Ok(())
}

/// The place of a metric's weights, in the user's folder of those.
///
/// # Errors
/// The user has no such folder.
pub fn in_weights(metric: Metric) -> anyhow::Result<PathBuf> {
    let name = metric.weights_file().unwrap_or_default();
    Ok(Store::of_user()?.folder().join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_needs_weights_is_measurable_once_they_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let without = measurable_with(None);
        assert_eq!(without, measurable_with(Some(folder.path())));
        assert!(without.contains(&Metric::Niqe) && !without.contains(&Metric::Lpips));
        std::fs::write(
            folder.path().join(Metric::Lpips.weights_file().unwrap()),
            "",
        )
        .unwrap();
        let with = measurable_with(Some(folder.path()));
        assert!(with.contains(&Metric::Lpips) && !with.contains(&Metric::Dists));
    }
}
