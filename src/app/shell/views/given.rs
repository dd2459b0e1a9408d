//! What the window is given to show.

use crate::app::actions::Possible;
use crate::app::log::Log;
use crate::app::pictures::Textures;
use crate::app::settings::Settings;
use crate::app::state::State;
use crate::app::viewer::Scene;

/// All that the window shows.
pub struct Window<'a> {
    pub state: &'a State,
    pub settings: &'a Settings,
    pub log: &'a Log,
    pub textures: &'a Textures,
    pub possible: &'a Possible,
}

impl<'a> Window<'a> {
    /// What the viewer and the panel show.
    pub fn scene(&self) -> Scene<'a> {
        self.state.scene(self.settings)
    }
}
