//! The loop: steps (`step.rs`), after an epoch a validation and a checkpoint (`epoch.rs`), and in
//! between the state from which a killed run goes on.

mod epoch;
mod step;

use super::batch::{Batch, BatchSampler};
use super::data::TrainingData;
use super::event::{Event, Outcome, Plan};
use super::initial_model::{InitialModel, initial_model};
use super::optimiser::Optimiser;
use super::origin::Origin;
use super::run::{self, Found, Opened, Progress, Run, SavedState};
use super::{Control, Position, Settings, TrainError};
use bpclip_core::checkpoint::Metadata;
use bpclip_core::device::{self, Selected};
use bpclip_core::guard::{Panic, guard};
use bpclip_core::memory;
use bpclip_core::model::{Network, Task, cost};
use crossbeam_channel::{Receiver, bounded};
use std::path::Path;
use std::time::{Duration, Instant};

/// Batches made ahead of the network.
const AHEAD: usize = 2;

/// What the label of a ladder says.
fn synthetic(tolerance: f64) -> String {
    let label = "SSIMULACRA2 / 100 above 30, below it 0.3 exp((SSIMULACRA2 - 30) / 30); 1 is the reference itself";
    match tolerance {
        0.0 => label.to_owned(),
        _ => format!(
            "{label}; a share of {tolerance} after raised contrast and a shift of the light were undone"
        ),
    }
}

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
    settings.check()?;
    let data = TrainingData::open(settings)?;
    begin_run(folder, settings, data, control, watch)?.run()
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
    let opened = Run::open(folder)?;
    let data = TrainingData::open(&opened.settings)?;
    let now = Origin::of(&opened.settings, &data)?;
    let changed = opened
        .origin
        .as_ref()
        .map(|origin| origin.differences(&now));
    let mut trainer = resume_run(opened, data, control, watch)?;
    trainer.changed = changed.unwrap_or_default();
    trainer.run()
}

/// Trains on data that was divided already: a new run, or the one in the folder gone on with, which
/// must be [the same](check_run).
pub(super) fn train_on(
    folder: &Path,
    settings: &Settings,
    data: TrainingData,
    control: &Control,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, TrainError> {
    settings.check()?;
    let trainer = match Run::open(folder) {
        Ok(opened) => resume_run(opened, data, control, watch)?,
        Err(TrainError::NoRun(_)) => begin_run(folder, settings, data, control, watch)?,
        Err(error) => return Err(error),
    };
    trainer.run()
}

/// Whether the run in a folder, if there is one, was made of the same, so that it can be gone on with.
pub(super) fn check_run(
    folder: &Path,
    settings: &Settings,
    data: &TrainingData,
) -> Result<(), TrainError> {
    let differences = match run::origin(folder)? {
        Found::Nothing => return Ok(()),
        Found::Run(Some(origin)) => origin.differences(&Origin::of(settings, data)?),
        Found::Run(None) => vec!["an earlier program began it, and did not note of what".into()],
    };
    match differences.is_empty() {
        true => Ok(()),
        false => Err(TrainError::OtherRun {
            folder: folder.to_owned(),
            differences,
        }),
    }
}

fn begin_run<'a>(
    folder: &Path,
    settings: &Settings,
    data: TrainingData,
    control: &'a Control,
    watch: &'a mut dyn FnMut(&Event),
) -> Result<Trainer<'a>, TrainError> {
    let selected = device::select(settings.device.clone())?;
    let initial = initial_model(settings, data.mean(), &selected.device)?;
    let origin = Origin::of(settings, &data)?;
    // Only now, so that what cannot begin leaves no folder.
    let run = Run::create(folder, settings, &origin)?;
    let settings = settings.clone();
    Ok(Trainer::new(
        settings, data, selected, initial, run, control, watch,
    ))
}

fn resume_run<'a>(
    opened: Opened,
    data: TrainingData,
    control: &'a Control,
    watch: &'a mut dyn FnMut(&Event),
) -> Result<Trainer<'a>, TrainError> {
    let Opened {
        run,
        settings,
        saved,
        ..
    } = opened;
    let selected = device::select(settings.device.clone())?;
    let initial = initial_model(&settings, data.mean(), &selected.device)?;
    let mut trainer = Trainer::new(settings, data, selected, initial, run, control, watch);
    if let Some(saved) = saved {
        trainer.restore(saved)?;
    }
    Ok(trainer)
}

struct Trainer<'a> {
    settings: Settings,
    data: TrainingData,
    selected: Selected,
    metadata: Metadata,
    /// Taken only while a step changes it.
    network: Option<Network>,
    optimiser: Optimiser,
    run: Run,
    /// What is other than when the run was begun.
    changed: Vec<String>,
    progress: Progress,
    control: &'a Control,
    watch: &'a mut dyn FnMut(&Event),
}

