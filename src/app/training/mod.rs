//! The training panel: what would be trained (`form.rs`), what its folders hold (`look.rs`), the
//! run that is shown (`run.rs`, `curves.rs`), and the thread that trains (`line.rs`). What a
//! [`Wish`] of the panel's changes is in `apply.rs`.

mod apply;
mod curves;
mod fields;
mod folder;
mod form;
mod line;
mod look;
mod memory;
mod run;
mod track;

pub use curves::Curves;
pub use fields::{Field, all as fields, headings, help, label};
pub use form::Form;
pub use look::{Asked, Found, Known};
pub use memory::Memory;
pub use run::{Phase, Run};
pub use track::{Point, Series, Track};

pub(super) use line::Line;

use super::state::State;
use bpclip_core::device::DeviceChoice;
use std::path::PathBuf;

/// What the panel shows, beside the form, which lasts.
#[derive(Debug, Default)]
pub struct Training {
    /// What is known of the form's folders.
    pub known: Known,
    /// The run that is shown.
    pub run: Option<Run>,
    /// The curve of the steps that is shown.
    pub series: Series,
    /// What can be computed on, once known: the choice and its name.
    pub devices: Vec<(DeviceChoice, String)>,
    /// The folder of the runs that name none.
    pub runs: Option<PathBuf>,
    /// Whether the window closes once the training has stopped.
    pub leaving: bool,
}

impl Training {
    /// Whether a thread trains.
    pub fn is_active(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.phase.is_active())
    }
}

impl State {
    /// The form of the training panel.
    pub fn form(&self) -> &Form {
        &self.settings.training.form
    }

    /// Why the form's training cannot begin, in a sentence.
    pub fn training_problem(&self) -> Option<String> {
        let problem = self.form().problem(self.training.runs.as_deref());
        problem.or_else(|| match &self.training.known {
            Known::Wrong(reason) => Some(super::sentence(reason)),
            _ => None,
        })
    }
}

/// Something that the panel lets the user choose with the system's dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder of rated pictures.
    Data,
    /// A folder of pristine photographs.
    Pristine,
    /// A checkpoint to start from.
    Start,
    /// Weights of a fresh network's backbone.
    Weights,
    /// A folder for the run.
    Folder,
    /// A run to show.
    Run,
}

/// A wish of the panel's.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// The form as it is now.
    Form(Box<Form>),
    /// Takes in what was dropped on the panel.
    Take {
        /// Files and folders.
        paths: Vec<PathBuf>,
        /// Whether they are pristine photographs.
        pristine: bool,
    },
    /// Lets the user choose something.
    Choose(Place),
    /// The user has chosen it.
    Chosen(Place, PathBuf),
    /// Begins the form's training.
    Start,
    /// Lets the training wait, or go on.
    Pause(bool),
    /// Ends the training after its step.
    Stop,
    /// Shows the run of this folder.
    Open(PathBuf),
    /// Goes on with the run that is shown.
    Resume,
    /// Shows this curve.
    Series(Series),
    /// Closes the window: once the training has stopped, or at once.
    Close {
        /// Whether not even the current step is waited for.
        at_once: bool,
    },
}

/// What the panel's background work found out.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few a second, and never many at once
pub enum Told {
    /// What is in the form's folders.
    Looked(Asked, Result<Found, String>),
    /// The run of a folder: how it went, and which epochs' checkpoints are there.
    Opened(PathBuf, Result<(Curves, Vec<u32>), String>),
    /// What can be computed on.
    Devices(Vec<(DeviceChoice, String)>),
}
