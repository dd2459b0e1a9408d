//! Many pictures: decoded on all cores while the device works, in bounded memory, answered in
//! the order they were asked.

use super::pixel_budget::PixelBudget;
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
/// SSIMULACRA2 takes up to 110 bytes of memory for each pixel.
const MEASURED_AT_ONCE: u64 = 16_000_000;

/// Scores `jobs`, some neighbours [together](Scorer::together), and hands each answer to `answer` as
/// soon as it is known, in order, with its index. Stops early when `cancel` is set.
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
        budget: PixelBudget::new(MEASURED_AT_ONCE),
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
        let mut batch: Vec<(usize, Decoded)> = Vec::new();
        for (index, decoded) in promised.into_iter().enumerate() {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            let decoded = decoded.recv().unwrap_or_else(|_| Decoded {
                pair: Err(InspectError::Decoder("it ended early".into())),
                readings: Readings::default(),
            });
            let apart = |(_, first): &(usize, Decoded)| match (first.size(), decoded.size()) {
                (Some(first), Some(size)) => !scorer.is_on_cpu() && first != size,
                _ => true,
            };
            if batch.first().is_some_and(apart) {
                look(scorer, &mut batch, &mut answer);
            }
            let full = decoded
                .size()
                .map_or(1, |(width, height)| scorer.together(width, height));
            batch.push((index, decoded));
            if batch.len() >= full {
                look(scorer, &mut batch, &mut answer);
            }
        }
        look(scorer, &mut batch, &mut answer);
    });
}

/// Looks at pictures together, and answers for them and for those without pixels.
fn look(
    scorer: &Scorer,
    batch: &mut Vec<(usize, Decoded)>,
    answer: &mut impl FnMut(usize, Result<Inspection, InspectError>, Readings),
) {
    let (mut pairs, mut seen) = (Vec::new(), Vec::new());
    for (index, Decoded { pair, readings }) in batch.drain(..) {
        match pair {
            Ok(pair) => {
                pairs.push(pair);
                seen.push((index, readings));
            }
            Err(error) => answer(index, Err(error), readings),
        }
    }
    for (result, (index, readings)) in scorer.inspect_all(&pairs).into_iter().zip(seen) {
        answer(index, result, readings);
    }
}

/// What is known of a job before the network has seen it.
struct Decoded {
    pair: Result<(Prepared, Option<Prepared>), InspectError>,
    readings: Readings,
}

impl Decoded {
    /// Width and height at which it is scored; none where there are no pixels.
    fn size(&self) -> Option<(u32, u32)> {
        let (distorted, _) = self.pair.as_ref().ok()?;
        Some((distorted.picture.width, distorted.picture.height))
    }
}

/// What the decoding threads share.
struct Decoder<'a> {
    task: Task,
    size: SizePolicy,
    limits: &'a Limits,
    metrics: &'a [Metric],
    budget: PixelBudget,
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
        let _permit = self.budget.take(pixels);
        Readings::of(self.metrics, picture, reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::device;

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
            path: format!("assets/samples/{name}.jpg").into(),
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
            let picture = image::read_for(&jobs[index].path, &limits, scorer.size).unwrap();
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
        };
        let pairs = [
            (grey(64), Some(grey(64))),
            (grey(64), None),
            (grey(64), Some(grey(65))),
            (grey(64), Some(grey(64))),
        ];
        let answers = scorer.inspect_all(&pairs);
        assert_eq!(answers[0].as_ref().unwrap(), answers[3].as_ref().unwrap());
        assert!(matches!(answers[1], Err(InspectError::NoReference)));
        assert!(matches!(answers[2], Err(InspectError::UnequalSize { .. })));
        assert!(scorer.inspect_all(&[]).is_empty());
    }
}
