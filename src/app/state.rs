//! All that the application is, by concern. What lasts and what happened are in the
//! [`Context`](super::context::Context).

use super::export::Sources;
use super::gallery::Sorting;
use super::settings::Settings;
use super::viewer::Scene;
use super::{
    gallery, library, metrics, quality_map, scoring, sharpest, shell, taste, training, transfer,
    viewer, weights, words,
};

/// The state of every concern.
pub struct State {
    pub gallery: gallery::State,
    pub scoring: scoring::State,
    pub quality_map: quality_map::State,
    pub viewer: viewer::State,
    pub metrics: metrics::State,
    pub words: words::State,
    pub library: library::State,
    pub weights: weights::State,
    pub training: training::State,
    pub transfer: transfer::State,
    pub taste: taste::State,
    pub sharpest: sharpest::State,
    pub shell: shell::State,
}

impl State {
    /// What the viewer and the panel beside it show.
    pub fn scene(&self, settings: &Settings) -> Scene<'_> {
        Scene {
            viewer: &self.viewer,
            first: self.gallery.selected(),
            second: self
                .gallery
                .second()
                .filter(|_| self.gallery.survey.is_none()),
            task: self.scoring.active_task,
            adjectives: self.scoring.adjectives(),
            details: &self.scoring.details,
            maps: &self.quality_map,
            tile: settings.tile,
            style: settings.overlay_style(),
            histogram: settings.histogram,
            mark_sharpest: settings.mark_sharpest,
        }
    }

    /// What the filmstrip is sorted by.
    pub fn sorting(&self, settings: &Settings) -> Sorting<'_> {
        let by = (self.scoring.active_task, self.scoring.adjectives());
        Sorting::new(settings, by, self.taste.known())
    }

    /// What can be written to files.
    pub fn sources(&self, settings: &Settings) -> Sources<'_> {
        Sources {
            gallery: &self.gallery,
            machine: &self.scoring.machine,
            metrics: &self.metrics,
            words: &self.words,
            scene: self.scene(settings),
            bursts: settings.bursts,
        }
    }

    /// Whether nothing is being read or computed.
    pub fn is_idle(&self) -> bool {
        self.gallery.is_idle()
            && self.scoring.is_idle()
            && self.quality_map.in_the_making().is_none()
            && self.metrics.is_idle()
            && self.transfer.is_idle()
            && self.taste.is_idle()
            && self.training.data != training::DatasetState::Looking
    }
}
