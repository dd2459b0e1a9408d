//! The end of an epoch: a validation, a checkpoint, and what it says of itself.

use super::Trainer;
use crate::evaluate::statistics::{plcc, rmse, srcc};
use crate::train::event::{Epoch, Event};
use crate::train::loss::LossTerms;
use crate::train::{Position, TrainError};
use bpclip_core::checkpoint::{Checkpoint, Heldout, Metadata, Precision};
use bpclip_core::image::Limits;
use bpclip_core::inspect::{Scorer, pipeline};
use bpclip_core::model::{Network, Task};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

impl Trainer<'_> {
    /// Validates, writes the epoch's checkpoint. False if it was told to stop meanwhile.
    pub(super) fn end_epoch(&mut self, epoch_steps: u32) -> Result<bool, TrainError> {
        let epoch = self.progress.position.epoch + 1;
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
        let means = self.progress.sums.map(|sum| (sum / count) as f32);
        // Without pictures held out the last epoch is as good as any.
        let judged = srcc.unwrap_or(f64::from(epoch));
        let before = self.progress.best;
        let best = before.is_none_or(|(_, before)| judged >= before);
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
                training: self.record(epoch, &path)?,
                ..self.metadata.clone()
            },
            network,
        };
        checkpoint.write(&path, Precision::Fp16)?;
        if best {
            checkpoint.write(&self.run.best(), Precision::Fp16)?;
            self.progress.best = Some((epoch, judged));
            self.progress.since_best = 0;
        } else {
            self.progress.since_best += 1;
        }
        self.run.prune(epoch, self.settings.keep.max(1));
        self.progress.position = Position { epoch, step: 0 };
        self.progress.sums = [0.0; 6];
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

    /// Label and raw score of each picture held out; none if it was told to stop.
    fn validate(&mut self, network: &Network) -> Result<Option<Vec<[f32; 2]>>, TrainError> {
        let items = self.data.held_out.clone();
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
        let checkpoint = Checkpoint {
            name: String::new(),
            metadata: self.metadata.clone(),
            network: network.clone(),
        };
        let scorer = Scorer::new(checkpoint, self.selected.clone());
        let mut points = Vec::with_capacity(jobs.len());
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
                match result {
                    Ok(inspection) => points.push([item.mos, inspection.prediction.raw]),
                    Err(error) => failed.push((item.distorted.clone(), error.to_string())),
                }
            },
        );
        if self.control.stopped() {
            self.save()?;
            return Ok(None);
        }
        for (path, reason) in failed {
            self.tell(&Event::Skipped { path, reason })?;
        }
        Ok(Some(points))
    }

    fn held_out_words(&self) -> String {
        let count = self.data.held_out.len();
        let data = &self.data.description;
        format!("{count} pictures held out of: {data}; the best epoch was chosen by them")
    }

    /// What the checkpoint at `path` says of how it came to be.
    fn record(&self, epoch: u32, path: &Path) -> Result<BTreeMap<String, Value>, TrainError> {
        let commit = option_env!("BPCLIP_COMMIT").unwrap_or("not recorded");
        let program = format!("bpclip {} (commit {commit})", env!("CARGO_PKG_VERSION"));
        let date = time::OffsetDateTime::now_utc().date().to_string();
        let recipe = serde_json::to_value(&self.settings).map_err(TrainError::json(path))?;
        let record: [(&str, Value); 7] = [
            ("data", self.data.description.clone().into()),
            ("epochs", epoch.into()),
            ("steps", self.optimiser.steps().into()),
            ("recipe", recipe),
            ("program", program.into()),
            ("date", date.into()),
            ("machine", self.selected.name.clone().into()),
        ];
        Ok(record.map(|(key, value)| (key.to_owned(), value)).into())
    }
}