impl<'a> Trainer<'a> {
    fn new(
        settings: Settings,
        data: TrainingData,
        selected: Selected,
        initial: InitialModel,
        run: Run,
        control: &'a Control,
        watch: &'a mut dyn FnMut(&Event),
    ) -> Self {
        let optimiser = Optimiser::new(
            settings.weight_decay,
            settings.grad_clip_norm,
            settings.ema_decay,
        )
        .with_start(&initial.network, settings.start_share);
        let mut metadata = initial.metadata;
        if !data.meaning.is_empty() {
            metadata.label.meaning = data.meaning.clone();
        } else if settings.task == Task::FullReference {
            metadata.label.meaning = synthetic(settings.tolerance);
        }
        Self {
            settings,
            data,
            selected,
            metadata,
            network: Some(initial.network),
            optimiser,
            run,
            changed: Vec::new(),
            progress: Progress::default(),
            control,
            watch,
        }
    }

    fn restore(&mut self, saved: SavedState) -> Result<(), TrainError> {
        let steps = saved.progress.steps;
        if let Some(network) = self.network.take() {
            let network = self.optimiser.restore(network, steps, saved.tensors);
            self.network = Some(network.map_err(TrainError::state(&self.run.state_path()))?);
        }
        self.progress = saved.progress;
        Ok(())
    }

    fn run(mut self) -> Result<Outcome, TrainError> {
        let mut sampler = BatchSampler::new(
            self.settings.clone(),
            self.data.rated.clone(),
            self.data.pristine.clone(),
        );
        let epoch_steps = sampler.epoch_steps();
        let epochs = self.settings.lead_epochs + self.settings.epochs;
        self.tell(&Event::Started(Plan {
            position: self.progress.position,
            epochs,
            epoch_steps,
            rated: self.data.rated.len(),
            pristine: self.data.pristine.len(),
            held_out: self.data.held_out.len(),
            device: self.selected.name.clone(),
            run: self.run.id().to_owned(),
        }))?;
        for change in std::mem::take(&mut self.changed) {
            let text = format!("since the run was begun something has changed: {change}");
            self.tell(&Event::Warned { text })?;
        }
        for (path, reason) in std::mem::take(&mut self.data.skipped) {
            self.tell(&Event::Skipped { path, reason })?;
        }
        if let Some(text) = self.memory_warning(sampler.most_pictures()) {
            self.tell(&Event::Warned { text })?;
        }

        let (made, ready) = bounded(AHEAD);
        let from = self.progress.position;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for epoch in from.epoch..epochs {
                    let first = if epoch == from.epoch { from.step } else { 0 };
                    for step in first..epoch_steps {
                        let batch = guard(|| sampler.sample(Position { epoch, step }));
                        let failed = batch.is_err();
                        // Nobody listens any more once the training stopped.
                        if made.send(batch).is_err() || failed {
                            return;
                        }
                    }
                }
            });
            // The receiver goes with it, whatever happens, so that the sampler ends too.
            let device = self.selected.clone();
            let trained = device.guard(|| self.all_epochs(epochs, epoch_steps, ready));
            trained.map_err(TrainError::Failed)?
        })
    }

    fn all_epochs(
        mut self,
        epochs: u32,
        epoch_steps: u32,
        batches: Receiver<Result<Batch, Panic>>,
    ) -> Result<Outcome, TrainError> {
        let mut saved = Instant::now();
        if self.progress == Progress::default() {
            if !self.judge_start()? {
                return Ok(self.outcome(true));
            }
            self.save()?;
        }
        while self.progress.position.epoch < epochs {
            if !self.may_go_on()? {
                self.save()?;
                return Ok(self.outcome(true));
            }
            if self.progress.position.step < epoch_steps {
                let began = Instant::now();
                let Ok(batch) = batches.recv() else {
                    return Err(TrainError::Broken("no more batches came"));
                };
                let batch = batch.map_err(TrainError::Batch)?;
                self.step(batch, epoch_steps, began)?;
                let due = Duration::from_secs_f64(60.0 * self.settings.save_minutes);
                if saved.elapsed() >= due && self.progress.position.step < epoch_steps {
                    self.save()?;
                    saved = Instant::now();
                }
            } else {
                if !self.end_epoch(epoch_steps)? {
                    return Ok(self.outcome(true));
                }
                self.save()?;
                saved = Instant::now();
                let patience = self.settings.patience;
                if patience > 0 && self.progress.since_best >= patience {
                    break;
                }
            }
        }
        self.finish()?;
        Ok(self.outcome(false))
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
    fn may_go_on(&mut self) -> Result<bool, TrainError> {
        if self.control.paused() && !self.control.stopped() {
            self.save()?;
            self.tell(&Event::Paused)?;
            self.control.wait();
            self.tell(&Event::Resumed)?;
        }
        Ok(!self.control.stopped())
    }

    fn save(&mut self) -> Result<(), TrainError> {
        let Some(network) = &self.network else {
            return Ok(());
        };
        self.run
            .save(&self.progress, &self.optimiser.state(network))?;
        let position = self.progress.position;
        (self.watch)(&Event::Saved { position });
        Ok(())
    }

    fn tell(&mut self, event: &Event) -> Result<(), TrainError> {
        self.run.log(event)?;
        (self.watch)(event);
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
