//! What `bpclip rate` and `bpclip pick` do alike: score pictures, and name what failed.

use super::print::say;
use super::{Outcome, ScoringOptions, named, progress, signals};
use bpclip_core::image::{Limits, PassedOver};
use bpclip_core::inspect::Inspection;
use bpclip_core::inspect::pipeline::{self, Job, Reference};
use bpclip_core::model::Task;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Files of which something failed, and why.
pub struct Failed(Vec<(PathBuf, String)>);

impl Failed {
    /// What could not be looked into.
    pub fn of(unreadable: &[PassedOver]) -> Self {
        let failed = unreadable.iter();
        Self(
            failed
                .map(|entry| (entry.path().to_owned(), entry.to_string()))
                .collect(),
        )
    }

    /// Adds one.
    pub fn push(&mut self, path: &Path, reason: impl ToString) {
        self.0.push((path.to_owned(), reason.to_string()));
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Names each file once.
    pub fn tell(&self) -> Outcome {
        let mut seen = HashSet::new();
        for (path, reason) in &self.0 {
            if seen.insert(path) {
                say!("  {}", named(path, reason));
            }
        }
        match self.0.is_empty() {
            true => Outcome::Done,
            false => Outcome::SomeFailed,
        }
    }
}

/// Scores pictures without a reference, and hands each with its place to `scored`; false if it was told
/// to stop.
///
/// # Errors
/// The checkpoint cannot be read, or there is no such device.
pub fn score<'a>(
    network: &ScoringOptions,
    pictures: impl IntoIterator<Item = &'a Path>,
    failed: &mut Failed,
    mut scored: impl FnMut(usize, Inspection),
) -> anyhow::Result<bool> {
    let scorer = network.scorer(Task::NoReference)?;
    let job = |picture: &Path| Job {
        path: picture.to_owned(),
        reference: Reference::None,
    };
    let jobs: Vec<Job> = pictures.into_iter().map(job).collect();
    let bar = progress::pictures(jobs.len());
    let cancel = signals::flag();
    let limits = Limits::of_this_machine();
    pipeline::run(&scorer, &jobs, &[], &limits, &cancel, |index, result, _| {
        bar.inc(1);
        match (result, jobs.get(index)) {
            (Ok(inspection), _) => scored(index, inspection),
            (Err(error), Some(job)) => failed.push(&job.path, error),
            (Err(_), None) => {}
        }
    });
    bar.finish_and_clear();
    Ok(!cancel.load(Ordering::Relaxed))
}
