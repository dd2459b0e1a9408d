//! The thread that trains.

use super::event::Event;
use super::folder;
use super::run;
use crate::app::background::Background;
use bpclip_core::guard::guard;
use bpclip_train::train::{self, Control, Epoch, Outcome, Settings};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// While pictures held out are scored, their count is told no more often than this.
const COUNT_PAUSE: Duration = Duration::from_millis(100);

/// What the thread is to do.
pub enum Job {
    /// A new run.
    Begin(Box<Settings>),
    /// Goes on with the run that is there.
    Resume,
}

/// A training. It stops after its step once this is dropped.
pub struct TrainThread {
    control: Arc<Control>,
    thread: Option<JoinHandle<()>>,
}

impl TrainThread {
    /// Starts a training in a run folder.
    pub fn start(job: Job, folder: PathBuf, background: Background) -> Self {
        let control = Arc::new(Control::default());
        let told = Arc::clone(&control);
        let thread = std::thread::spawn(move || {
            let work = || run(&job, &folder, &told, &background);
            let ended = guard(work).unwrap_or_else(|panic| Err(panic.to_string()));
            background.tell(Event::Ended(ended));
        });
        Self {
            control,
            thread: Some(thread),
        }
    }

    /// Waits after the current step, or goes on.
    pub fn pause(&self, paused: bool) {
        self.control.pause(paused);
    }

    /// Ends after the current step.
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Stops, and waits until that is done, but no longer than this.
    pub fn stop_within(&mut self, patience: Duration) {
        self.stop();
        let begun = Instant::now();
        while let Some(thread) = &self.thread
            && begun.elapsed() < patience
        {
            if thread.is_finished() {
                self.thread = None;
            } else {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

impl Drop for TrainThread {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(
    job: &Job,
    folder: &Path,
    control: &Control,
    background: &Background,
) -> Result<Outcome, String> {
    let mut epochs: Vec<Epoch> = match job {
        Job::Begin(_) => Vec::new(),
        Job::Resume => run::read(folder)?.0.epochs,
    };
    let mut counted = Instant::now();
    let mut watch = |event: &train::Event| {
        if let train::Event::Validating { done, total } = event
            && done < total
            && *done > 1
            && counted.elapsed() < COUNT_PAUSE
        {
            return;
        }
        counted = Instant::now();
        background.tell(Event::Happened(event.clone()));
        if let train::Event::Epoch(epoch) = event {
            epochs.push(Epoch {
                points: Vec::new(),
                ..epoch.clone()
            });
            background.tell(Event::Kept(run::kept(folder, &epochs)));
        }
    };
    let outcome = match job {
        Job::Begin(settings) => {
            let mut sources = settings.data.iter().chain(&settings.pristine);
            if let Some(source) = sources.find(|source| folder::lies_in(folder, source)) {
                return Err(folder::inside(source));
            }
            train::train(folder, settings, control, &mut watch)
        }
        Job::Resume => train::resume(folder, control, &mut watch),
    };
    outcome.map_err(|error| error.to_string())
}
