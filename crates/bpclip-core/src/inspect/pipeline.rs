//! Many pictures, answered in the order in which they were asked, in bounded memory.
//!
//! [`run`] takes [`Job`]s, a file each with or without a reference, and calls back with an answer
//! for each; [`stream`] takes them as they come.

use super::batch::Batch;
use super::cache::DecodeCache;
use super::decoder::{Decoders, Order, Pending};
use super::{InspectError, Inspection, Scorer, Source};
use crate::image::Limits;
use crate::metric::{Metric, Readings};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// One picture to score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The picture.
    pub path: PathBuf,
    /// What it is compared with, by a full-reference checkpoint and by the classic metrics.
    pub reference: Reference,
}

/// The reference of a picture: the file that it is compared with. A full-reference checkpoint needs
/// one; a no-reference checkpoint scores without it, and it serves the classic metrics alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// None is wanted.
    #[default]
    None,
    /// This file.
    File(PathBuf),
    /// One was wanted, and this folder has none of its name: the job is answered with
    /// [`InspectError::Unpaired`]. For callers that pair files by name and do not want to lose a
    /// picture without a word.
    Unpaired(PathBuf),
    /// One was wanted, and each of these files could be it: the job is answered with
    /// [`InspectError::Ambiguous`].
    Ambiguous(Vec<PathBuf>),
}

impl Reference {
    /// The file, where there is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::None | Self::Unpaired(_) | Self::Ambiguous(_) => None,
        }
    }
}

/// Decoded pictures that wait for the device, beyond one a core.
const AHEAD: usize = 2;

/// Scores `jobs` at [`Scorer::size`], some neighbours [together](Scorer::together), and hands each
/// answer to `answer` as soon as it is known, in order, with its index among the jobs, on the
/// thread that called. A job that fails is answered with its error and the rest goes on. Stops
/// early when `cancel` is set, from another thread or by `answer`: what is not answered by then may
/// never be.
///
/// `metrics` are measured too, of a job without a reference those that need none, on the threads that
/// decode and before the pictures are shrunk; their readings are there also where the network failed,
/// and not where a picture could not be read. No metrics: `&[]`.
pub fn run(
    scorer: &Scorer,
    jobs: &[Job],
    metrics: &[Metric],
    limits: &Limits,
    cancel: &AtomicBool,
    answer: impl FnMut(usize, Result<Inspection, InspectError>, Readings),
) {
    let jobs = jobs.iter().cloned().enumerate();
    stream(scorer, jobs, metrics, limits, cancel, answer);
}

/// As [`run`], for jobs that are made one after another, as of a list of millions: only the few at
/// hand are kept. Each is answered with the key that it came with.
pub fn stream<K>(
    scorer: &Scorer,
    jobs: impl IntoIterator<Item = (K, Job)>,
    metrics: &[Metric],
    limits: &Limits,
    cancel: &AtomicBool,
    mut answer: impl FnMut(K, Result<Inspection, InspectError>, Readings),
) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let decoders = Decoders::new(cores, limits.clone(), metrics, DecodeCache::default());
    let begin = |job: Job| {
        let reference = match job.reference {
            Reference::None => None,
            Reference::File(path) => Some(Source::File(path)),
            Reference::Unpaired(folder) => {
                return Pending::failed(InspectError::Unpaired(folder));
            }
            Reference::Ambiguous(files) => {
                return Pending::failed(InspectError::Ambiguous(files));
            }
        };
        let order = Order {
            picture: Source::File(job.path),
            reference,
            task: scorer.task(),
            size: scorer.size,
        };
        decoders.begin(order, false)
    };
    let mut jobs = jobs.into_iter();
    // Its length bounds the decoded pictures in memory.
    let mut ahead: VecDeque<(K, Pending)> = VecDeque::new();
    let mut batch = Batch::new();
    loop {
        while ahead.len() <= cores + AHEAD
            && let Some((key, job)) = jobs.next()
        {
            ahead.push_back((key, begin(job)));
        }
        let Some((key, pending)) = ahead.pop_front() else {
            break;
        };
        let decoded = pending.wait();
        if cancel.load(Ordering::Relaxed) {
            return;
        }
        if !batch.admits(&decoded, scorer) {
            batch.look(scorer, false, &mut answer);
        }
        batch.push(key, decoded);
        if batch.is_full(scorer) {
            batch.look(scorer, false, &mut answer);
        }
    }
    batch.look(scorer, false, answer);
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::device;
    use crate::image::{self, Picture, SizePolicy};
    use crate::inspect::{Prepared, prepare};
    use crate::model::Task;
    use std::sync::Arc;

    #[test]
    fn pictures_say_the_same_together_as_alone() {
        let cpu = device::cpu();
        let checkpoint = Checkpoint::bundled(Task::NoReference, &cpu.device).unwrap();
        let mut scorer = Scorer::new(checkpoint, cpu);
        scorer.size = SizePolicy::at_most(Some(64));
        assert!(scorer.together(64, 96) > 3, "nothing would be together");
        // Two sizes, and one that is not there between those of the first.
        let names = [
            "coffee",
            "coffee-noisy",
            "missing",
            "coffee-blurred",
            "coffee-jpeg10",
            "astronaut",
            "astronaut-hazy",
        ];
        let jobs = names.map(|name| Job {
            path: crate::sample(name),
            reference: Reference::None,
        });
        let (limits, cancel) = (Limits::default(), AtomicBool::new(false));
        let mut order = Vec::new();
        run(&scorer, &jobs, &[], &limits, &cancel, |index, answer, _| {
            order.push(index);
            if names[index] == "missing" {
                assert!(matches!(answer, Err(InspectError::Image(_))));
                return;
            }
            let together = answer.unwrap();
            let size = scorer.size.to_read();
            let picture = image::read_for(&jobs[index].path, &limits, size).unwrap();
            let picture = prepare(picture, scorer.size).unwrap();
            let alone = scorer.inspect(&picture, None, false).unwrap();
            assert_eq!(together, alone, "{}", names[index]);
        });
        assert_eq!(order, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn one_that_cannot_be_looked_at_spoils_no_other() {
        let cpu = device::cpu();
        let checkpoint = Checkpoint::bundled(Task::FullReference, &cpu.device).unwrap();
        let scorer = Scorer::new(checkpoint, cpu);
        let grey = |side: u32| Prepared {
            picture: Picture {
                width: 64,
                height: 64,
                rgb: vec![128; 64 * 64 * 3],
                notes: Vec::new(),
            },
            width: side,
            height: side,
            sharpness: None,
        };
        let pairs = [
            (grey(64), Some(Arc::new(grey(64)))),
            (grey(64), None),
            (grey(64), Some(Arc::new(grey(65)))),
            (grey(64), Some(Arc::new(grey(64)))),
        ];
        let answers = scorer.inspect_all(&pairs);
        assert_eq!(answers[0].as_ref().unwrap(), answers[3].as_ref().unwrap());
        assert!(matches!(answers[1], Err(InspectError::NoReference)));
        assert!(matches!(answers[2], Err(InspectError::UnequalSize { .. })));
        assert!(scorer.inspect_all(&[]).is_empty());
    }
}
