//! What a checkpoint says of its network: the `config` of its metadata.

use crate::choice::{UnknownName, named, serde_as_text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The question that a network answers: with a reference (the original of the picture) or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// How good is this picture? (Eq. 2)
    NoReference,
    /// How close is this picture to its reference? (Eq. 1)
    FullReference,
}

impl Task {
    /// What is asked of a picture with this reference, or with none.
    pub fn with<T>(reference: &Option<T>) -> Self {
        match reference {
            Some(_) => Self::FullReference,
            None => Self::NoReference,
        }
    }

    /// The word for a person: `no-reference` or `full-reference`.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoReference => "no-reference",
            Self::FullReference => "full-reference",
        }
    }
}

/// Which level asks and which one answers in the cross attention (Eq. 4, Table VI).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The query is the lower level: the paper's.
    BottomUp,
    /// The query is the higher level: the ablation.
    TopDown,
}

/// A convolutional backbone by the name that its weights are published under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackboneKind {
    /// torchvision's `resnet50`, the paper's.
    ResNet50,
    /// timm's `tf_efficientnet_lite0` to `4`.
    EfficientNetLite(u8),
}

impl BackboneKind {
    /// Every backbone there is.
    pub const ALL: [Self; 6] = [
        Self::ResNet50,
        Self::EfficientNetLite(0),
        Self::EfficientNetLite(1),
        Self::EfficientNetLite(2),
        Self::EfficientNetLite(3),
        Self::EfficientNetLite(4),
    ];

    /// Mean and standard deviation of the colours (0 to 1, RGB) that its weights were trained with.
    pub fn normalisation(self) -> ([f32; 3], [f32; 3]) {
        match self {
            Self::ResNet50 => ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            Self::EfficientNetLite(_) => ([0.5; 3], [0.5; 3]),
        }
    }
}

impl fmt::Display for BackboneKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResNet50 => f.write_str("resnet50"),
            Self::EfficientNetLite(n) => write!(f, "tf_efficientnet_lite{n}"),
        }
    }
}

impl FromStr for BackboneKind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        named("backbone", &Self::ALL, |kind| kind, name)
    }
}

serde_as_text!(BackboneKind);

/// The shape of a network, as its checkpoint's metadata states it under `config`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// With or without a reference.
    pub task: Task,
    /// The backbone.
    pub backbone: BackboneKind,
    /// ResNet only: the stride of a downsampling block on its first 1x1 convolution (v1)
    /// instead of the 3x3 one (v1.5).
    #[serde(default)]
    pub stride_in_1x1: bool,
    /// Mean of the colours, 0 to 1, RGB, that is taken off every pixel.
    pub mean: [f32; 3],
    /// Standard deviation of the colours, that every pixel is divided by then.
    pub std: [f32; 3],
    /// `D`: the width of the tokens.
    #[serde(default = "defaults::width")]
    pub width: usize,
    /// Attention heads.
    #[serde(default = "defaults::heads")]
    pub heads: usize,
    /// Channels inside a mask branch.
    #[serde(default = "defaults::mask_width")]
    pub mask_width: usize,
    /// Length of the position tables.
    #[serde(default = "defaults::position")]
    pub position: usize,
    /// Hidden width of the regression.
    #[serde(default = "defaults::score_hidden")]
    pub score_hidden: usize,
    /// Ablation: `false` leaves the weight branch (Eq. 5) out.
    #[serde(default = "defaults::on")]
    pub weight_branch: bool,
    /// Ablation: which way the cross attention runs.
    #[serde(default = "defaults::direction")]
    pub direction: Direction,
    /// Ablation: `false` regresses the image features without the text.
    #[serde(default = "defaults::on")]
    pub text_branch: bool,
}

mod defaults {
    use super::Direction;
    pub fn width() -> usize {
        256
    }
    pub fn heads() -> usize {
        4
    }
    pub fn mask_width() -> usize {
        64
    }
    pub fn position() -> usize {
        32
    }
    pub fn score_hidden() -> usize {
        128
    }
    pub fn on() -> bool {
        true
    }
    pub fn direction() -> Direction {
        Direction::BottomUp
    }
}

impl Config {
    /// The network of the paper for a task, on a backbone.
    pub fn new(task: Task, backbone: BackboneKind) -> Self {
        let (mean, std) = backbone.normalisation();
        Self {
            task,
            backbone,
            stride_in_1x1: false,
            mean,
            std,
            width: defaults::width(),
            heads: defaults::heads(),
            mask_width: defaults::mask_width(),
            position: defaults::position(),
            score_hidden: defaults::score_hidden(),
            weight_branch: true,
            direction: Direction::BottomUp,
            text_branch: true,
        }
    }

    /// Says what in this configuration no network can have.
    ///
    /// # Errors
    /// A sentence that names the field.
    pub fn check(&self) -> Result<(), String> {
        let sizes = [
            ("width", self.width),
            ("heads", self.heads),
            ("mask_width", self.mask_width),
            ("position", self.position),
            ("score_hidden", self.score_hidden),
        ];
        for (name, size) in sizes {
            if !(1..=65_536).contains(&size) {
                return Err(format!("`{name}` is {size}, but must be 1 to 65536"));
            }
        }
        if !self.width.is_multiple_of(self.heads) {
            return Err(format!(
                "`width` {} cannot be shared among `heads` {}",
                self.width, self.heads
            ));
        }
        if !self.width.is_multiple_of(2) {
            return Err(format!("`width` {} must be even", self.width));
        }
        let finite = |values: &[f32; 3]| values.iter().all(|v| v.is_finite());
        if !finite(&self.mean) {
            return Err("`mean` must be three finite numbers".into());
        }
        if !finite(&self.std) || self.std.iter().any(|v| *v <= 0.0) {
            return Err("`std` must be three numbers above 0".into());
        }
        Ok(())
    }
}
