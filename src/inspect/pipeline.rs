//! Many pictures: decoded on all cores while the device works, in bounded memory, answered in
//! the order they were asked.

use super::turns::Turns;
use super::{InspectError, Inspection, Prepared, Scorer, guarded, prepare};
use crate::image::{self, Limits, Picture, SizePolicy};
use crate::metric::{Metric, Readings};
use crate::model::Task;
use crossbeam_channel::bounded;
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

/// The reference of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// None is wanted.
    #[default]
    None,
    /// This file.
    File(PathBuf),
    /// One was wanted, and this folder has none of its name.
    Unpaired(PathBuf),
}

/// Decoded pictures that wait for the device, beyond one a core.
const AHEAD: usize = 2;

/// Pixels of pairs that are measured at once: the classic metrics see whole pictures, and
/// SSIMULACRA2 takes 140 bytes of memory for each pixel.
const MEASURED_AT_ONCE: u64 = 16_000_000;

/// Scores `jobs` one after another and hands each answer to `answer` as soon as it is known, in
/// order, with its index. Stops early when `cancel` is set.
///
/// Where a job has a reference, `metrics` are measured too, on the threads that decode and before
/// the pictures are shrunk; their readings are there also where the network failed. There are none
/// of a job without a reference, or of which a picture could not be read.
pub fn run(
    scorer: &Scorer,
    jobs: &[Job],
    metrics: &[Metric],
    limits: &Limits,
    cancel: &AtomicBool,
    mut answer: impl FnMut(usize, Result<Inspection, InspectError>, Readings),
) {
    let decoder = Decoder {
        task: scorer.task(),
        size: scorer.size,
        limits,
        metrics,
        turns: Turns::new(MEASURED_AT_ONCE),
    };
    let decoder = &decoder;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A queue of promises, in order: its length bounds the decoded pictures in memory.
    let (promise, promised) = bounded(cores + AHEAD);
    let (work, workload) = bounded::<(&Job, crossbeam_channel::Sender<Decoded>)>(0);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let workload = workload.clone();
            scope.spawn(move || {
                for (job, done) in workload {
                    // The receiver is gone only when the run was cancelled.
                    let _ = done.send(decoder.decode(job));
                }
            });
        }
        scope.spawn(move || {
            for job in jobs {
                let (done, decoded) = bounded(1);
                if promise.send(decoded).is_err() || work.send((job, done)).is_err() {
                    return;
                }
            }
        });
        drop(workload);
        for (index, decoded) in promised.into_iter().enumerate() {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            let decoded = decoded.recv().unwrap_or_else(|_| Decoded {
                pair: Err(InspectError::Decoder("it ended early".into())),
                readings: Readings::default(),
            });
            let result = decoded.pair.and_then(|(distorted, reference)| {
                scorer.inspect(&distorted, reference.as_ref(), false)
            });
            answer(index, result, decoded.readings);
        }
    });
}

/// What is known of a job before the network has seen it.
struct Decoded {
    pair: Result<(Prepared, Option<Prepared>), InspectError>,
    readings: Readings,
}

/// What the decoding threads share.
struct Decoder<'a> {
    task: Task,
    size: SizePolicy,
    limits: &'a Limits,
    metrics: &'a [Metric],
    turns: Turns,
}

impl Decoder<'_> {
    /// Reads a picture and its reference, measures them, and brings what the network wants to the
    /// scored size.
    fn decode(&self, job: &Job) -> Decoded {
        let mut readings = Readings::default();
        let pair = guarded(|| {
            let load = |path: &Path| image::read(path, self.limits);
            let reference = match &job.reference {
                Reference::None => None,
                Reference::File(path) => Some(load(path)?),
                Reference::Unpaired(folder) => return Err(InspectError::Unpaired(folder.clone())),
            };
            let Some(reference) = reference else {
                let picture = image::read_for(&job.path, self.limits, self.size)?;
                return Ok((prepare(picture, self.size)?, None));
            };
            // Both whole, whatever the formats: what decoding alone does to one of them would be
            // compared too.
            let picture = load(&job.path)?;
            readings = self.measure(&picture, &reference);
            let picture = prepare(picture, self.size)?;
            let reference = match self.task {
                Task::NoReference => None,
                Task::FullReference => Some(prepare(reference, self.size)?),
            };
            Ok((picture, reference))
        });
        Decoded { pair, readings }
    }

    fn measure(&self, picture: &Picture, reference: &Picture) -> Readings {
        if self.metrics.is_empty() {
            return Readings::default();
        }
        let pixels = u64::from(picture.width) * u64::from(picture.height);
        let _turn = self.turns.take(pixels);
        Readings::of(self.metrics, picture, reference)
    }
}
