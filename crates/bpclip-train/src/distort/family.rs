//! What kinds of distortion have in common.

use serde::{Deserialize, Serialize};

/// The families of KADID-10k (Lin, Hosu and Saupe, QoMEX 2019), in the order in which a picture
/// meets them between the lens and the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Detail is lost to the lens, to motion or to smoothing.
    Blur,
    /// Too much or too little light, or in the wrong place.
    Brightness,
    /// Grain, specks, and what their removal leaves.
    Noise,
    /// Colours are off.
    Colour,
    /// Contrast and edges are weaker or stronger than in the scene.
    SharpnessContrast,
    /// Pixels are in the wrong place, coarse or missing.
    Spatial,
    /// A lossy file format.
    Compression,
}

impl Family {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Blur,
        Self::Brightness,
        Self::Noise,
        Self::Colour,
        Self::SharpnessContrast,
        Self::Spatial,
        Self::Compression,
    ];

    /// The name for a person.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blur => "Blur",
            Self::Brightness => "Brightness",
            Self::Noise => "Noise",
            Self::Colour => "Colour",
            Self::SharpnessContrast => "Sharpness and contrast",
            Self::Spatial => "Spatial",
            Self::Compression => "Compression",
        }
    }
}
