//! The classic metrics of the pair that is looked at: measured on a thread while their section is
//! open, and kept.

use super::App;
use super::background::Report;
use super::loader::Version;
use super::state::{Frame, State};
use bpclip_core::image::Limits;
use bpclip_core::metric::{Metric, Readings, measure};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A picture and its reference, each as its file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    picture: Version,
    reference: Version,
}

/// How far the metrics of a pair are.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Those that are known; one after another they become more.
    pub readings: Readings,
    /// Why there are none, where a picture could not be read.
    pub failed: Option<String>,
}

impl Measured {
    /// Whether nothing more is to come.
    pub fn is_whole(&self) -> bool {
        self.failed.is_some() || Metric::ALL.iter().all(|m| self.readings.get(*m).is_some())
    }
}

/// What a thread says of a pair.
#[derive(Clone, Debug)]
pub enum Heard {
    /// This much is known.
    Known(Pair, Measured),
    /// The thread has ended.
    Over,
}

/// The classic metrics.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// Whether their section is open.
    pub open: bool,
    /// What is known, by pair.
    known: HashMap<Pair, Measured>,
    /// The pair that a thread measures.
    pub(super) running: Option<Pair>,
}

impl State {
    /// A frame with the reference, unless it is the reference.
    fn pair(&self, frame: &Frame) -> Option<Pair> {
        let reference = self.frame(self.reference?)?;
        let broken = frame.broken.is_some() || reference.broken.is_some();
        (frame.id != reference.id && !broken).then(|| Pair {
            picture: frame.version(),
            reference: reference.version(),
        })
    }

    /// What is known of the metrics of a frame against the reference; `None` where it is not
    /// compared with one.
    pub fn measured(&self, frame: &Frame) -> Option<Measured> {
        let known = self.measures.known.get(&self.pair(frame)?);
        Some(known.cloned().unwrap_or_default())
    }
}

impl App {
    /// Measures the pair that is looked at, if it is wanted and not known. Another one that is being
    /// measured ends after the metric at hand; what is known of it stays.
    pub(super) fn measure_pair(&mut self) {
        let state = &self.state;
        let frame = state.selected().filter(|_| state.measures.open);
        let wanted = frame.and_then(|frame| state.pair(frame));
        if let Some(running) = state.measures.running {
            if wanted != Some(running) {
                self.stop_measuring.store(true, Ordering::Relaxed);
            }
            return;
        }
        let (Some(pair), Some(frame)) = (wanted, frame) else {
            return;
        };
        let mut measured = state.measures.known.get(&pair).cloned().unwrap_or_default();
        let reference = state.reference.and_then(|id| state.frame(id));
        let Some(reference) = reference.filter(|_| !measured.is_whole()) else {
            return;
        };
        let sources = [frame.source.clone(), reference.source.clone()];
        let stop = Arc::new(AtomicBool::new(false));
        self.stop_measuring = Arc::clone(&stop);
        self.state.measures.running = Some(pair);
        self.background.run(move |report| {
            let heard = |measured: &Measured| {
                report(Report::Measured(Heard::Known(pair, measured.clone())));
            };
            match sources.map(|source| source.read(&Limits::of_this_machine())) {
                [Ok(picture), Ok(reference)] => {
                    for metric in Metric::ALL {
                        if measured.readings.get(metric).is_some() {
                            continue;
                        }
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let reading = measure(metric, &picture, &reference);
                        measured.readings.push(metric, reading);
                        heard(&measured);
                    }
                }
                [Err(error), _] | [_, Err(error)] => {
                    measured.failed = Some(error.to_string());
                    heard(&measured);
                }
            }
            report(Report::Measured(Heard::Over));
        });
    }

    /// A thread has said something.
    pub(super) fn hear_measured(&mut self, heard: Heard) {
        match heard {
            Heard::Known(pair, measured) => {
                self.state.measures.known.insert(pair, measured);
            }
            Heard::Over => self.state.measures.running = None,
        }
    }
}
