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

/// From which step between two neighbouring pixels on an edge is in focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    Low,
    #[default]
    Medium,
    High,
}

impl Sensitivity {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }

    /// The step in levels, of 255.
    pub const fn threshold(self) -> u8 {
        match self {
            Self::Low => 64,
            Self::Medium => 32,
            Self::High => 16,
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
    /// How easily an edge is one in focus.
    pub sensitivity: Sensitivity,
}

/// How large the interface is drawn.
pub mod interface {
    /// The smallest and the largest.
    pub const RANGE: (f32, f32) = (0.5, 3.0);
    /// From one to the next.
    const STEP: f32 = 0.1;

    /// So many steps larger, or smaller.
    pub fn stepped(size: f32, steps: f32) -> f32 {
        tidy((size / STEP).round() * STEP + steps * STEP)
    }

    /// One that can be used, in whole steps.
    pub fn tidy(size: f32) -> f32 {
        let whole = (size / STEP).round() / (1.0 / STEP).round();
        whole.clamp(RANGE.0, RANGE.1)
    }
}

/// A panel at a side of the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The filmstrip.
    List,
    /// Score, words and maps.
    Panel,
}

impl Side {
    /// Points of the window's width from which on there is room for it; the panel stands beside the
    /// filmstrip.
    const fn enough(self) -> f32 {
        match self {
            Self::List => 560.0,
            Self::Panel => 800.0,
        }
    }
}

/// How the window is divided, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width of the filmstrip.
    pub filmstrip: f32,
    /// Width of the panel with score and adjectives.
    pub inspector: f32,
    /// Whether the filmstrip is open; `None` where the window is wide enough.
    pub list_open: Option<bool>,
    /// Likewise for the panel.
    pub panel_open: Option<bool>,
}

impl Layout {
    /// Whether a side is open in a window of this width.
    pub fn shows(&self, side: Side, width: f32) -> bool {
        let chosen = match side {
            Side::List => self.list_open,
            Side::Panel => self.panel_open,
        };
        chosen.unwrap_or(width >= side.enough())
    }

    /// Opens a side, or closes it. As the width has it anyway is no choice.
    pub fn open(&mut self, side: Side, open: bool, width: f32) {
        let chosen = match side {
            Side::List => &mut self.list_open,
            Side::Panel => &mut self.panel_open,
        };
        *chosen = (open != (width >= side.enough())).then_some(open);
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            filmstrip: 200.0,
            inspector: 320.0,
            list_open: None,
            panel_open: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_grows_and_shrinks_by_whole_steps_within_its_range() {
        let mut size = 1.0;
        for _ in 0..40 {
            size = interface::stepped(size, 1.0);
        }
        assert_eq!(size, 3.0);
        for _ in 0..40 {
            size = interface::stepped(size, -1.0);
        }
        assert_eq!(size, 0.5);
        assert_eq!(interface::stepped(1.0, 1.0), 1.1);
        assert_eq!(interface::stepped(interface::stepped(1.3, 1.0), -1.0), 1.3);
        assert_eq!(interface::tidy(1.234), 1.2);
    }

    #[test]
    fn panels_are_open_where_there_is_room_unless_the_user_says_otherwise() {
        let mut layout = Layout::default();
        let shown = |layout: &Layout, width| {
            [Side::List, Side::Panel].map(|side| layout.shows(side, width))
        };
        assert_eq!(shown(&layout, 683.0), [true, false]);
        assert_eq!(shown(&layout, 1280.0), [true, true]);
        layout.open(Side::Panel, true, 683.0);
        assert_eq!(shown(&layout, 300.0), [false, true]);
        layout.open(Side::Panel, false, 683.0);
        assert_eq!(layout.panel_open, None);
        layout.open(Side::List, false, 1280.0);
        assert_eq!(shown(&layout, 1280.0), [false, true]);
    }
}
