//! Pause, go on and stop, from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// What a training is told while it runs.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    paused: Mutex<bool>,
    changed: Condvar,
}

impl Control {
    /// Ends it after the current step; its state is saved.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Whether it was told to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Lets it wait after the current step, or go on.
    pub fn pause(&self, paused: bool) {
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = paused;
        self.changed.notify_all();
    }

    /// Whether it was told to wait.
    pub fn paused(&self) -> bool {
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it may go on or is to stop.
    pub(super) fn wait(&self) {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        while *paused && !self.stopped() {
            // A stop may come between the look and the wait: look again now and then.
            let wait = std::time::Duration::from_millis(100);
            let waited = self.changed.wait_timeout(paused, wait);
            paused = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }
}
