//! The thread that owns the device and the networks, for a window that must never wait.
//!
//! It takes [`Request`]s and answers with [`Event`]s. What the user looks at goes first and alone;
//! of what else waits, several pictures are looked at together, as many as take no longer than a
//! click may wait; what nobody wants any more is dropped before it starts. Scoring begins on the
//! CPU at once, while a GPU is opened and compiles its kernels on a thread of its own; once that is
//! done, the work moves over there, and an event says so.
//!
//! It begins with the bundled checkpoints and is meant for a program with feature `bundled`.
//! Without it nothing scores until [`Request::Use`] names a file, and the work stays on the CPU.
//! For a list of files without a window, [`pipeline`](super::pipeline) is simpler.

mod engine;
mod message;
mod ready;
mod scheduler;
mod tiling;

pub use super::Source;
pub use message::{Answer, Event, MapRequest, ModelInfo, Request, RequestId, ScoreRequest, Tiles};

use super::DecodeCache;
use crate::device::{self, DeviceChoice, Selected};
use crate::image::{Limits, SizePolicy};
use crate::model::Task;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use engine::{Engine, serve};
use message::Events;
use scheduler::Scheduler;
use std::sync::Arc;

/// The line to the worker. It ends by itself once this is dropped.
#[derive(Debug)]
pub struct Worker {
    requests: Sender<Request>,
    events: Receiver<Event>,
}

impl Worker {
    /// Starts the worker on the device of this choice, which scores at `size` (`None`: the one that
    /// each checkpoint was made for) until it is told otherwise, and looks into `cache` before it
    /// decodes; `DecodeCache::default()` keeps nothing. `wake` is called after every event, on the
    /// worker's threads, for a window to draw anew. A device that cannot be had is told by
    /// [`Event::Trouble`], never here.
    pub fn start(
        choice: DeviceChoice,
        size: Option<SizePolicy>,
        limits: Limits,
        cache: DecodeCache,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (requests, incoming) = unbounded();
        let (sender, events) = unbounded();
        let outgoing = Events {
            sender,
            wake: Arc::new(wake),
        };
        let scheduler = Scheduler::new(incoming, outgoing, size, limits, cache);
        std::thread::spawn(move || begin(choice, scheduler));
        Self { requests, events }
    }

    /// Asks for something; never waits.
    pub fn ask(&self, request: Request) {
        // The worker ends only with us.
        let _ = self.requests.send(request);
    }

    /// Where the events arrive, for a thread that waits for them; it is disconnected once the worker
    /// has ended. Each event is received once, here or by [`next`](Self::next).
    pub fn events(&self) -> Receiver<Event> {
        self.events.clone()
    }

    /// The next event that is there, if any; never waits.
    pub fn next(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

/// The CPU works while the chosen device is made ready beside it.
fn begin(choice: DeviceChoice, scheduler: Scheduler) {
    let cpu = device::cpu();
    scheduler.events.say_device(&cpu, None);
    let engine = Engine::new(cpu, scheduler.events.clone());
    if choice == DeviceChoice::Cpu {
        serve(scheduler, engine, None);
        return;
    }
    let (takes_over, taken_over) = bounded(1);
    let (events, size) = (scheduler.events.clone(), scheduler.size);
    std::thread::spawn(move || make_ready(choice, size, &events, &takes_over));
    serve(scheduler, engine, Some(taken_over));
}

/// Opens the device, lets it look at a picture so that its kernels are compiled, and then takes
/// the work over from the CPU.
fn make_ready(
    choice: DeviceChoice,
    size: Option<SizePolicy>,
    events: &Events,
    takes_over: &Sender<Sender<Scheduler>>,
) {
    let selected: Selected = match device::select(choice) {
        Ok(selected) if selected.is_cpu() => {
            events.say_device(&selected, selected.why.clone());
            return;
        }
        Ok(selected) => selected,
        Err(error) => {
            events.send(Event::Trouble(format!(
                "{error}. Scoring stays on the CPU."
            )));
            return;
        }
    };
    events.send(Event::Preparing(Some(selected.name.clone())));
    let mut engine = Engine::new(selected.clone(), events.clone());
    engine.resize(size);
    let warm = engine.warm_up();
    events.send(Event::Preparing(None));
    if let Err(error) = warm {
        let name = &selected.name;
        events.send(Event::Trouble(format!(
            "{name} does not work ({error}). Scoring stays on the CPU."
        )));
        return;
    }
    let (scheduler, moved) = bounded(1);
    if takes_over.send(scheduler).is_err() {
        return;
    }
    if let Ok(mut scheduler) = moved.recv() {
        scheduler.changed.push(Task::NoReference);
        events.say_device(&selected, selected.why.clone());
        serve(scheduler, engine, None);
    }
}
