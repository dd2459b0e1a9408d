//! The thread that owns the device and the networks, for a window that must never wait.
//!
//! It takes [`Request`]s and answers with [`Event`]s. What the user looks at goes first; what
//! nobody wants any more is dropped before it starts. Scoring begins on the CPU at once, while a
//! GPU is opened and compiles its kernels on a thread of its own; once that is done, the work
//! moves over there, and an event says so.

mod engine;
mod scheduler;
mod tiling;

use super::{Inspection, tiles};
use crate::checkpoint::Metadata;
use crate::device::{self, DeviceChoice, Selected};
use crate::image::{self, ImageError, Limits, Picture, Reduced, SizePolicy};
use crate::model::Task;
use crate::text::TextSide;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use engine::Engine;
use scheduler::Scheduler;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a picture comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Pixels that are in no file, such as pasted ones.
    Memory(Arc<Picture>),
}

impl Source {
    /// The picture's pixels.
    ///
    /// # Errors
    /// As [`image::read`].
    pub fn read(&self, limits: &Limits) -> Result<Picture, ImageError> {
        match self {
            Self::File(path) => image::read(path, limits),
            Self::Memory(picture) => Ok(Picture::clone(picture)),
        }
    }

    /// Likewise, as many as are needed to bring it to `size`.
    ///
    /// # Errors
    /// As [`image::read_for`].
    pub fn read_for(&self, limits: &Limits, size: SizePolicy) -> Result<Reduced, ImageError> {
        match self {
            Self::File(path) => image::read_for(path, limits, size),
            Self::Memory(picture) => Ok(Picture::clone(picture).into()),
        }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Memory(a), Self::Memory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Names a request and its answers; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// One picture to look at.
#[derive(Clone, Debug)]
pub struct ScoreRequest {
    /// Names the answer.
    pub id: RequestId,
    /// The picture.
    pub source: Source,
    /// With one, the full-reference network looks, else the no-reference one.
    pub reference: Option<Source>,
    /// Whether maps and attention are wanted too.
    pub detailed: bool,
}

impl ScoreRequest {
    /// Which network looks.
    pub fn task(&self) -> Task {
        Task::with(&self.reference)
    }
}

/// A picture to look at tile by tile.
#[derive(Clone, Debug)]
pub struct MapRequest {
    /// Names the answers.
    pub id: RequestId,
    /// The picture.
    pub source: Source,
    /// As in [`ScoreRequest`].
    pub reference: Option<Source>,
    /// Pixels of a tile's side.
    pub side: u32,
}

/// What the worker is asked to do.
#[derive(Debug)]
pub enum Request {
    /// Look at these before all others. Replaces what was asked so before and has not begun.
    First(Vec<ScoreRequest>),
    /// Look at these when there is time, in this order.
    Then(Vec<ScoreRequest>),
    /// These are not wanted any more.
    Withdraw(Vec<RequestId>),
    /// Nothing that waits is wanted any more, the quality map neither.
    Cancel,
    /// Look at this tile by tile, after what goes first and before the rest. Replaces the quality
    /// map that is in the making; without one, ends it.
    Tiles(Option<MapRequest>),
    /// Score with this checkpoint from now on, in the place of that of its task.
    Use(PathBuf),
    /// Score with the bundled checkpoint for this task.
    UseBundled(Task),
    /// Score at this size from now on; `None`: at the one that each checkpoint was made for.
    Size(Option<SizePolicy>),
}

/// What made a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// The checkpoint's name.
    pub checkpoint: String,
    /// Its file; `None` for a bundled one.
    pub file: Option<PathBuf>,
    /// What the checkpoint says of itself.
    pub metadata: Metadata,
    /// The size that pictures are brought to.
    pub size: SizePolicy,
    /// The adjectives and where they lie.
    pub text: Arc<TextSide>,
    /// The device's name.
    pub device: String,
}

impl ModelInfo {
    /// With or without a reference.
    pub fn task(&self) -> Task {
        self.metadata.config.task
    }
}

/// An inspection with what made it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the network says.
    pub inspection: Inspection,
    /// Who says it.
    pub model: Arc<ModelInfo>,
}

