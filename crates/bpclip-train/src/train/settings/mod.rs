//! Everything that a training is told. One type serves the flags, the run folder's file and the
//! window's form: the doc comments are the help of all three.

mod check;
mod presets;
mod start;

pub use check::SettingError;
pub use presets::Preset;
pub use start::Start;

use super::Criterion;
use crate::AnyPath;
use crate::dataset::OpenOptions;
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::{BackboneKind, Direction, Task};
use bpclip_core::text::EncoderKind;
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use serde::{Deserialize, Serialize};
use serde_with::serde_as;
use std::path::PathBuf;

/// What a training is told.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folders of rated pictures, each a known dataset or with a table `name,mos`
    #[arg(value_name = "DATASET")]
    #[serde_as(as = "Vec<AnyPath>")]
    pub data: Vec<PathBuf>,
    /// Folders of undistorted photographs, from which ladders of distortions are made
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    #[serde_as(as = "Vec<AnyPath>")]
    pub pristine: Vec<PathBuf>,
    /// With a reference or without
    #[arg(long, value_name = "TASK")]
    pub task: Task,

    /// What to start from: `bundled`, `fresh`, or a checkpoint file
    #[arg(long, value_name = "START", help_heading = "Network",
          value_parser = OsStringValueParser::new().try_map(Start::parse))]
    pub start: Start,
    /// Backbone of a fresh network: resnet50, tf_efficientnet_lite0 to 4
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    pub backbone: BackboneKind,
    /// ImageNet weights of a fresh network's backbone, as `bpclip import` writes them
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    #[serde_as(as = "Option<AnyPath>")]
    pub weights: Option<PathBuf>,
    /// Adjectives to train with instead of those that it starts from: a file with lines such as
    /// `sharpness + sharp, crisp` and `sharpness - blurry, soft`
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    #[serde(default)]
    #[serde_as(as = "Option<AnyPath>")]
    pub adjective_list: Option<PathBuf>,
    /// The text encoder that places the adjectives, where it is another one than that which placed
    /// those that it starts from: minilm (part of the program) or clip (the paper's)
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Network")]
    #[serde(default)]
    pub text_encoder: Option<EncoderKind>,
    /// Its weights, where they are not part of the program: CLIP's model.safetensors or
    /// open_clip_model.safetensors
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    #[serde(default)]
    #[serde_as(as = "Option<AnyPath>")]
    pub encoder: Option<PathBuf>,
    /// Ablation: the weight branch of a fresh network (Eq. 5)
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, help_heading = "Network")]
    pub weight_branch: bool,
    /// Ablation: which level asks in a fresh network's cross attention (Eq. 4)
    #[arg(long, value_enum, help_heading = "Network")]
    pub direction: Direction,
    /// Ablation: whether a fresh network's score goes through the adjectives (Eq. 8)
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, help_heading = "Network")]
    pub text_branch: bool,

    /// Epochs: passes over the rated pictures
    #[arg(long, value_name = "N", help_heading = "Schedule")]
    pub epochs: u32,
    /// Steps of an epoch where no picture is rated
    #[arg(long, value_name = "N", help_heading = "Schedule")]
    pub epoch_steps: u32,
    /// Epochs before these, on smaller crops and without ladders, to settle a fresh network
    #[arg(long, value_name = "N", help_heading = "Schedule")]
    pub lead_epochs: u32,
    /// Side of their crops in pixels
    #[arg(long, value_name = "PIXELS", help_heading = "Schedule")]
    pub lead_crop: u32,
    /// Learning rate of the backbone; 0: it stays as it is, and a step takes less time
    #[arg(
        long,
        alias = "backbone-rate",
        value_name = "RATE",
        help_heading = "Schedule"
    )]
    #[serde(alias = "backbone_rate")]
    pub backbone_lr: f64,
    /// Learning rate of everything else
    #[arg(long, alias = "rate", value_name = "RATE", help_heading = "Schedule")]
    #[serde(alias = "rate")]
    pub lr: f64,
    /// Steps over which the learning rates rise to these
    #[arg(long, value_name = "STEPS", help_heading = "Schedule")]
    pub warm_up: u32,
    /// Epochs of half a cosine wave of the learning rates; 0: over the whole run they fall to nothing
    #[arg(
        long,
        alias = "period",
        value_name = "EPOCHS",
        help_heading = "Schedule"
    )]
    #[serde(alias = "period")]
    pub cosine_epochs: u32,
    /// Weight decay of AdamW
    #[arg(long, value_name = "DECAY", help_heading = "Schedule")]
    pub weight_decay: f64,
    /// Largest norm of a step's gradient; 0: any
    #[arg(long, alias = "clip", value_name = "NORM", help_heading = "Schedule")]
    #[serde(alias = "clip")]
    pub grad_clip_norm: f64,
    /// Decay a step of the running mean of the weights that is validated and saved; 0: none
    #[arg(
        long,
        alias = "average",
        value_name = "DECAY",
        help_heading = "Schedule"
    )]
    #[serde(alias = "average")]
    pub ema_decay: f64,
    /// Share of the weights that it started from in those that are validated and saved: it keeps what
    /// was known before; 0: none of them
    #[arg(long, value_name = "SHARE", help_heading = "Schedule")]
    #[serde(default)]
    pub start_share: f64,
    /// By what the best epoch is told, on the pictures held out
    #[arg(long, value_enum, value_name = "CRITERION", help_heading = "Schedule")]
    #[serde(default)]
    pub best: Criterion,
    /// Epochs without a better validation after which it stops; 0: never
    #[arg(long, value_name = "EPOCHS", help_heading = "Schedule")]
    pub patience: u32,

    /// Rated crops a step
    #[arg(long, value_name = "N", help_heading = "Data")]
    pub batch: u32,
    /// Ladders of distortions a step: pairs without a reference, four pairs each with one
    #[arg(long, value_name = "N", help_heading = "Data")]
    pub ladders: u32,
    /// Share of the ladders that are made of more than one distortion
    #[arg(long, value_name = "SHARE", help_heading = "Data")]
    pub mixed: f64,
    /// Share of the ladders that are distorted in a part of the crop only
    #[arg(long, value_name = "SHARE", help_heading = "Data")]
    #[serde(default)]
    pub partial: f64,
    /// Share of the ladders that are blurred around their sharpest part, as behind a subject:
    /// neither the score nor the adjectives may change
    #[arg(long, value_name = "SHARE", help_heading = "Data")]
    #[serde(default)]
    pub background: f64,
    /// Share of a ladder's label that is measured after raised contrast and a shift of the light were
    /// undone, which people hardly mind; only with a reference
    #[arg(long, value_name = "SHARE", help_heading = "Data")]
    #[serde(default)]
    pub tolerance: f64,
    /// Side of a crop in pixels
    #[arg(long, value_name = "PIXELS", help_heading = "Data")]
    pub crop: u32,
    /// Smallest shorter side in pixels that a rated picture is shrunk to before it is cropped;
    /// 0: never shrunk
    #[arg(long, alias = "smallest", value_name = "PIXELS", help_heading = "Data")]
    #[serde(alias = "smallest")]
    pub min_side: u32,
    /// Flip upside down too, not only left and right
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, help_heading = "Data")]
    pub flip_vertically: bool,
    /// Share of the rated pictures that is held out and validated on, where the dataset has no
    /// split of its own; 0: all are trained on, and nothing is known of how good it becomes
    #[arg(long, value_name = "SHARE", help_heading = "Data")]
    pub held_out: f64,
    /// Megabytes of decoded pictures kept in memory
    #[arg(long, value_name = "MB", help_heading = "Data")]
    pub cache: u32,

    /// Weight of the mean squared error (Eq. 10)
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    pub mse: f64,
    /// Weight of 1 - PLCC within the batch
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    pub correlation: f64,
    /// Weight of the order along a ladder
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    pub rank: f64,
    /// Weight of the dimension that a distortion must move
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    pub dimension: f64,
    /// Weight of the adjectives that a distortion must raise
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    pub adjectives: f64,
    /// Weight of what a distortion must do to every adjective: raise its own, lower what it rules
    /// out, and leave alone what it has nothing to do with
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    #[serde(default)]
    pub words: f64,
    /// Weight of the adjectives that must follow plain statistics of the rated crops: light,
    /// clipping, contrast, colourfulness, sharpness, noise, one direction of all edges
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    #[serde(default)]
    pub statistics: f64,
    /// Weight of the heatmaps that must be higher where a part of a crop is distorted
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    #[serde(default)]
    pub maps: f64,
    /// Weight of the score that must follow how sharp the sharpest parts of the rated crops are,
    /// which people mind more than a few hundred ratings tell
    #[arg(long, value_name = "WEIGHT", help_heading = "Loss")]
    #[serde(default)]
    pub sharpness: f64,

    /// Seed of every random number
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub seed: u64,
    /// Where to compute: auto, cpu, gpu, gpu:N, cuda:N, remote:HOST:PORT
    #[arg(long, value_name = "DEVICE", help_heading = "Run")]
    pub device: DeviceChoice,
    /// Compute the inner layers of the backbone's blocks again for the gradients instead of keeping them:
    /// a quarter less memory, the same numbers
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, help_heading = "Run")]
    #[serde(default)]
    pub recompute: bool,
    /// Minutes between two saved states from which a killed run goes on
    #[arg(long, value_name = "MINUTES", help_heading = "Run")]
    pub save_minutes: f64,
    /// Checkpoints of the last epochs that are kept, beside that of the best one
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub keep: u32,

    /// How the tables of the datasets are read.
    #[command(flatten)]
    #[serde(default)]
    pub table: OpenOptions,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_preset_survives_its_file_and_is_sound() {
        for preset in Preset::value_variants() {
            for task in [Task::NoReference, Task::FullReference] {
                let mut settings = Settings::new(*preset, task);
                settings.data.push("photos".into());
                settings.check().unwrap();
                let text = serde_json::to_string(&settings).unwrap();
                assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
            }
        }
    }

    #[test]
    fn a_settings_file_with_the_names_of_before_is_read() {
        let settings = Settings::new(Preset::Ours, Task::NoReference);
        let text = serde_json::to_string(&settings).unwrap();
        let names = [
            ("backbone_lr", "backbone_rate"),
            ("lr", "rate"),
            ("cosine_epochs", "period"),
            ("grad_clip_norm", "clip"),
            ("ema_decay", "average"),
            ("min_side", "smallest"),
        ];
        let old = names.iter().fold(text.clone(), |text, (new, old)| {
            text.replace(&format!("\"{new}\":"), &format!("\"{old}\":"))
        });
        assert!(old.contains("\"rate\":0.0003,"));
        assert_eq!(serde_json::from_str::<Settings>(&old).unwrap(), settings);
    }

    #[test]
    fn a_settings_file_of_before_tells_the_best_epoch_as_it_did() {
        let mut settings = Settings::new(Preset::Ours, Task::NoReference);
        let text = serde_json::to_string(&settings).unwrap();
        let before = text.replace("\"best\":\"sure\",", "");
        assert_ne!(before, text);
        assert_eq!(serde_json::from_str::<Settings>(&before).unwrap(), settings);
        settings.best = Criterion::Srcc;
        let text = serde_json::to_string(&settings).unwrap();
        assert!(text.contains("\"best\":\"srcc\""), "{text}");
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let mut settings = Settings::new(Preset::Ours, Task::NoReference);
        let wrong = |settings: &Settings| settings.check().unwrap_err().to_string();
        assert!(wrong(&settings).contains("rated"));
        settings.data.push("photos".into());
        settings.crop = 32;
        assert!(wrong(&settings).contains("crop"));
        settings.crop = 320;
        settings.lr = f64::NAN;
        assert!(wrong(&settings).contains("`lr`"));
        settings.lr = 1e-4;
        settings.check().unwrap();
        settings.data.clear();
        settings.pristine.push("originals".into());
        settings.check().unwrap();
        settings.ladders = 0;
        assert!(wrong(&settings).contains("`ladders`"));
    }
}
