//! What is known of what is kept.

use bpclip_library::Size;
use std::path::PathBuf;

/// What is known of what is kept.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where it is kept; `None` where nothing is.
    pub path: Option<PathBuf>,
    /// How much there is, once somebody has asked.
    pub size: Option<Size>,
    /// Why something is not kept now.
    pub trouble: Option<String>,
}
