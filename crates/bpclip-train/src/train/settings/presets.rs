//! Named sets of settings to begin with.

use super::{Settings, Start};
use crate::dataset::OpenOptions;
use crate::train::Criterion;
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::{BackboneKind, Direction, Task};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A named set of settings to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Adapts a trained checkpoint to a folder's ratings in minutes to hours.
    FineTune,
    /// From an ImageNet backbone with our recipe: ratings, ladders of distortions, adjectives.
    Ours,
    /// Our recipe with a third of its steps: to compare settings before a whole training.
    Probe,
    /// The paper's recipe: ResNet-50, mean squared error alone, 200 epochs.
    Paper,
}

impl Settings {
    /// The settings of a preset for a task; folders are still to be named.
    pub fn new(preset: Preset, task: Task) -> Self {
        let reference = task == Task::FullReference;
        let ours = Self {
            data: Vec::new(),
            pristine: Vec::new(),
            task,
            start: if reference {
                Start::Bundled
            } else {
                Start::Fresh
            },
            backbone: BackboneKind::EfficientNetLite(2),
            weights: None,
            adjective_list: None,
            text_encoder: None,
            encoder: None,
            weight_branch: true,
            direction: Direction::BottomUp,
            text_branch: true,
            epochs: 10,
            epoch_steps: 50,
            lead_epochs: if reference { 0 } else { 3 },
            lead_crop: 256,
            backbone_lr: if reference { 5e-5 } else { 1e-4 },
            lr: if reference { 4e-4 } else { 3e-4 },
            warm_up: 40,
            cosine_epochs: 0,
            weight_decay: 1e-5,
            grad_clip_norm: 1.0,
            ema_decay: 0.99,
            start_share: 0.0,
            best: Criterion::default(),
            patience: 0,
            batch: 16,
            ladders: 4,
            mixed: if reference { 0.3 } else { 0.0 },
            partial: if reference { 0.0 } else { 0.35 },
            // Tried (weights/README.md): not shown to help.
            background: 0.0,
            tolerance: if reference { 0.8 } else { 0.0 },
            crop: if reference { 288 } else { 320 },
            min_side: 352,
            flip_vertically: false,
            held_out: 0.2,
            cache: 1024,
            mse: 10.0,
            correlation: if reference { 0.0 } else { 0.1 },
            rank: 1.0,
            dimension: 0.15,
            adjectives: 0.3,
            words: 0.5,
            statistics: if reference { 0.0 } else { 0.1 },
            maps: if reference { 0.0 } else { 0.1 },
            // How much is a choice between ordinary and macro photographs (weights/README.md).
            sharpness: 0.0,
            seed: 0,
            device: DeviceChoice::Auto,
            recompute: false,
            save_minutes: 5.0,
            keep: 2,
            table: OpenOptions::default(),
        };
        match preset {
            Preset::Ours => ours,
            Preset::Probe => Self {
                epochs: 3,
                lead_epochs: u32::from(!reference),
                ..ours
            },
            Preset::FineTune => Self {
                start: Start::Bundled,
                epochs: 5,
                lead_epochs: 0,
                backbone_lr: 2e-5,
                lr: 1e-4,
                warm_up: 10,
                start_share: 0.3,
                ..ours
            },
            Preset::Paper => Self {
                start: Start::Fresh,
                backbone: BackboneKind::ResNet50,
                epochs: 200,
                lead_epochs: 0,
                backbone_lr: if reference { 1e-4 } else { 3e-5 },
                lr: if reference { 1e-4 } else { 3e-5 },
                warm_up: 0,
                cosine_epochs: 50,
                grad_clip_norm: 0.0,
                ema_decay: 0.0,
                ladders: 0,
                mixed: 0.0,
                partial: 0.0,
                tolerance: 0.0,
                crop: 384,
                min_side: 0,
                flip_vertically: true,
                mse: 1.0,
                correlation: 0.0,
                rank: 0.0,
                dimension: 0.0,
                adjectives: 0.0,
                words: 0.0,
                statistics: 0.0,
                maps: 0.0,
                ..ours
            },
        }
    }
}
