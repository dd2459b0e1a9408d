//! The end of an epoch: a validation, a checkpoint, and what it says of itself.

use super::Trainer;
use crate::dataset::Item;
use crate::evaluate::statistics::{plcc, rmse, srcc};
use crate::train::event::{Epoch, Event};
use crate::train::loss::LossTerms;
use crate::train::origin::program;
use crate::train::{Criterion, Position, Start, TrainError};
use bpclip_core::checkpoint::{Certainty, Checkpoint, Distribution, Heldout, Metadata, Precision};
use bpclip_core::guard::guard;
use bpclip_core::image::{self, Fingerprint, Limits};
use bpclip_core::inspect::{Inspection, Scorer, pipeline, prepare_unmeasured};
use bpclip_core::model::{Network, Task};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// The share of the pictures whose rating an interval should hold.
const COVERAGE: f64 = 0.9;
/// Pictures held out that certainty is fitted on at most: beyond, all pairs of them take long.
const MOST_POINTS: usize = 1000;
/// Photographs over which the words are distributed at most.
const MOST_PHOTOGRAPHS: usize = 2000;

/// All things, or so many of them evenly spaced.
fn spaced<T>(things: &[T], most: usize) -> impl Iterator<Item = &T> {
    things.iter().step_by(things.len().div_ceil(most).max(1))
}

