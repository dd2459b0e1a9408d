//! Many pictures: decoded on all cores while the device works, in bounded memory, answered in
//! the order they were asked.

use super::{InspectError, Inspection, Prepared, Scorer, prepare};
use crate::device::panic_text;
use crate::image::{self, Limits, SizePolicy};
use crossbeam_channel::bounded;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// One picture to score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The picture.
    pub path: PathBuf,
    /// What it is compared with, for a full-reference checkpoint.
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

/// Scores `jobs` one after another and hands each answer to `answer` as soon as it is known, in
/// order, with its index. Stops early when `cancel` is set.
pub fn run(
    scorer: &Scorer,
    jobs: &[Job],
    limits: &Limits,
    cancel: &AtomicBool,
    mut answer: impl FnMut(usize, Result<Inspection, InspectError>),
) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let size = scorer.size;
    // A queue of promises, in order: its length bounds the decoded pictures in memory.
    let (promise, promised) = bounded(cores + AHEAD);
    let (work, workload) = bounded::<(&Job, crossbeam_channel::Sender<Decoded>)>(0);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let workload = workload.clone();
            scope.spawn(move || {
                for (job, done) in workload {
                    // The receiver is gone only when the run was cancelled.
                    let _ = done.send(decode(job, size, limits));
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
            let lost = |_| Err(InspectError::Decoder("it ended early".into()));
            let result = decoded
                .recv()
                .unwrap_or_else(lost)
                .and_then(|(distorted, reference)| {
                    scorer.inspect(&distorted, reference.as_ref(), false)
                });
            answer(index, result);
        }
    });
}

type Decoded = Result<(Prepared, Option<Prepared>), InspectError>;

/// Reads a picture and its reference and brings both to the scored size.
fn decode(job: &Job, size: SizePolicy, limits: &Limits) -> Decoded {
    let load = |path: &std::path::Path| prepare(image::read(path, limits)?, size);
    // One picture must not end the run, whatever a decoder does.
    catch_unwind(AssertUnwindSafe(|| {
        let reference = match &job.reference {
            Reference::None => None,
            Reference::File(path) => Some(load(path)?),
            Reference::Unpaired(folder) => return Err(InspectError::Unpaired(folder.clone())),
        };
        Ok((load(&job.path)?, reference))
    }))
    .unwrap_or_else(|payload| Err(InspectError::Decoder(panic_text(payload.as_ref()))))
}
