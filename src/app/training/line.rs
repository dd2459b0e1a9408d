//! The thread that trains, and the line to it.

use super::folder;
use super::run;
use bpclip_core::guard::guard;
use bpclip_train::train::{self, Control, Epoch, Event, Outcome, Settings};
use crossbeam_channel::{Receiver, Sender, unbounded};
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

/// What the thread tells.
pub enum News {
    /// What the training tells.
    Happened(Event),
    /// The epochs whose checkpoints are there now.
    Kept(Vec<u32>),
    /// It has ended; or why it failed.
    Ended(Result<Outcome, String>),
}

/// The line to a training. The training stops after its step once this is dropped.
pub struct Line {
    control: Arc<Control>,
    news: Receiver<News>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Starts a training in a run folder; `wake` is called after all news.
    pub fn start(job: Job, folder: PathBuf, wake: impl Fn() + Send + 'static) -> Self {
        let control = Arc::new(Control::default());
        let (sender, news) = unbounded();
        let told = Arc::clone(&control);
        let thread = std::thread::spawn(move || {
            let tell = Tell {
                sender,
                wake: Box::new(wake),
            };
            let work = || run(&job, &folder, &told, &tell);
            let ended = guard(work).unwrap_or_else(|panic| Err(panic.to_string()));
            tell.news(News::Ended(ended));
        });
        Self {
            control,
            news,
            thread: Some(thread),
        }
    }

    /// The next news there are, if any; never waits.
    pub fn next(&self) -> Option<News> {
        self.news.try_recv().ok()
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

impl Drop for Line {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Tell {
    sender: Sender<News>,
    wake: Box<dyn Fn() + Send>,
}

impl Tell {
    fn news(&self, news: News) {
        // The window is gone when nobody listens.
        if self.sender.send(news).is_ok() {
            (self.wake)();
        }
    }
}

fn run(job: &Job, folder: &Path, control: &Control, tell: &Tell) -> Result<Outcome, String> {
    let mut epochs: Vec<Epoch> = match job {
        Job::Begin(_) => Vec::new(),
        Job::Resume => run::read(folder)?.0.epochs,
    };
    let mut counted = Instant::now();
    let mut watch = |event: &Event| {
        if let Event::Validating { done, total } = event
            && done < total
            && *done > 1
            && counted.elapsed() < COUNT_PAUSE
        {
            return;
        }
        counted = Instant::now();
        tell.news(News::Happened(event.clone()));
        if let Event::Epoch(epoch) = event {
            epochs.push(Epoch {
                points: Vec::new(),
                ..epoch.clone()
            });
            tell.news(News::Kept(run::kept(folder, &epochs)));
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
