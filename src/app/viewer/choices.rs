//! What can be chosen in the viewer. Each choice carries its own list, key and label, so that
//! menus, shortcuts and help cannot disagree.

pub use bpclip_core::inspect::Branch;

use crate::app::pictures::{PictureKey, Version};
use crate::app::settings::Sensitivity;

/// How large the viewer shows a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// All of it.
    Fit,
    /// Pixels of the screen for a pixel of the picture.
    Times(f32),
}

impl Scale {
    /// The smallest and the largest scale.
    pub const RANGE: (f32, f32) = (1.0 / 64.0, 128.0);

    /// A scale within the range.
    pub fn times(scale: f32) -> Self {
        Self::Times(scale.clamp(Self::RANGE.0, Self::RANGE.1))
    }
}

/// What lies over the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// A map of a branch, at a level counted from 0.
    Map(Branch, usize),
    /// A mask of the gated pooling, at a level counted from 0.
    Mask(usize),
    /// Where a cell looks.
    Attention,
    /// The quality map.
    Tiles,
    /// Shadows and highlights without detail.
    Clipping,
    /// Edges in focus.
    Peaking,
}

impl Overlay {
    /// The eight maps, in the order of their keys.
    pub const MAPS: [Self; 8] = [
        Self::Map(Branch::Information, 0),
        Self::Map(Branch::Information, 1),
        Self::Map(Branch::Information, 2),
        Self::Map(Branch::Information, 3),
        Self::Map(Branch::Weight, 0),
        Self::Map(Branch::Weight, 1),
        Self::Map(Branch::Weight, 2),
        Self::Map(Branch::Weight, 3),
    ];

    /// The five masks.
    pub const MASKS: [Self; 5] = [
        Self::Mask(0),
        Self::Mask(1),
        Self::Mask(2),
        Self::Mask(3),
        Self::Mask(4),
    ];

    /// The name in the window.
    pub fn label(self) -> String {
        match self {
            Self::None => "No overlay".into(),
            Self::Map(branch, level) => {
                format!("{} map {}", branch.label(), level + 1)
            }
            Self::Mask(level) => format!("Pooling mask {}", level + 1),
            Self::Attention => "Attention".into(),
            Self::Tiles => "Quality map".into(),
            Self::Clipping => "Clipping".into(),
            Self::Peaking => "Focus peaking".into(),
        }
    }

    /// What of a frame it is at the picture's own pixels; none for what the network makes.
    pub fn ink(self, version: Version, sensitivity: Sensitivity) -> Option<PictureKey> {
        match self {
            Self::Clipping => Some(PictureKey::Clipping(version)),
            Self::Peaking => Some(PictureKey::Peaking(version, sensitivity)),
            _ => None,
        }
    }

    /// A name for files.
    pub fn key(self) -> String {
        match self {
            Self::None => "none".into(),
            Self::Map(Branch::Information, level) => format!("information-{}", level + 1),
            Self::Map(Branch::Weight, level) => format!("weight-{}", level + 1),
            Self::Mask(level) => format!("mask-{}", level + 1),
            Self::Attention => "attention".into(),
            Self::Tiles => "quality".into(),
            Self::Clipping => "clipping".into(),
            Self::Peaking => "peaking".into(),
        }
    }

    /// What it is in the paper; nothing where it is none of it.
    pub fn paper(self) -> String {
        match self {
            Self::Map(branch, level) => {
                format!(
                    "{}: the L2 norm of each token of {}",
                    branch.paper(),
                    branch.symbol(level)
                )
            }
            Self::Mask(_) => "What the gated pooling lets through, 0 to 1".into(),
            Self::None | Self::Attention | Self::Tiles | Self::Clipping | Self::Peaking => {
                String::new()
            }
        }
    }

    /// What its values are, for the legend.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::None | Self::Tiles | Self::Clipping | Self::Peaking => "",
            Self::Map(Branch::Information, _) => "how much the network sees there",
            Self::Map(Branch::Weight, _) => "how much it counts there",
            Self::Mask(_) => "share that counts",
            Self::Attention => "share of the attention",
        }
    }
}

/// Which attention is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AttentionView {
    /// MSCA or SA.
    pub branch: Branch,
    /// The level, counted from 0.
    pub level: usize,
    /// One head, or their mean.
    pub head: Option<usize>,
    /// The cell whose query looks, column and row; without one, what all cells receive.
    pub cell: Option<(usize, usize)>,
}

/// What the panel on the right shows below the score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// The words.
    #[default]
    Adjectives,
    /// The eight maps and the masks.
    Maps,
    /// Where cells look.
    Attention,
    /// The quality of the picture's parts.
    Tiles,
}

impl Tab {
    /// All.
    pub const ALL: [Self; 4] = [Self::Adjectives, Self::Maps, Self::Attention, Self::Tiles];

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Adjectives => "Adjectives",
            Self::Maps => "Maps",
            Self::Attention => "Attention",
            Self::Tiles => "Quality map",
        }
    }
}