/// Some tiles of a quality map.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    /// How the picture is cut.
    pub grid: tiles::Grid,
    /// The tiles, each with its place in the grid.
    pub done: Vec<(usize, tiles::Tile)>,
}

/// What the worker tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// Work runs on this device from now on.
    Device {
        /// Its name.
        name: String,
        /// Its identity, as `--device` takes it.
        id: DeviceChoice,
        /// Why it and no other, where that is worth saying.
        why: Option<String>,
    },
    /// A faster device is being made ready meanwhile; `None` when that is over.
    Preparing(Option<String>),
    /// This network is the one that scores for its task from now on.
    Network(Arc<ModelInfo>),
    /// Something failed that belongs to no picture.
    Trouble(String),
    /// Work on this request has begun.
    Begun(RequestId),
    /// The answer to a request.
    Done(RequestId, Result<Answer, String>),
    /// Tiles of the quality map of a request, and who looked at them; or why there are no more.
    Tiles(RequestId, Result<(Tiles, Arc<ModelInfo>), String>),
}

/// Sends events and wakes whoever waits for them.
#[derive(Clone)]
pub(crate) struct Events {
    sender: Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Events {
    fn send(&self, event: Event) {
        // Nobody listens only when the window is gone, and then nobody misses it.
        if self.sender.send(event).is_ok() {
            (self.wake)();
        }
    }
}

/// The line to the worker. It ends by itself once this is dropped.
#[derive(Debug)]
pub struct Worker {
    requests: Sender<Request>,
    events: Receiver<Event>,
}

impl Worker {
    /// Starts the worker, which scores at `size` until it is told otherwise; `wake` is called after
    /// every event.
    pub fn start(
        choice: DeviceChoice,
        size: Option<SizePolicy>,
        limits: Limits,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let (requests, incoming) = unbounded();
        let (sender, events) = unbounded();
        let outgoing = Events {
            sender,
            wake: Arc::new(wake),
        };
        std::thread::spawn(move || begin(choice, Scheduler::new(incoming, outgoing, size, limits)));
        Self { requests, events }
    }

    /// Asks for something; never waits.
    pub fn ask(&self, request: Request) {
        // The worker ends only with us.
        let _ = self.requests.send(request);
    }

    /// The next event that is there, if any; never waits.
    pub fn next(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

/// The CPU works while the chosen device is made ready beside it.
fn begin(choice: DeviceChoice, scheduler: Scheduler) {
    let cpu = device::cpu();
    scheduler.say_device(&cpu, None);
    if choice == DeviceChoice::Cpu {
        engine::serve(scheduler, Engine::new(cpu), None);
        return;
    }
    let (takes_over, taken_over) = bounded(1);
    let (events, size) = (scheduler.events.clone(), scheduler.size);
    std::thread::spawn(move || make_ready(choice, size, &events, &takes_over));
    engine::serve(scheduler, Engine::new(cpu), Some(taken_over));
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
            events.send(Event::Device {
                name: selected.name,
                id: selected.id,
                why: selected.why,
            });
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
    let mut engine = Engine::new(selected.clone());
    engine.resize(size);
    let warm = engine.warm_up();
    events.send(Event::Preparing(None));
    if let Err(reason) = warm {
        let name = &selected.name;
        events.send(Event::Trouble(format!(
            "{name} does not work ({reason}). Scoring stays on the CPU."
        )));
        return;
    }
    let (scheduler, moved) = bounded(1);
    if takes_over.send(scheduler).is_err() {
        return;
    }
    if let Ok(mut scheduler) = moved.recv() {
        scheduler.changed.push(Task::NoReference);
        scheduler.say_device(&selected, selected.why.clone());
        engine::serve(scheduler, engine, None);
    }
}
