//! Colours for values.

use serde::{Deserialize, Serialize};

/// Colours from low to high. Only maps whose lightness rises evenly, so that colour-blind people,
/// and a grey print, show the same order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum ColourMap {
    /// Blue over green to yellow.
    #[default]
    Viridis,
    /// Blue over grey to yellow; looks nearly the same with and without colour blindness.
    Cividis,
    /// Black over purple to cream.
    Magma,
    /// Black over red to pale yellow.
    Inferno,
    /// Black to white.
    Grey,
}

impl ColourMap {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 5] = [
        Self::Viridis,
        Self::Cividis,
        Self::Magma,
        Self::Inferno,
        Self::Grey,
    ];

    /// The name in settings and on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viridis => "viridis",
            Self::Cividis => "cividis",
            Self::Magma => "magma",
            Self::Inferno => "inferno",
            Self::Grey => "grey",
        }
    }

    /// The name in menus.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viridis => "Viridis",
            Self::Cividis => "Cividis",
            Self::Magma => "Magma",
            Self::Inferno => "Inferno",
            Self::Grey => "Grey",
        }
    }

    /// The sRGB colour of `level` of 255.
    pub fn colour(self, level: u8) -> [u8; 3] {
        let gradient = match self {
            Self::Viridis => colorous::VIRIDIS,
            Self::Cividis => colorous::CIVIDIS,
            Self::Magma => colorous::MAGMA,
            Self::Inferno => colorous::INFERNO,
            Self::Grey => return [level; 3],
        };
        gradient.eval_rational(level.into(), 256).as_array()
    }

    /// The colours of all 256 levels, for drawing many pixels or a scale.
    pub fn table(self) -> [[u8; 3]; 256] {
        std::array::from_fn(|level| self.colour(level as u8))
    }
}

/// Colours for values on both sides of 0, which gets the lightest one: purple below, orange above.
/// Both are told apart with any colour vision.
pub fn two_sided_colours() -> [[u8; 3]; 256] {
    std::array::from_fn(|level| colorous::PURPLE_ORANGE.eval_rational(level, 256).as_array())
}
