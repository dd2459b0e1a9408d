//! What is known of the classic metrics.

use crate::app::gallery::{self, Frame};
use crate::app::pictures::Version;
use bpclip_core::metric::{Metric, Readings};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A picture and its reference, each as its file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    picture: Version,
    reference: Version,
}

impl Pair {
    /// A frame with the reference, unless it is the reference or one of them cannot be read.
    pub fn of(frame: &Frame, gallery: &gallery::State) -> Option<Self> {
        let reference = gallery.reference()?;
        let broken = frame.broken.is_some() || reference.broken.is_some();
        (frame.id != reference.id && !broken).then(|| Self {
            picture: frame.version(),
            reference: reference.version(),
        })
    }
}

/// How far the metrics of a pair are.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Those that are to be known.
    pub wanted: Vec<Metric>,
    /// Those that are known; one after another they become more.
    pub readings: Readings,
    /// Why there are none, where a picture could not be read.
    pub failed: Option<String>,
}

impl Measured {
    /// Whether nothing more is to come.
    pub fn is_whole(&self) -> bool {
        let known = |metric: &Metric| self.readings.get(*metric).is_some();
        self.failed.is_some() || self.wanted.iter().all(known)
    }
}

/// The classic metrics.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Whether their section is open.
    pub open: bool,
    /// Those that can be measured here, since it was opened.
    pub(super) wanted: Vec<Metric>,
    /// What is known, by pair.
    pub(super) known: HashMap<Pair, Measured>,
    /// The pair that a thread measures, and what ends it.
    pub(super) running: Option<(Pair, Arc<AtomicBool>)>,
}

impl State {
    /// Whether no thread measures.
    pub fn is_idle(&self) -> bool {
        self.running.is_none()
    }

    /// What is known of the metrics of a frame against the reference; `None` where it is not
    /// compared with one.
    pub fn measured(&self, frame: &Frame, gallery: &gallery::State) -> Option<Measured> {
        Some(self.of_pair(&Pair::of(frame, gallery)?))
    }

    /// What is known of a pair, and what is wanted of it now.
    pub(super) fn of_pair(&self, pair: &Pair) -> Measured {
        Measured {
            wanted: self.wanted.clone(),
            ..self.known.get(pair).cloned().unwrap_or_default()
        }
    }
}
