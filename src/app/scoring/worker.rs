//! The worker that scores: how one is started, and how what it tells reaches the inbox.

use super::event::Event;
use crate::app::background::{Background, give_way};
use crate::app::quality_map;
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::{Limits, SizePolicy};
use bpclip_core::inspect::DecodeCache;
use bpclip_core::inspect::worker::{self, Request, RequestId, Worker};
use std::path::PathBuf;

/// The line to the worker. Every worker, the first one and those that follow it on other devices,
/// has the same limits, and scores what was decoded for a thumbnail without decoding it again.
pub struct ScoringWorker {
    worker: Worker,
    limits: Limits,
    cache: DecodeCache,
    background: Background,
    generation: u64,
    last_id: u64,
}

impl ScoringWorker {
    /// Starts a worker that scores at `size` with these checkpoints.
    pub fn start(
        choice: DeviceChoice,
        size: Option<SizePolicy>,
        checkpoints: impl Iterator<Item = PathBuf>,
        limits: Limits,
        cache: DecodeCache,
        background: Background,
    ) -> Self {
        let (again, shared) = (limits.clone(), cache.clone());
        let started = Self {
            worker: start(choice, size, again, shared, 0, background.clone()),
            limits,
            cache,
            background,
            generation: 0,
            last_id: 0,
        };
        checkpoints.for_each(|file| started.ask(Request::Use(file)));
        started
    }

    /// Another worker in its place. It knows nothing of what this one was asked.
    pub fn restart(
        &mut self,
        choice: DeviceChoice,
        size: Option<SizePolicy>,
        checkpoints: impl Iterator<Item = PathBuf>,
    ) {
        self.generation += 1;
        let (limits, cache) = (self.limits.clone(), self.cache.clone());
        let background = self.background.clone();
        self.worker = start(choice, size, limits, cache, self.generation, background);
        checkpoints.for_each(|file| self.ask(Request::Use(file)));
    }

    /// Asks for something; never waits.
    pub fn ask(&self, request: Request) {
        self.worker.ask(request);
    }

    /// An id that no request has had.
    pub fn next_id(&mut self) -> RequestId {
        self.last_id += 1;
        RequestId(self.last_id)
    }

    /// What the worker tells, unless it comes from one that was replaced.
    pub fn current(&self, event: Event) -> Option<worker::Event> {
        (event.generation == self.generation).then_some(event.event)
    }
}

fn start(
    choice: DeviceChoice,
    size: Option<SizePolicy>,
    limits: Limits,
    cache: DecodeCache,
    generation: u64,
    background: Background,
) -> Worker {
    // What it starts for itself gives way too.
    let begin = move || {
        give_way();
        Worker::start(choice, size, limits, cache, || ())
    };
    let worker = std::thread::spawn(begin).join();
    let worker = worker.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let events = worker.events();
    // Ends with the worker.
    std::thread::spawn(move || {
        for event in events {
            let heard = match event {
                worker::Event::Tiles(id, tiles) => {
                    background.tell(quality_map::Event { id, tiles })
                }
                event => background.tell(Event { generation, event }),
            };
            if !heard {
                return;
            }
        }
    });
    worker
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::background::inbox;
    use crate::app::event;
    use bpclip_core::inspect::worker::{ScoreRequest, Source};
    use std::time::Duration;

    /// A worker on another device is as careful with memory as the first one.
    #[test]
    fn limits_outlast_a_change_of_the_device() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.png");
        image::RgbImage::new(64, 64).save(&path).unwrap();
        let limits = Limits {
            max_pixels: 1000,
            ..Limits::default()
        };
        let (background, inbox) = inbox(Default::default());
        let none = std::iter::empty;
        let choice = DeviceChoice::Cpu;
        let mut worker = ScoringWorker::start(
            choice.clone(),
            None,
            none(),
            limits,
            DecodeCache::default(),
            background,
        );
        worker.restart(choice, None, none());
        let id = worker.next_id();
        worker.ask(Request::Then(vec![ScoreRequest {
            id,
            source: Source::File(path),
            reference: None,
            detailed: false,
        }]));
        let answer = loop {
            let event = inbox.recv_timeout(Duration::from_secs(180)).unwrap();
            let event::Event::Scoring(event) = event else {
                continue;
            };
            if let Some(worker::Event::Done(done, answer)) = worker.current(event) {
                assert_eq!(done, id);
                break answer;
            }
        };
        assert!(answer.is_err(), "4096 pixels, where 1000 are the limit");
    }
}
