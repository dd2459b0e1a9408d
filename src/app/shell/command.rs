//! What can be asked of the window itself.

use super::state::{Dialog, Page};
use crate::app::settings::{Layout, Side, Theme};

/// Something for the window to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Shows the pictures or the training panel.
    Page(Page),
    /// Shows the training panel, or the pictures again.
    TogglePage,
    /// Opens a window over the window, or closes it.
    Dialog(Option<Dialog>),
    /// Opens a window over the window; closes it if it is open.
    ToggleDialog(Dialog),
    /// The catalogue of weights, likewise.
    ToggleWeights,
    /// What is kept on disk, likewise.
    ToggleLibrary,
    /// Closes the dialog that is open; without one, leaves the full screen, else the survey, else stops
    /// scoring and mapping.
    Cancel,
    /// The pictures on all of the screen, or the window again.
    ToggleFullScreen,
    /// Opens a panel at a side of the pictures, or closes it.
    TogglePanel(Side),
    /// Draws the interface so many steps larger, or smaller; as usual without.
    Interface(Option<f32>),
    /// Dark, light or as the system.
    Theme(Theme),
    /// Remembers how the window is divided.
    Layout(Layout),
    /// Remembers the size of the window, in points.
    Size([f32; 2]),
    /// Closes the window, unless a training has to be asked about first.
    Quit,
    /// Closes the window, whatever runs.
    Close,
}
