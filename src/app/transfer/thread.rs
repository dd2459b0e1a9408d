//! What would make the window wait: looking at files, and moving them.

use super::event::{Event, Seen};
use super::state::{Planned, Wish};
use crate::app::background::Background;
use bpclip_library::transfer::{
    self, How, Plan, Step, TransferError, last_log, tidy, with_sidecars,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often it is told how far it is.
const TELL: Duration = Duration::from_millis(100);
/// Logs that are kept.
const LOGS: usize = 100;

/// What a wish, of this number, for these shots comes to.
pub fn plan(number: u64, wish: &Wish, shots: Vec<Vec<PathBuf>>) -> Planned {
    let (items, failed) = with_sidecars(shots);
    let plan = match wish.how {
        How::Bin => Plan::to_bin(&items),
        how => Plan::new(how, &wish.folder, &items),
    };
    let length = |step: &Step| fs::metadata(&step.from).map_or(0, |metadata| metadata.len());
    let files: usize = items.iter().map(Vec::len).sum();
    Planned {
        number,
        pictures: items.len(),
        there: files - plan.steps.len(),
        bytes: plan.steps.iter().map(length).sum(),
        problems: failed.iter().map(ToString::to_string).collect(),
        plan,
    }
}

/// The last thing that was done.
pub fn look_back(logs: &Path, background: &Background) {
    background.tell(Event::Last(last_log(logs)));
}

/// Tells of files, some together.
struct Teller<'a> {
    background: &'a Background,
    seen: Vec<Seen>,
    told: Instant,
}

impl<'a> Teller<'a> {
    fn new(background: &'a Background) -> Self {
        Self {
            background,
            seen: Vec::new(),
            told: Instant::now(),
        }
    }

    fn saw(&mut self, step: &Step, done: Result<(), TransferError>) {
        self.seen.push(Seen {
            from: step.from.clone(),
            to: step.to.clone(),
            failed: done.err().map(|error| error.to_string()),
        });
        if self.told.elapsed() > TELL {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told = Instant::now();
        if !self.seen.is_empty() {
            let seen = std::mem::take(&mut self.seen);
            self.background.tell(Event::Done(seen));
        }
    }
}

/// Set when a thread ends, however it does.
pub struct Ends(pub Arc<AtomicBool>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Carries out a plan whose log goes into this folder.
pub fn carry_out(plan: &Plan, logs: &Path, stop: &AtomicBool, background: &Background) {
    // Before the first file is touched.
    let made = match plan.targets().into_iter().try_for_each(fs::create_dir_all) {
        Ok(()) => plan.log(logs).map_err(|error| error.to_string()),
        Err(error) => Err(format!("the folder cannot be made: {error}")),
    };
    let log = match made {
        Ok(log) => log,
        Err(reason) => {
            background.tell(Event::Ended(Err(reason)));
            return;
        }
    };
    tidy(logs, LOGS);
    background.tell(Event::Logged(log.clone()));
    let mut teller = Teller::new(background);
    transfer::run(plan, stop, |step, done| teller.saw(step, done));
    teller.tell();
    background.tell(Event::Last(Some((log, plan.clone()))));
    background.tell(Event::Ended(Ok(())));
}

/// Takes back what a log says was done; it goes once all of it was.
pub fn take_back(log: &Path, plan: &Plan, stop: &AtomicBool, background: &Background) {
    let mut teller = Teller::new(background);
    let mut failed = false;
    let looked_at = transfer::take_back(plan, stop, |step, done| {
        failed |= done.is_err();
        teller.saw(step, done);
    });
    teller.tell();
    let ended = match looked_at {
        Ok(count) if count == plan.steps.len() && !failed => {
            fs::remove_file(log).map_err(|error| format!("{}: {error}", log.display()))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    if let Some(logs) = log.parent() {
        look_back(logs, background);
    }
    background.tell(Event::Ended(ended));
}
