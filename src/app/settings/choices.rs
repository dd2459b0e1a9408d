//! How the window looks.

use bpclip_core::image::ColourMap;
use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
    /// As the system is set.
    #[default]
    System,
}

impl Theme {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::System];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::System => "As the system",
        }
    }
}

/// How the viewer shows a picture and its reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewerMode {
    /// The picture alone.
    #[default]
    Single,
    /// Both, one beside the other.
    SideBySide,
    /// One over the other, with a divider to drag.
    Slider,
    /// One or the other.
    Flicker,
    /// What differs.
    Difference,
}

impl ViewerMode {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 5] = [
        Self::Single,
        Self::SideBySide,
        Self::Slider,
        Self::Flicker,
        Self::Difference,
    ];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Single => "Single",
            Self::SideBySide => "Side by side",
            Self::Slider => "Slider",
            Self::Flicker => "Flicker",
            Self::Difference => "Difference",
        }
    }
}

/// Which values the ends of a heatmap's colours stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapRange {
    /// The lowest and the highest value of all maps of its kind, so that maps can be compared.
    Shared,
    /// Those of each map itself, so that each shows all it has.
    #[default]
    Own,
}

impl MapRange {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 2] = [Self::Own, Self::Shared];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Own => "Own range",
            Self::Shared => "Shared range",
        }
    }
}

/// How an overlay looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverlayStyle {
    pub colours: ColourMap,
    /// How much of the picture it hides, 0 to 1.
    pub opacity: f32,
    /// Which values the ends of the colours stand for.
    pub range: MapRange,
    /// Whether heatmaps keep the position's own part: the paper's norm.
    pub with_position: bool,
}

/// How the window is divided, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width of the filmstrip.
    pub filmstrip: f32,
    /// Width of the panel with score and adjectives.
    pub inspector: f32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            filmstrip: 200.0,
            inspector: 320.0,
        }
    }
}
