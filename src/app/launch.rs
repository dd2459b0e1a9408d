//! What the window starts with.

use bpclip_catalogue::Store;
use bpclip_core::device::DeviceChoice;
use std::path::PathBuf;

/// What the window starts with.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Pictures and folders to open.
    pub paths: Vec<PathBuf>,
    /// What to compute on; `Auto` takes what was chosen last.
    pub device: DeviceChoice,
    /// A checkpoint in the place of the bundled one of its task.
    pub checkpoint: Option<PathBuf>,
    /// Where marks, scores and thumbnails are kept; `None` keeps none.
    pub library: Option<PathBuf>,
    /// A store of weights in the place of the user's.
    pub weights: Option<Store>,
}
