//! What the viewer is.

use super::choices::{AttentionView, Overlay, Scale, Tab};
use crate::app::settings::ViewerMode;

/// How the viewer looks at the pictures; both panes share it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// One picture or two, and how.
    pub mode: ViewerMode,
    /// Whether the second picture is shown in the place of the first.
    pub flipped: bool,
    /// Whether flicker goes by itself.
    pub by_itself: bool,
    pub scale: Scale,
    /// The point in the middle, 0 to 1 of the picture's width and height.
    pub centre: (f32, f32),
    /// Where the slider stands, 0 to 1 of the view's width.
    pub split: f32,
    /// By how much differences are multiplied.
    pub gain: u8,
    /// Whether the second picture is shown where it belongs, if it is shifted against the first.
    pub aligned: bool,
    /// Whether that is by whole pixels alone.
    pub whole_pixels: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            mode: ViewerMode::Single,
            flipped: false,
            by_itself: false,
            scale: Scale::Fit,
            centre: (0.5, 0.5),
            split: 0.5,
            gain: 4,
            aligned: false,
            whole_pixels: false,
        }
    }
}

/// A pixel: column and row, and its red, green and blue.
pub type Pointed = ((u32, u32), [u8; 3]);

/// The viewer.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub look: Look,
    /// What lies over the picture.
    pub overlay: Overlay,
    /// Which attention is looked at.
    pub attention: AttentionView,
    /// What the panel shows.
    pub tab: Tab,
    /// The scale at which all of the picture is seen, once it was drawn.
    pub fitted: Option<f32>,
    /// The pixel under the pointer.
    pub pointed: Option<Pointed>,
}
