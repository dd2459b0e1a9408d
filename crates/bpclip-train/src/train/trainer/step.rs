//! A step: forward, backward, and the change.

use super::Trainer;
use crate::train::batch::Batch;
use crate::train::event::{Event, Step};
use crate::train::loss::{LossTerms, loss};
use crate::train::optimiser::LearningRates;
use crate::train::{Position, Stage, TrainError};
use bpclip_core::image::Picture;
use bpclip_core::image::tensor::to_tensor;
use bpclip_core::model::{Keep, Task};
use std::time::Instant;

impl Trainer<'_> {
    /// Takes a step on a batch; `began` is when the batch was waited for.
    pub(super) fn step(
        &mut self,
        batch: Batch,
        epoch_steps: u32,
        began: Instant,
    ) -> Result<(), TrainError> {
        for (path, reason) in &batch.failed {
            let (path, reason) = (path.clone(), reason.clone());
            self.tell(&Event::Skipped { path, reason })?;
        }
        let position = self.progress.position;
        let stage = Stage::of(&self.settings, position.epoch);
        let share = stage.share(&self.settings, position, epoch_steps);
        let lrs = LearningRates {
            backbone: self.settings.backbone_lr * share,
            rest: self.settings.lr * share,
        };
        let taken = if batch.distorted.is_empty() {
            None
        } else {
            self.train_step(&batch, lrs)
        };
        self.progress.position.step += 1;
        let Some((loss, grad_norm)) = taken else {
            return Ok(());
        };
        if !loss.total.is_finite() || !grad_norm.is_finite() {
            let Position { epoch, step } = position;
            return Err(TrainError::Diverged { epoch, step });
        }
        self.progress.steps = self.optimiser.steps();
        self.progress.sums.resize(loss.values().len(), 0.0);
        for (sum, value) in self.progress.sums.iter_mut().zip(loss.values()) {
            *sum += f64::from(value);
        }
        self.tell(&Event::Step(Step {
            position,
            loss,
            grad_norm,
            lr: lrs.rest,
            seconds: began.elapsed().as_secs_f32(),
            pictures: batch.distorted.len() + batch.reference.len(),
        }))
    }

    /// The loss, and the gradient's norm before it was clipped. Where the loss is no number the
    /// weights stay.
    fn train_step(&mut self, batch: &Batch, lrs: LearningRates) -> Option<(LossTerms, f32)> {
        let network = self.network.take()?;
        let device = self.selected.device.clone().autodiff();
        // Dropout's numbers follow from the step alone, too.
        device.seed(self.settings.seed ^ (self.optimiser.steps() as u64).rotate_left(32));
        let config = &self.metadata.config;
        let tensor = |pictures: &[Picture]| {
            let pictures: Vec<_> = pictures.iter().collect();
            to_tensor(&pictures, config.mean, config.std, &device)
        };
        let reference =
            (self.settings.task == Task::FullReference).then(|| tensor(&batch.reference));
        let output = network.forward(tensor(&batch.distorted), reference, Keep::Everything);
        let loss = loss(&output, batch, &self.metadata.adjectives, &self.settings);
        let gradients = loss.total.backward();
        let terms = loss.terms();
        let (network, grad_norm) = if terms.total.is_finite() {
            self.optimiser.step(network, &gradients, lrs)
        } else {
            (network, f32::NAN)
        };
        self.network = Some(network);
        Some((terms, grad_norm))
    }
}
