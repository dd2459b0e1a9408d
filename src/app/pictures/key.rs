//! The names of pictures.

use crate::app::settings::Sensitivity;
use bpclip_look::Shift;

/// A frame as it was at one time: its number and how often its file has changed.
pub type Version = (u64, u32);

/// Names a picture in the viewer, or what lies over one at its own pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureKey {
    /// A frame.
    Frame(Version),
    /// How far two frames differ, each channel times the gain, the second taken from where it is shifted to.
    Difference(Version, Version, u8, Offset),
    /// Where a frame is clipped.
    Clipping(Version),
    /// Where a frame is in focus.
    Peaking(Version, Sensitivity),
}

impl PictureKey {
    /// Whether it is made of a frame.
    pub fn is_of(self, frame: u64) -> bool {
        match self {
            Self::Frame(of) | Self::Clipping(of) | Self::Peaking(of, _) => of.0 == frame,
            Self::Difference(a, b, ..) => a.0 == frame || b.0 == frame,
        }
    }
}

/// How far a picture is shifted, as part of a name: in hundredths of a pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Offset {
    right: i32,
    down: i32,
}

impl Offset {
    /// From pixels to the right and down.
    pub fn new(right: f32, down: f32) -> Self {
        let hundredths = |pixels: f32| (pixels * 100.0).round() as i32;
        Self {
            right: hundredths(right),
            down: hundredths(down),
        }
    }

    /// Pixels to the right and down.
    pub fn pixels(self) -> (f32, f32) {
        (self.right as f32 / 100.0, self.down as f32 / 100.0)
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl From<Offset> for Shift {
    fn from(offset: Offset) -> Self {
        let (right, down) = offset.pixels();
        Self {
            right,
            down,
            certainty: 1.0,
        }
    }
}
