//! The loop: crops, network, loss, gradients, step; after an epoch a validation and a checkpoint.

use super::batch::{Batch, Maker};
use super::data::Data;
use super::event::{Epoch, Event, Outcome, Plan, Step};
use super::loss::{Parts, loss};
use super::optimiser::{Optimiser, Rates};
use super::run::{Progress, Run, Saved};
use super::start::{Beginning, begin};
use super::{Control, Position, Settings, Stage, TrainError};
use crate::evaluate::statistics::{plcc, rmse, srcc};
use bpclip_core::checkpoint::{Checkpoint, Heldout, Metadata, Precision};
use bpclip_core::device::{self, Selected};
use bpclip_core::guard::guard;
use bpclip_core::image::Limits;
use bpclip_core::image::tensor::to_tensor;
use bpclip_core::inspect::{Scorer, pipeline};
use bpclip_core::memory;
use bpclip_core::model::{Network, Task, cost};
use std::path::Path;
use std::time::{Duration, Instant};

/// Batches made ahead of the network.
const AHEAD: usize = 2;

/// What the label of a ladder says.
const SYNTHETIC: &str = "SSIMULACRA2 / 100 above 30, below it 0.3 exp((SSIMULACRA2 - 30) / 30); 1 is the reference itself";

/// Trains a network in a new run folder.
///
/// # Errors
/// The settings cannot be, a file cannot be read or written, or the device failed. What the run
/// had saved is kept, and [`resume`] goes on from it.
pub fn train(
    folder: &Path,
    settings: &Settings,
    control: &Control,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, TrainError> {
    settings.check().map_err(TrainError::Setting)?;
    let data = Data::open(settings)?;
    begin_run(folder, settings, data)?.run(control, watch)
}

/// Goes on with a run that was stopped or killed, as if it had not been.
///
/// # Errors
/// As [`train`], or the folder holds no run.
pub fn resume(
    folder: &Path,
    control: &Control,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, TrainError> {
    let (run, settings, saved) = Run::open(folder)?;
    let data = Data::open(&settings)?;
    resume_run(folder, run, settings, saved, data)?.run(control, watch)
}

/// Trains on data that was divided already: a new run, or the one in the folder gone on with.
pub(super) fn train_on(
    folder: &Path,
    settings: &Settings,
    data: Data,
    control: &Control,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, TrainError> {
    settings.check().map_err(TrainError::Setting)?;
    let trainer = match Run::open(folder) {
        Ok((run, begun_with, saved)) => resume_run(folder, run, begun_with, saved, data)?,
        Err(TrainError::NoRun(_)) => begin_run(folder, settings, data)?,
        Err(error) => return Err(error),
    };
    trainer.run(control, watch)
}

fn begin_run(folder: &Path, settings: &Settings, data: Data) -> Result<Trainer, TrainError> {
    let selected = device::select(settings.device)?;
    let beginning = begin(settings, data.mean(), &selected.device)?;
    let run = Run::create(folder, settings)?;
    Ok(Trainer::new(
        settings.clone(),
        data,
        selected,
        beginning,
        run,
    ))
}

fn resume_run(
    folder: &Path,
    run: Run,
    settings: Settings,
    saved: Option<Saved>,
    data: Data,
) -> Result<Trainer, TrainError> {
    let selected = device::select(settings.device)?;
    let beginning = begin(&settings, data.mean(), &selected.device)?;
    let mut trainer = Trainer::new(settings, data, selected, beginning, run);
    if let Some(saved) = saved {
        trainer.restore(folder, saved)?;
    }
    Ok(trainer)
}

struct Trainer {
    settings: Settings,
    data: Data,
    selected: Selected,
    metadata: Metadata,
    /// Taken only while a step changes it.
    network: Option<Network>,
    optimiser: Optimiser,
    run: Run,
    progress: Progress,
}

impl Trainer {
    fn new(
        settings: Settings,
        data: Data,
        selected: Selected,
        beginning: Beginning,
        run: Run,
    ) -> Self {
        let optimiser = Optimiser::new(settings.weight_decay, settings.clip, settings.average);
        let mut metadata = beginning.metadata;
        if !data.meaning.is_empty() {
            metadata.label.meaning = data.meaning.clone();
        } else if settings.task == Task::FullReference {
            metadata.label.meaning = SYNTHETIC.to_owned();
        }
        Self {
            settings,
            data,
            selected,
            metadata,
            network: Some(beginning.network),
            optimiser,
            run,
            progress: Progress::default(),
        }
    }

    fn restore(&mut self, folder: &Path, saved: Saved) -> Result<(), TrainError> {
        let steps = saved.progress.steps;
        if let Some(network) = self.network.take() {
            let network = self.optimiser.restore(network, steps, saved.tensors);
            self.network = Some(network.map_err(|reason| TrainError::File {
                path: folder.to_owned(),
                reason,
            })?);
        }
        self.progress = saved.progress;
        Ok(())
    }

    fn run(
        mut self,
        control: &Control,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        let mut maker = Maker::new(
            self.settings.clone(),
            self.data.rated.clone(),
            self.data.pristine.clone(),
        );
        let epoch_steps = maker.epoch_steps();
        let epochs = self.settings.lead_epochs + self.settings.epochs;
        let started = Event::Started(Plan {
            position: self.progress.position,
            epochs,
            epoch_steps,
            rated: self.data.rated.len(),
            pristine: self.data.pristine.len(),
            held_out: self.data.held_out.len(),
            device: self.selected.name.clone(),
        });
        self.tell(&started, watch)?;
        for (path, reason) in std::mem::take(&mut self.data.skipped) {
            self.tell(&Event::Skipped { path, reason }, watch)?;
        }
        if let Some(text) = self.memory_warning(maker.most_pictures()) {
            self.tell(&Event::Warned { text }, watch)?;
        }

        let (made, ready) = crossbeam_channel::bounded::<Batch>(AHEAD);
        let from = self.progress.position;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for epoch in from.epoch..epochs {
                    let first = if epoch == from.epoch { from.step } else { 0 };
                    for step in first..epoch_steps {
                        // Nobody listens any more once the training stopped.
                        if made.send(maker.make(Position { epoch, step })).is_err() {
                            return;
                        }
                    }
                }
            });
            // Dropped at the end, whatever happens, so that the maker ends too.
            let ready = ready;
            let mut saved = Instant::now();
            while self.progress.position.epoch < epochs {
                if !self.wait(control, watch)? {
                    self.save(watch)?;
                    return Ok(self.outcome(true));
                }
                if self.progress.position.step < epoch_steps {
                    let began = Instant::now();
                    let Ok(batch) = ready.recv() else {
                        return Err(TrainError::Failed("the maker of batches ended".into()));
                    };
                    self.step(batch, epoch_steps, began, watch)?;
                    let due = Duration::from_secs_f64(60.0 * self.settings.save_minutes);
                    if saved.elapsed() >= due && self.progress.position.step < epoch_steps {
                        self.save(watch)?;
                        saved = Instant::now();
                    }
                } else {
                    if !self.end_epoch(epoch_steps, control, watch)? {
                        return Ok(self.outcome(true));
                    }
                    self.save(watch)?;
                    saved = Instant::now();
                    let patience = self.settings.patience;
                    if patience > 0 && self.progress.since_best >= patience {
                        break;
                    }
                }
            }
            Ok(self.outcome(false))
        })
    }

    /// What to say where a step will hardly fit into memory. A process without memory is killed by
    /// the system, which gives no reason.
    fn memory_warning(&self, pictures: u64) -> Option<String> {
        let free = memory::available().filter(|_| self.selected.is_cpu())?;
        let Settings {
            batch,
            ladders,
            crop,
            ..
        } = self.settings;
        let side = crop as usize;
        let needed = pictures * cost::training_bytes(self.network.as_ref()?, [side, side]);
        let gigabytes = |bytes: u64| bytes as f64 / 1e9;
        (needed > free).then(|| {
            format!(
                "a step of {pictures} pictures of {crop} pixels (batch {batch}, ladders {ladders}) \
                 needs some {:.1} GB of memory, and {:.1} GB are free: if it is killed, lower \
                 `batch`, `ladders` or `crop`, and resume",
                gigabytes(needed),
                gigabytes(free)
            )
        })
    }

    /// Waits while paused. False once it is to stop.
    fn wait(
        &mut self,
        control: &Control,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<bool, TrainError> {
        if control.paused() && !control.stopped() {
            self.save(watch)?;
            self.tell(&Event::Paused, watch)?;
            control.wait();
            self.tell(&Event::Resumed, watch)?;
        }
        Ok(!control.stopped())
    }

    fn step(
        &mut self,
        batch: Batch,
        epoch_steps: u32,
        began: Instant,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<(), TrainError> {
        for (path, reason) in &batch.failed {
            let (path, reason) = (path.clone(), reason.clone());
            self.tell(&Event::Skipped { path, reason }, watch)?;
        }
        let position = self.progress.position;
        let share =
            Stage::of(&self.settings, position.epoch).share(&self.settings, position, epoch_steps);
        let rates = Rates {
            backbone: self.settings.backbone_rate * share,
            rest: self.settings.rate * share,
        };
        let taken = if batch.distorted.is_empty() {
            None
        } else {
            // A device that is lost or out of memory says so only by a panic.
            guard(|| self.learn(&batch, rates))
                .map_err(|panic| TrainError::Failed(panic.to_string()))?
        };
        self.progress.position.step += 1;
        let Some((loss, norm)) = taken else {
            return Ok(());
        };
        if !loss.total.is_finite() || !norm.is_finite() {
            let Position { epoch, step } = position;
            return Err(TrainError::Diverged { epoch, step });
        }
        self.progress.steps = self.optimiser.steps();
        for (sum, value) in self.progress.sums.iter_mut().zip(loss.values()) {
            *sum += f64::from(value);
        }
        let step = Step {
            position,
            loss,
            norm,
            rate: rates.rest,
            seconds: began.elapsed().as_secs_f32(),
            pictures: batch.distorted.len() + batch.reference.len(),
        };
        self.tell(&Event::Step(step), watch)
    }

    /// Forward, backward, and the change.
    fn learn(&mut self, batch: &Batch, rates: Rates) -> Option<(Parts, f32)> {
        let network = self.network.take()?;
        let device = self.selected.device.clone().autodiff();
        // Dropout's numbers follow from the step alone, too.
        device.seed(self.settings.seed ^ (self.optimiser.steps() as u64).rotate_left(32));
        let config = &self.metadata.config;
        let tensor = |pictures: &[bpclip_core::image::Picture]| {
            let pictures: Vec<_> = pictures.iter().collect();
            to_tensor(&pictures, config.mean, config.std, &device)
        };
        let reference =
            (self.settings.task == Task::FullReference).then(|| tensor(&batch.reference));
        let output = network.forward(tensor(&batch.distorted), reference);
        let loss = loss(&output, batch, &self.metadata.adjectives, &self.settings);
        let gradients = loss.total.backward();
        let parts = loss.parts();
        let (network, norm) = if parts.total.is_finite() {
            self.optimiser.step(network, &gradients, rates)
        } else {
            (network, f32::NAN)
        };
        self.network = Some(network);
        Some((parts, norm))
    }

    /// Validates, writes the epoch's checkpoint. False if it was told to stop meanwhile.
    fn end_epoch(
        &mut self,
        epoch_steps: u32,
        control: &Control,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<bool, TrainError> {
        let epoch = self.progress.position.epoch + 1;
        let Some(network) = &self.network else {
            return Err(TrainError::Failed("the network was lost".into()));
        };
        let network = self.optimiser.averaged(network);
        let Some(points) = self.validate(&network, control, watch)? else {
            return Ok(false);
        };
        let (raw, labels): (Vec<f64>, Vec<f64>) = points
            .iter()
            .map(|[label, raw]| (f64::from(*raw), f64::from(*label)))
            .unzip();
        let found = [
            plcc(&raw, &labels).ok(),
            srcc(&raw, &labels).ok(),
            rmse(&raw, &labels).ok(),
        ];
        let [plcc, srcc, rmse] = found;
        let count = f64::from(epoch_steps.max(1));
        let means = self.progress.sums.map(|sum| (sum / count) as f32);
        let loss = Parts::from_values(means);
        // Without pictures held out the last epoch is as good as any.
        let judged = match srcc {
            Some(srcc) => srcc,
            None => f64::from(epoch),
        };
        let best = self
            .progress
            .best
            .is_none_or(|(_, before)| judged >= before);
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
                training: self.record(epoch),
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
        let done = Epoch {
            epoch,
            loss,
            plcc,
            srcc,
            rmse,
            points,
            best,
            checkpoint: path,
        };
        self.tell(&Event::Epoch(done), watch)?;
        Ok(true)
    }

    /// Label and raw score of each picture held out; none if it was told to stop.
    fn validate(
        &mut self,
        network: &Network,
        control: &Control,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<Option<Vec<[f32; 2]>>, TrainError> {
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
            control.stop_flag(),
            |index, result, _| {
                watch(&Event::Validating {
                    done: index + 1,
                    total,
                });
                let Some(item) = items.get(index) else { return };
                match result {
                    Ok(inspection) => points.push([item.mos, inspection.raw]),
                    Err(error) => failed.push((item.distorted.clone(), error.to_string())),
                }
            },
        );
        if control.stopped() {
            self.save(watch)?;
            return Ok(None);
        }
        for (path, reason) in failed {
            self.tell(&Event::Skipped { path, reason }, watch)?;
        }
        Ok(Some(points))
    }

    fn held_out_words(&self) -> String {
        let count = self.data.held_out.len();
        let data = &self.data.description;
        format!("{count} pictures held out of: {data}; the best epoch was chosen by them")
    }

    /// What a checkpoint says of how it came to be.
    fn record(&self, epoch: u32) -> std::collections::BTreeMap<String, serde_json::Value> {
        let commit = option_env!("BPCLIP_COMMIT").unwrap_or("not recorded");
        let program = format!("bpclip {} (commit {commit})", env!("CARGO_PKG_VERSION"));
        let date = time::OffsetDateTime::now_utc().date().to_string();
        let settings = serde_json::to_value(&self.settings).unwrap_or_default();
        [
            ("data", self.data.description.clone().into()),
            ("epochs", epoch.into()),
            ("steps", self.optimiser.steps().into()),
            ("recipe", settings),
            ("program", program.into()),
            ("date", date.into()),
            ("machine", self.selected.name.clone().into()),
        ]
        .map(|(key, value): (&str, serde_json::Value)| (key.to_owned(), value))
        .into()
    }

    fn save(&mut self, watch: &mut dyn FnMut(&Event)) -> Result<(), TrainError> {
        let Some(network) = &self.network else {
            return Ok(());
        };
        self.run
            .save(&self.progress, &self.optimiser.state(network))?;
        let position = self.progress.position;
        watch(&Event::Saved { position });
        Ok(())
    }

    fn tell(&mut self, event: &Event, watch: &mut dyn FnMut(&Event)) -> Result<(), TrainError> {
        self.run.log(event)?;
        watch(event);
        Ok(())
    }

    fn outcome(&self, stopped: bool) -> Outcome {
        Outcome {
            stopped,
            epochs: self.progress.position.epoch,
            best: self.progress.best.map(|_| self.run.best()),
        }
    }
}
