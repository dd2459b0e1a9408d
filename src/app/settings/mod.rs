//! What the window remembers from one start to the next: one JSON file.

mod choices;
mod file;
mod keeper;

pub use choices::{
    Layout, MapRange, OverlayStyle, Sensitivity, Side, Theme, ViewerMode, interface,
};
pub use file::{Problem, SaveError};
pub use keeper::Keeper;

use super::export::{FigureSettings, Place, Shares, StarRule, Thresholds};
use super::gallery::ranking::{Bursts, SortKey};
use super::{taste, training};
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::{ColourMap, SizePolicy};
use bpclip_core::inspect::tiles;
use bpclip_core::model::Task;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the settings that this program writes.
pub const VERSION: u32 = 1;
/// How many recent files and folders are remembered.
pub const MAX_RECENT: usize = 20;

/// What the window remembers. Fields that a file lacks get their defaults, fields unknown to this
/// program are passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// [`VERSION`] of the program that wrote them.
    pub version: u32,
    /// Light or dark.
    pub theme: Theme,
    /// Files and folders opened, the newest first; see [`remember`](Self::remember).
    pub recent: Vec<PathBuf>,
    /// What to compute on.
    pub device: DeviceChoice,
    /// The checkpoints to score with instead of the bundled ones.
    pub checkpoints: Checkpoints,
    /// Another size to score at than the checkpoint's.
    pub size: Option<SizePolicy>,
    /// How the viewer shows a picture and its reference.
    pub viewer: ViewerMode,
    /// Colours of the heatmaps.
    pub colours: ColourMap,
    /// How much of the picture a heatmap hides, 0 to 1.
    pub opacity: f32,
    /// Which values the ends of the colours stand for.
    pub range: MapRange,
    /// Whether heatmaps keep the position's own part: the paper's norm.
    pub with_position: bool,
    /// Whether the histogram is open.
    pub histogram: bool,
    /// How easily an edge is one in focus.
    pub sensitivity: Sensitivity,
    /// How large the interface is drawn, 1 being as usual.
    pub interface: f32,
    /// Pixels of the side of a quality map's tiles.
    pub tile: u32,
    /// What the filmstrip is sorted by.
    pub sort: SortKey,
    /// Whether the highest comes first.
    pub descending: bool,
    /// How bursts are found, and the best of each.
    pub bursts: Bursts,
    /// Whether the sharpest part is marked in the picture.
    pub mark_sharpest: bool,
    /// Whose marks the user's taste is learned from.
    pub taste: taste::Scope,
    /// Whether raw and JPEG of one shot are one picture.
    pub shots_as_one: bool,
    /// Whether tables have what the camera noted.
    pub export_exif: bool,
    /// How figures for a paper are written.
    pub figures: FigureSettings,
    /// Whether the next picture is looked at once something was decided on one.
    pub go_on: bool,
    /// The scores from which a picture gets one to five stars.
    pub thresholds: Thresholds,
    /// The shares of a shoot that get one to five stars at least.
    pub shares: Shares,
    /// Whether stars go by shares, not by scores.
    pub stars_by_share: bool,
    /// Where ratings go.
    pub ratings: Place,
    /// How the window is divided.
    pub layout: Layout,
    /// Width and height of the window when it was last closed, in points.
    pub window: Option<[f32; 2]>,
    /// Words of the user's own to compare pictures with.
    pub words: Vec<String>,
    /// Such words by the names of their sets.
    pub word_sets: BTreeMap<String, Vec<String>>,
    /// What the training panel remembers.
    pub training: training::Memory,
}

/// A checkpoint file for each task; `None` takes the bundled one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoints {
    /// Without a reference.
    pub no_reference: Option<PathBuf>,
    /// With one.
    pub full_reference: Option<PathBuf>,
}

impl Checkpoints {
    /// That of a task.
    pub fn of(&mut self, task: Task) -> &mut Option<PathBuf> {
        match task {
            Task::NoReference => &mut self.no_reference,
            Task::FullReference => &mut self.full_reference,
        }
    }

    /// Those that there are.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        [&self.no_reference, &self.full_reference]
            .into_iter()
            .flatten()
            .cloned()
    }
}

