//! Everything that a training is told. One type serves the flags, the run folder's file and the
//! window's form: the doc comments are the help of all three.

use crate::AnyPath;
use crate::dataset::OpenOptions;
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::{BackboneKind, Direction, Task};
use bpclip_core::text::EncoderKind;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_with::{DeserializeAs, SerializeAs, serde_as};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// A named set of settings to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Adapts a trained checkpoint to a folder's ratings in minutes to hours.
    FineTune,
    /// From an ImageNet backbone with our recipe: ratings, ladders of distortions, adjectives.
    Ours,
    /// The paper's recipe: ResNet-50, mean squared error alone, 200 epochs.
    Paper,
}

/// The network that a training starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The released checkpoint of the task.
    Bundled,
    /// A new network, on the backbone's weights where they are given.
    Fresh,
    /// A checkpoint file.
    Checkpoint(PathBuf),
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => f.write_str("bundled"),
            Self::Fresh => f.write_str("fresh"),
            Self::Checkpoint(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Start {
    /// What a person wrote: `bundled`, `fresh`, or the path of a checkpoint.
    ///
    /// # Errors
    /// Nothing was written.
    pub fn parse(written: OsString) -> Result<Self, SettingError> {
        Ok(match written.to_str() {
            Some("") => {
                let text = "say `bundled`, `fresh` or a checkpoint file";
                return Err(SettingError(text.into()));
            }
            // What it was called before.
            Some("bundled" | "boxed") => Self::Bundled,
            Some("fresh") => Self::Fresh,
            _ => Self::Checkpoint(written.into()),
        })
    }
}

impl Serialize for Start {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Checkpoint(path) => AnyPath::serialize_as(path, serializer),
            named => serializer.collect_str(named),
        }
    }
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = AnyPath::deserialize_as(deserializer)?;
        Self::parse(written.into_os_string()).map_err(serde::de::Error::custom)
    }
}

/// A setting that cannot be, in a sentence that names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(pub(super) String);

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

    /// Seed of every random number
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub seed: u64,
    /// Where to compute: auto, cpu, gpu, gpu:N, cuda:N
    #[arg(long, value_name = "DEVICE", help_heading = "Run")]
    pub device: DeviceChoice,
    /// Minutes between two saved states from which a killed run goes on
    #[arg(long, value_name = "MINUTES", help_heading = "Run")]
    pub save_minutes: f64,
    /// Checkpoints of the last epochs that are kept, beside the best
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub keep: u32,

    /// How the tables of the datasets are read.
    #[command(flatten)]
    #[serde(default)]
    pub table: OpenOptions,
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
            patience: 0,
            batch: 16,
            ladders: 4,
            mixed: if reference { 0.3 } else { 0.0 },
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
            seed: 0,
            device: DeviceChoice::Auto,
            save_minutes: 5.0,
            keep: 2,
            table: OpenOptions::default(),
        };
        match preset {
            Preset::Ours => ours,
            Preset::FineTune => Self {
                start: Start::Bundled,
                epochs: 5,
                lead_epochs: 0,
                backbone_lr: 2e-5,
                lr: 1e-4,
                warm_up: 10,
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
                crop: 384,
                min_side: 0,
                flip_vertically: true,
                mse: 1.0,
                correlation: 0.0,
                rank: 0.0,
                dimension: 0.0,
                adjectives: 0.0,
                ..ours
            },
        }
    }

    /// Says what in these settings cannot be.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn check(&self) -> Result<(), SettingError> {
        let needs = |wrong: bool, text: &str| match wrong {
            true => Err(SettingError(text.to_owned())),
            false => Ok(()),
        };
        needs(
            self.data.is_empty() && self.pristine.is_empty(),
            "name a folder of rated pictures, or `pristine` photographs",
        )?;
        needs(
            self.data.is_empty() && self.ladders == 0,
            "`ladders` must be 1 or more where no pictures are rated",
        )?;
        needs(self.epochs == 0, "`epochs` must be 1 or more")?;
        needs(
            !self.data.is_empty() && self.batch == 0,
            "`batch` must be 1 or more",
        )?;
        needs(
            self.data.is_empty() && self.epoch_steps == 0,
            "`epoch-steps` must be 1 or more",
        )?;
        let crops = [("crop", self.crop), ("lead-crop", self.lead_crop)];
        for (name, side) in crops {
            if !(64..=4096).contains(&side) {
                let text = format!("`{name}` is {side}, but must be 64 to 4096");
                return Err(SettingError(text));
            }
        }
        let bounded = [
            ("backbone-lr", self.backbone_lr, 1.0),
            ("lr", self.lr, 1.0),
            ("weight-decay", self.weight_decay, 1.0),
            ("grad-clip-norm", self.grad_clip_norm, f64::MAX),
            ("ema-decay", self.ema_decay, 0.99999),
            ("mixed", self.mixed, 1.0),
            ("held-out", self.held_out, 0.9),
            ("mse", self.mse, 1e6),
            ("correlation", self.correlation, 1e6),
            ("rank", self.rank, 1e6),
            ("dimension", self.dimension, 1e6),
            ("adjectives", self.adjectives, 1e6),
            ("save-minutes", self.save_minutes, 1e6),
        ];
        for (name, value, most) in bounded {
            if !(0.0..=most).contains(&value) {
                let text = format!("`{name}` is {value}, but must be 0 to {most}");
                return Err(SettingError(text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_survives_its_file_and_is_sound() {
        for preset in [Preset::FineTune, Preset::Ours, Preset::Paper] {
            for task in [Task::NoReference, Task::FullReference] {
                let mut settings = Settings::new(preset, task);
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
