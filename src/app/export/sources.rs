//! What is written is taken from these.

use crate::app::gallery::ranking::Bursts;
use crate::app::gallery::{self, Frame};
use crate::app::metrics;
use crate::app::scoring::{Machine, Rated};
use crate::app::viewer::Scene;
use crate::app::words;
use bpclip_core::inspect::Detail;
use bpclip_core::metric::Readings;
use std::path::Path;
use std::sync::Arc;

/// Writes somewhere, and says what went wrong.
pub type Write = Box<dyn FnOnce(&Path) -> Result<(), String> + Send>;

/// The list, and what is known of its pictures.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub gallery: &'a gallery::State,
    pub machine: &'a Machine,
    pub metrics: &'a metrics::State,
    pub words: &'a words::State,
    pub scene: Scene<'a>,
    /// How bursts are found.
    pub bursts: Bursts,
}

impl<'a> Sources<'a> {
    /// The classic metrics of a frame against the reference, as far as they are known.
    pub fn readings(&self, frame: &Frame) -> Readings {
        let measured = self.metrics.measured(frame, self.gallery);
        measured
            .map(|measured| measured.readings)
            .unwrap_or_default()
    }

    /// The selected frame, if it has its maps.
    pub fn with_maps(&self) -> Result<(&'a Frame, &'a Arc<Rated>, &'a Arc<Detail>), String> {
        let frame = self.scene.first.ok_or("No picture is selected")?;
        match (self.scene.rated(Some(frame)), self.scene.detail(frame)) {
            (Some(rated), Some(detail)) => Ok((frame, rated, detail)),
            _ => Err(format!(
                "{} has no maps yet: wait until it is scored",
                frame.name
            )),
        }
    }
}