impl Trainer<'_> {
    /// Validates, writes the epoch's checkpoint. False if it was told to stop meanwhile.
    pub(super) fn end_epoch(&mut self, epoch_steps: u32) -> Result<bool, TrainError> {
        let epoch = self.progress.position.epoch + 1;
        self.judge(epoch, epoch_steps)
    }

    /// Validates the start as epoch 0, so that it is known what a training adds to it. False if it was
    /// told to stop meanwhile.
    pub(super) fn judge_start(&mut self) -> Result<bool, TrainError> {
        if self.settings.start == Start::Fresh || self.data.held_out.is_empty() {
            return Ok(true);
        }
        self.judge(0, 1)
    }

    fn judge(&mut self, epoch: u32, epoch_steps: u32) -> Result<bool, TrainError> {
        let Some(network) = &self.network else {
            return Err(TrainError::Broken("the network was lost"));
        };
        let network = self.optimiser.averaged(network);
        let Some(points) = self.validate(&network)? else {
            return Ok(false);
        };
        let (raw, labels): (Vec<f64>, Vec<f64>) = points
            .iter()
            .map(|[label, raw]| (f64::from(*raw), f64::from(*label)))
            .unzip();
        let plcc = plcc(&raw, &labels).ok();
        let srcc = srcc(&raw, &labels).ok();
        let rmse = rmse(&raw, &labels).ok();
        let count = f64::from(epoch_steps.max(1));
        let sums = &self.progress.sums;
        let mean = |term| (sums.get(term).copied().unwrap_or(0.0) / count) as f32;
        let means = std::array::from_fn(mean);
        let criterion = self.settings.best;
        let best = criterion.takes(&self.progress.best_points, &points);
        let judged = srcc.unwrap_or(f64::from(epoch));
        let higher = self.progress.highest.is_none_or(|highest| judged > highest);
        // One that is taken for want of proof is no reason to go on.
        let gained = match criterion {
            Criterion::Sure => higher,
            Criterion::Srcc | Criterion::Plcc | Criterion::Rmse => best,
        };
        let heldout = srcc.map(|_| Heldout {
            set: self.held_out_words(),
            srcc,
            plcc,
            rmse,
        });
        let path = self.run.checkpoint(epoch);
        let checkpoint = Checkpoint {
            name: path.display().to_string(),
            metadata: Metadata {
                heldout,
                certainty: self.certainty(&raw, &labels),
                training: self.record(epoch, &path)?,
                ..self.metadata.clone()
            },
            network,
        };
        checkpoint.write(&path, Precision::Fp16)?;
        if best {
            checkpoint.write(&self.run.best(), Precision::Fp16)?;
            self.progress.best = Some((epoch, judged));
            self.progress.best_points.clone_from(&points);
        }
        if higher {
            self.progress.highest = Some(judged);
        }
        self.progress.since_best = match gained {
            true => 0,
            false => self.progress.since_best + 1,
        };
        let best_epoch = self.progress.best.map(|(epoch, _)| epoch);
        self.run.prune(epoch, self.settings.keep.max(1), best_epoch);
        self.progress.position = Position { epoch, step: 0 };
        self.progress.sums.clear();
        self.tell(&Event::Epoch(Epoch {
            epoch,
            loss: LossTerms::from_values(means),
            plcc,
            srcc,
            rmse,
            points,
            best,
            checkpoint: path,
        }))?;
        Ok(true)
    }

    /// Label and raw score of each picture held out that the start had not learned from; none if it
    /// was told to stop.
    fn validate(&mut self, network: &Network) -> Result<Option<Vec<[f32; 2]>>, TrainError> {
        let items = self.data.held_out.clone();
        let checkpoint = Checkpoint {
            name: String::new(),
            metadata: self.metadata.clone(),
            network: network.clone(),
        };
        let Some(found) = self.inspections(checkpoint, &items)? else {
            self.save()?;
            return Ok(None);
        };
        let known = |found: &Inspection| self.metadata.has_seen(found.fingerprint);
        let rated = items.iter().zip(&found);
        Ok(Some(
            rated
                .filter_map(|(item, found)| Some((item, found.as_ref()?)))
                .filter(|(_, found)| !known(found))
                .map(|(item, found)| [item.mos, found.prediction.raw])
                .collect(),
        ))
    }

    /// What a network says of pictures, none of those that cannot be read; none at all if it was
    /// told to stop.
    fn inspections(
        &mut self,
        checkpoint: Checkpoint,
        items: &[Item],
    ) -> Result<Option<Vec<Option<Inspection>>>, TrainError> {
        let jobs: Vec<pipeline::Job> = items
            .iter()
            .map(|item| pipeline::Job {
                path: item.distorted.clone(),
                reference: match (&item.reference, self.settings.task) {
                    (Some(path), Task::FullReference) => pipeline::Reference::File(path.clone()),
                    _ => pipeline::Reference::None,
                },
            })
            .collect();
        let scorer = Scorer::new(checkpoint, self.selected.clone());
        let mut inspections = Vec::new();
        let mut failed = Vec::new();
        let total = jobs.len();
        pipeline::run(
            &scorer,
            &jobs,
            &[],
            &Limits::of_this_machine(),
            self.control.stop_flag(),
            |index, result, _| {
                let done = index + 1;
                (self.watch)(&Event::Validating { done, total });
                let Some(item) = items.get(index) else { return };
                inspections.push(match result {
                    Ok(inspection) => Some(inspection),
                    Err(error) => {
                        failed.push((item.distorted.clone(), error.to_string()));
                        None
                    }
                });
            },
        );
        if self.control.stopped() {
            return Ok(None);
        }
        for (path, reason) in failed {
            self.tell(&Event::Skipped { path, reason })?;
        }
        Ok(Some(inspections))
    }

    /// How sure the scores are, from pictures that were never learned from.
    fn certainty(&self, raw: &[f64], labels: &[f64]) -> Option<Certainty> {
        let points: Vec<(f64, f64)> = raw.iter().copied().zip(labels.iter().copied()).collect();
        let points: Vec<(f64, f64)> = spaced(&points, MOST_POINTS).copied().collect();
        Certainty::fit(&self.held_out_words(), &points, COVERAGE)
    }

    /// Gives the best checkpoint, once all epochs are done, the distribution of its scores and words
    /// over the rated photographs and the fingerprints of what it learned from. Told to stop, it
    /// leaves that to the next time.
    pub(super) fn finish(&mut self) -> Result<(), TrainError> {
        let best = self.run.best();
        if !best.exists() {
            return Ok(());
        }
        let mut checkpoint = Checkpoint::read(&best, &self.selected.device)?;
        if checkpoint.metadata.distribution.is_some() && !checkpoint.metadata.seen.is_empty() {
            return Ok(());
        }
        let rated = self.data.rated.iter().map(|rated| &rated.item);
        let photographs: Vec<Item> = rated.chain(&self.data.held_out).cloned().collect();
        // Beside a reference a word speaks of the difference, which has no distribution of its own.
        let photographs: Vec<Item> = match self.settings.task {
            Task::FullReference => Vec::new(),
            Task::NoReference => spaced(&photographs, MOST_PHOTOGRAPHS).cloned().collect(),
        };
        let Some(found) = self.inspections(checkpoint.clone(), &photographs)? else {
            return Ok(());
        };
        let told: Vec<(f32, Vec<f32>)> = found
            .into_iter()
            .flatten()
            .map(|found| (found.prediction.raw, found.prediction.mean_similarities()))
            .collect();
        let set = format!(
            "{} rated pictures of: {}",
            told.len(),
            self.data.description
        );
        checkpoint.metadata.distribution = Distribution::of(&set, &told);
        checkpoint.metadata.seen = self.seen();
        checkpoint.write(&best, Precision::Fp16)?;
        Ok(())
    }

    /// The fingerprints of all that is learned from, and of what the start had learned from. What
    /// cannot be read was not learned from either.
    fn seen(&self) -> Vec<Fingerprint> {
        let rated = self.data.rated.iter().map(|rated| &rated.item.distorted);
        let paths: Vec<&PathBuf> = rated.chain(&self.data.pristine).collect();
        let limits = Limits::of_this_machine();
        let size = self.metadata.size;
        let of = |path: &&PathBuf| {
            let read = guard(|| image::read(path, &limits)).ok()?.ok()?;
            // As it is scored, so that it is told again to the bit.
            Some(Fingerprint::of(
                &prepare_unmeasured(read, size).ok()?.picture,
            ))
        };
        let mut seen = self.metadata.seen.clone();
        // Not on Rayon's threads: reading waits until there is room in memory.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let parts = paths.chunks(paths.len().div_ceil(cores).max(1));
            let of_part = |part: &[&PathBuf]| part.iter().filter_map(of).collect::<Vec<_>>();
            let threads: Vec<_> = parts
                .map(|part| scope.spawn(move || of_part(part)))
                .collect();
            for thread in threads {
                seen.extend(thread.join().unwrap_or_default());
            }
        });
        let mut known = HashSet::new();
        seen.retain(|one| known.insert(*one));
        seen
    }

    fn held_out_words(&self) -> String {
        let count = self.data.held_out.len();
        let data = &self.data.description;
        format!("{count} pictures held out of: {data}; the best epoch was chosen by them")
    }

    /// What the checkpoint at `path` says of how it came to be.
    fn record(&self, epoch: u32, path: &Path) -> Result<BTreeMap<String, Value>, TrainError> {
        let date = time::OffsetDateTime::now_utc().date().to_string();
        let recipe = serde_json::to_value(&self.settings).map_err(TrainError::json(path))?;
        let record: [(&str, Value); 7] = [
            ("data", self.data.description.clone().into()),
            ("epochs", epoch.into()),
            ("steps", self.optimiser.steps().into()),
            ("recipe", recipe),
            ("program", program().into()),
            ("date", date.into()),
            ("machine", self.selected.name.clone().into()),
        ];
        Ok(record.map(|(key, value)| (key.to_owned(), value)).into())
    }
}
