//! Everything that can be asked of the application, by concern.

use super::{
    export, gallery, library, metrics, quality_map, scoring, sharpest, shell, taste, training,
    transfer, viewer, weights, words,
};

/// Something that a view, a key or another concern asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Gallery(gallery::Command),
    Scoring(scoring::Command),
    QualityMap(quality_map::Command),
    Viewer(viewer::Command),
    Metrics(metrics::Command),
    Words(words::Command),
    Library(library::Command),
    Weights(weights::Command),
    Taste(taste::Command),
    Sharpest(sharpest::Command),
    Training(training::Command),
    Export(export::Command),
    Transfer(transfer::Command),
    Shell(shell::Command),
}

macro_rules! from {
    ($($variant:ident($command:ty)),* $(,)?) => {
        $(impl From<$command> for Command {
            fn from(command: $command) -> Self {
                Self::$variant(command)
            }
        })*
    };
}

from! {
    Gallery(gallery::Command),
    Scoring(scoring::Command),
    QualityMap(quality_map::Command),
    Viewer(viewer::Command),
    Metrics(metrics::Command),
    Words(words::Command),
    Library(library::Command),
    Weights(weights::Command),
    Taste(taste::Command),
    Sharpest(sharpest::Command),
    Training(training::Command),
    Export(export::Command),
    Transfer(transfer::Command),
    Shell(shell::Command),
}

/// What is asked for in a frame, or by a command that has been carried out; first come, first
/// served.
#[derive(Debug, Default)]
pub struct Commands(std::collections::VecDeque<Command>);

impl Commands {
    /// Asks for one more thing.
    pub fn push(&mut self, command: impl Into<Command>) {
        self.0.push_back(command.into());
    }

    /// The oldest that is not taken yet.
    pub fn pop(&mut self) -> Option<Command> {
        self.0.pop_front()
    }
}
