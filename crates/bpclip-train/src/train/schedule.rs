//! How fast a network learns at a step.

use super::Settings;
use std::f64::consts::PI;

/// Where a training stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Epochs done, those of the lead included.
    pub epoch: u32,
    /// Steps done within this epoch.
    pub step: u32,
}

/// The stretches of a training: the lead on small crops, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Side of a crop in pixels.
    pub crop: u32,
    /// Whether ladders are shown.
    pub ladders: bool,
    /// Its first epoch.
    first: u32,
    /// Its epochs.
    epochs: u32,
}

impl Stage {
    /// The stage of an epoch.
    pub fn of(settings: &Settings, epoch: u32) -> Self {
        if epoch < settings.lead_epochs {
            Self {
                crop: settings.lead_crop,
                ladders: settings.data.is_empty(),
                first: 0,
                epochs: settings.lead_epochs,
            }
        } else {
            Self {
                crop: settings.crop,
                ladders: settings.ladders > 0,
                first: settings.lead_epochs,
                epochs: settings.epochs,
            }
        }
    }

    /// The share of the full learning rate at a position, 0 to 1: a linear warm-up, then half a
    /// cosine to 0 over the stage, or, with `cosine_epochs`, PyTorch's `CosineAnnealingLR` by epochs.
    pub fn share(&self, settings: &Settings, position: Position, epoch_steps: u32) -> f64 {
        let epoch_steps = f64::from(epoch_steps.max(1));
        let epoch = f64::from(position.epoch - self.first);
        let done = epoch * epoch_steps + f64::from(position.step);
        let warm = match settings.warm_up {
            0 => 1.0,
            steps => ((done + 1.0) / f64::from(steps)).min(1.0),
        };
        let through = match settings.cosine_epochs {
            0 => done / (f64::from(self.epochs) * epoch_steps),
            period => epoch / f64::from(period),
        };
        warm * 0.5 * (1.0 + (PI * through).cos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;
    use bpclip_core::model::Task;

    #[test]
    fn rates_rise_then_fall_to_nothing() {
        let settings = Settings::new(Preset::Ours, Task::NoReference);
        let share = |epoch, step| {
            let position = Position { epoch, step };
            Stage::of(&settings, epoch).share(&settings, position, 100)
        };
        assert!(share(3, 0) < 0.03);
        assert!(share(3, 50) > 0.95);
        assert!((share(8, 0) - 0.5).abs() < 1e-9);
        assert!(share(12, 99) < 1e-3);
        assert!(share(2, 99) < 1e-3 && share(0, 99) > 0.7);
    }

    #[test]
    fn the_papers_wave_is_pytorchs() {
        let settings = Settings::new(Preset::Paper, Task::NoReference);
        let share = |epoch| {
            let position = Position { epoch, step: 7 };
            Stage::of(&settings, epoch).share(&settings, position, 100)
        };
        // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=50) at epochs 0, 25, 50, 100.
        for (epoch, expected) in [(0, 1.0), (25, 0.5), (50, 0.0), (100, 1.0)] {
            assert!((share(epoch) - expected).abs() < 1e-9);
        }
    }
}
