//! What the metrics do: measured on a thread while their section is open, and kept.

use super::command::Command;
use super::event::Event;
use super::state::{Pair, State};
use crate::app::context::Context;
use crate::app::gallery;
use crate::metrics::{load, measurable};
use bpclip_core::image::Limits;
use bpclip_core::metric::{self, MetricError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Carries out a command.
pub fn handle(state: &mut State, command: Command) {
    match command {
        Command::Open(open) => {
            state.open = open;
            if open {
                state.wanted = measurable();
            }
        }
    }
}

/// Takes in what a thread tells.
pub fn handle_event(state: &mut State, event: Event) {
    match event {
        Event::Known(pair, measured) => {
            state.known.insert(pair, measured);
        }
        Event::Over => state.running = None,
    }
}

/// Measures the pair that is looked at, if it is wanted and not known. Another one that is being
/// measured ends after the metric at hand; what is known of it stays.
pub fn measure(state: &mut State, gallery: &gallery::State, cx: &Context) {
    let frame = gallery.selected().filter(|_| state.open);
    let wanted = frame.and_then(|frame| Pair::of(frame, gallery));
    if let Some((running, stop)) = &state.running {
        if wanted != Some(*running) {
            stop.store(true, Ordering::Relaxed);
        }
        return;
    }
    let (Some(pair), Some(frame), Some(reference)) = (wanted, frame, gallery.reference()) else {
        return;
    };
    let mut measured = state.of_pair(&pair);
    if measured.is_whole() {
        return;
    }
    let sources = [frame.source.clone(), reference.source.clone()];
    let stop = Arc::new(AtomicBool::new(false));
    state.running = Some((pair, Arc::clone(&stop)));
    cx.background.run(move |background| {
        match sources.map(|source| source.read(&Limits::of_this_machine())) {
            [Ok(picture), Ok(reference)] => {
                for metric in measured.wanted.clone() {
                    if measured.readings.get(metric).is_some() {
                        continue;
                    }
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let reading = match load(metric) {
                        Ok(()) => metric::measure(metric, &picture, &reference),
                        Err(error) => Err(MetricError::Failed {
                            metric,
                            reason: error.to_string(),
                        }),
                    };
                    measured.readings.push(metric, reading);
                    background.tell(Event::Known(pair, measured.clone()));
                }
            }
            [Err(error), _] | [_, Err(error)] => {
                measured.failed = Some(error.to_string());
                background.tell(Event::Known(pair, measured));
            }
        }
        background.tell(Event::Over);
    });
}
