//! What threads tell the window: one inbox of one enum, with a variant for each concern.

use super::command::Command;
use super::log::Tone;
use super::{
    gallery, library, metrics, pictures, quality_map, scoring, taste, training, transfer, weights,
    words,
};

/// Something that a thread has done or found out.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few a second, and never many at once
pub enum Event {
    Gallery(gallery::Event),
    Pictures(pictures::Event),
    Scoring(scoring::Event),
    QualityMap(quality_map::Event),
    Metrics(metrics::Event),
    Words(words::Event),
    Library(library::Event),
    Taste(taste::Event),
    Weights(weights::Event),
    Training(training::Event),
    Transfer(transfer::Event),
    /// The user has chosen something in a dialog of the system's, or pasted it.
    Chosen(Command),
    /// Text for the text field that has the focus.
    PastedText(String),
    /// A line for the log.
    Said(Tone, String),
}

macro_rules! from {
    ($($variant:ident($event:ty)),* $(,)?) => {
        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

from! {
    Gallery(gallery::Event),
    Pictures(pictures::Event),
    Scoring(scoring::Event),
    QualityMap(quality_map::Event),
    Metrics(metrics::Event),
    Words(words::Event),
    Library(library::Event),
    Taste(taste::Event),
    Weights(weights::Event),
    Training(training::Event),
    Transfer(transfer::Event),
    Chosen(Command),
}