impl Default for Settings {
    fn default() -> Self {
        let sort = SortKey::default();
        Self {
            version: VERSION,
            theme: Theme::default(),
            recent: Vec::new(),
            device: DeviceChoice::default(),
            checkpoints: Checkpoints::default(),
            size: None,
            viewer: ViewerMode::default(),
            colours: ColourMap::default(),
            opacity: 0.6,
            range: MapRange::default(),
            with_position: false,
            histogram: true,
            sensitivity: Sensitivity::default(),
            interface: 1.0,
            tile: tiles::SIDE,
            sort,
            descending: sort.usually_descending(),
            bursts: Bursts::default(),
            mark_sharpest: false,
            taste: taste::Scope::default(),
            shots_as_one: true,
            export_exif: false,
            figures: FigureSettings::default(),
            go_on: false,
            thresholds: Thresholds::default(),
            shares: Shares::default(),
            stars_by_share: false,
            ratings: Place::default(),
            layout: Layout::default(),
            window: None,
            words: Vec::new(),
            word_sets: BTreeMap::new(),
            training: training::Memory::default(),
        }
    }
}

impl Settings {
    /// Puts a file or folder that was opened first in the list of recent ones.
    pub fn remember(&mut self, path: &Path) {
        self.recent.insert(0, path.to_owned());
        self.recent = tidy_paths(std::mem::take(&mut self.recent));
    }

    /// How scores become stars.
    pub fn star_rule(&self) -> StarRule {
        match self.stars_by_share {
            true => StarRule::Shares(self.shares),
            false => StarRule::Scores(self.thresholds),
        }
    }

    /// How overlays look.
    pub fn overlay_style(&self) -> OverlayStyle {
        OverlayStyle {
            colours: self.colours,
            opacity: self.opacity,
            range: self.range,
            with_position: self.with_position,
            sensitivity: self.sensitivity,
        }
    }

    /// Width and height of the window when it was last closed, in points, where a window can have
    /// them.
    pub fn window(&self) -> Option<[f32; 2]> {
        let usable = |side: &f32| (64.0..=20_000.0).contains(side);
        self.window.filter(|window| window.iter().all(usable))
    }

    /// Without what a file cannot hold or a window cannot use.
    fn tidy(mut self) -> Self {
        let usual = Self::default();
        let within = |value: f32, low: f32, high: f32, usual: f32| {
            if value.is_finite() {
                value.clamp(low, high)
            } else {
                usual
            }
        };
        let (layout, other) = (&mut self.layout, usual.layout);
        layout.filmstrip = within(layout.filmstrip, 80.0, 2000.0, other.filmstrip);
        layout.inspector = within(layout.inspector, 80.0, 2000.0, other.inspector);
        self.opacity = within(self.opacity, 0.0, 1.0, usual.opacity);
        self.interface = interface::tidy(within(self.interface, 0.0, 10.0, usual.interface));
        self.bursts = self.bursts.tidy();
        self.tile = self.tile.clamp(*tiles::SIDES.start(), *tiles::SIDES.end());
        self.window = self.window();
        self.figures.page = self.figures.page.tidy();
        self.recent = tidy_paths(self.recent);
        for task in [Task::NoReference, Task::FullReference] {
            let file = self.checkpoints.of(task);
            *file = file.take().filter(|path| path.to_str().is_some());
        }
        self.training = self.training.tidy();
        self.version = VERSION;
        self
    }
}

/// Each path once, not too many, and none that is no text, which JSON cannot hold.
fn tidy_paths(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut tidy: Vec<PathBuf> = Vec::new();
    for path in paths {
        if tidy.len() < MAX_RECENT && path.to_str().is_some() && !tidy.contains(&path) {
            tidy.push(path);
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_ones_are_newest_first_each_once() {
        let mut settings = Settings::default();
        for index in 0..25 {
            settings.remember(Path::new(&format!("/{index}")));
        }
        settings.remember(Path::new("/20"));
        assert_eq!(settings.recent.len(), MAX_RECENT);
        let first: Vec<_> = settings.recent.iter().take(3).collect();
        assert_eq!(
            first,
            [Path::new("/20"), Path::new("/24"), Path::new("/23")]
        );
    }
}
