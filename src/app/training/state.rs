//! What the training panel shows, beside the form, which lasts.

use super::dataset_probe::DatasetState;
use super::form::Form;
use super::run::{ComparedRun, Run};
use super::train_thread::TrainThread;
use crate::app::wording::sentence;
use crate::curves::Series;
use bpclip_core::device::DeviceChoice;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long a window that is closed waits for a training to save its state.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// The training panel.
#[derive(Default)]
pub struct State {
    /// What is known of the form's folders.
    pub data: DatasetState,
    /// The run that is shown.
    pub run: Option<Run>,
    /// The run that it is compared with.
    pub compared: Option<ComparedRun>,
    /// The curve of the steps that is shown.
    pub series: Series,
    /// What can be computed on, once known: the choice and its name.
    pub devices: Vec<(DeviceChoice, String)>,
    /// The folder of the runs that name none.
    pub runs: Option<PathBuf>,
    /// Whether the window closes once the training has stopped.
    pub leaving: bool,
    /// The training that runs.
    pub(super) thread: Option<TrainThread>,
    /// Ends the look at a dataset that is not wanted any more.
    pub(super) stop_probe: Arc<AtomicBool>,
}

impl State {
    /// No run is shown; those that name no folder lie in `runs`.
    pub fn new(runs: Option<PathBuf>) -> Self {
        Self {
            runs,
            ..Self::default()
        }
    }

    /// Whether a thread trains.
    pub fn is_active(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.phase.is_active())
    }

    /// Why the form's training cannot begin, in a sentence.
    pub fn problem(&self, form: &Form) -> Option<String> {
        let problem = form.problem(self.runs.as_deref());
        problem.or_else(|| match &self.data {
            DatasetState::Wrong(reason) => Some(sentence(reason)),
            _ => None,
        })
    }

    /// The window is closed: a step that is nearly done is waited for.
    pub fn end(&mut self) {
        if let Some(thread) = &mut self.thread {
            thread.stop_within(LAST_PATIENCE);
        }
    }
}
