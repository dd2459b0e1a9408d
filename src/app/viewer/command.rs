//! What can be asked of the viewer.

use super::choices::{AttentionView, Overlay, Scale, Tab};
use super::state::Pointed;
use crate::app::settings::{MapRange, Sensitivity, ViewerMode};
use bpclip_core::image::ColourMap;

/// Something for the viewer to do. The last ones are what follows from commands to others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Shows one picture or two.
    Mode(ViewerMode),
    /// Moves and scales the view.
    Look {
        scale: Scale,
        /// The point in the middle, 0 to 1 of the picture's width and height.
        centre: (f32, f32),
    },
    /// Scales the view, about the same middle.
    Scale(Scale),
    /// Makes the picture larger by this factor.
    Zoom(f32),
    /// Moves the slider, 0 to 1 of the view's width.
    Split(f32),
    /// Shows the second picture in the first one's place, and back.
    Flip,
    /// Flicker goes by itself, or not.
    ByItself(bool),
    /// Multiplies differences.
    Gain(u8),
    /// Lays something over the picture.
    Overlay(Overlay),
    /// Likewise; takes it away if it lies there.
    ToggleOverlay(Overlay),
    /// How easily an edge is one in focus.
    Sensitivity(Sensitivity),
    /// Opens the histogram, or closes it.
    ToggleHistogram,
    /// Whether the second picture is shown where it belongs, if it is shifted.
    Align(bool),
    /// Whether that is by whole pixels alone.
    WholePixels(bool),
    /// How much the overlay hides, 0 to 1.
    Opacity(f32),
    /// The colours of the overlay.
    Colours(ColourMap),
    /// What the colours stand for.
    Range(MapRange),
    /// Whether heatmaps keep the position's own part.
    WithPosition(bool),
    /// Looks at an attention.
    Attention(AttentionView),
    /// Shows this part of the panel.
    Tab(Tab),
    /// The pixel under the pointer.
    Point(Option<Pointed>),
    /// The scale at which all of the picture is seen.
    Fitted(f32),
    /// Another frame is selected.
    Selected,
    /// Shows the first picture again.
    Unflip,
}
