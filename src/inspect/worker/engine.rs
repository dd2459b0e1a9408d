//! A device with its networks, and the loop that works the desk off.

use super::desk::{Desk, Origin};
use super::{Answer, Ask, Event, Made};
use crate::checkpoint::Checkpoint;
use crate::device::panic_text;
use crate::device::{self, DeviceChoice, Selected};
use crate::image::{Picture, SizePolicy};
use crate::inspect::{InspectError, Scorer, prepare};
use crate::model::Task;
use crossbeam_channel::{Receiver, RecvError, Sender, TryRecvError, never, select};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A network that is ready, and where it came from.
struct Ready {
    origin: Origin,
    scorer: Scorer,
    made: Arc<Made>,
}

impl Ready {
    fn new(
        origin: Origin,
        checkpoint: Checkpoint,
        device: &Selected,
        size: Option<SizePolicy>,
    ) -> Self {
        let scorer = Scorer::new(checkpoint, device.clone());
        let made = Arc::new(Made {
            checkpoint: scorer.name.clone(),
            file: match &origin {
                Origin::Boxed => None,
                Origin::File(path) => Some(path.clone()),
            },
            metadata: scorer.metadata.clone(),
            size: scorer.size,
            text: Arc::clone(&scorer.text),
            device: device.name.clone(),
        });
        let mut ready = Self {
            origin,
            scorer,
            made,
        };
        ready.resize(size);
        ready
    }

    /// Scores at this size from now on, or at the checkpoint's own.
    fn resize(&mut self, size: Option<SizePolicy>) {
        let size = size.unwrap_or(self.scorer.metadata.size);
        self.scorer.size = size;
        self.made = Arc::new(Made {
            size,
            ..Made::clone(&self.made)
        });
    }
}

/// A device with the networks on it. Burn's streams belong to threads, so the thread that made
/// an engine is the one that uses it.
pub(super) struct Engine {
    device: Selected,
    networks: Vec<Ready>,
    /// The size to score at, in the place of that of each checkpoint.
    size: Option<SizePolicy>,
}

impl Engine {
    pub fn new(device: Selected) -> Self {
        Self {
            device,
            networks: Vec::new(),
            size: None,
        }
    }

    /// Looks at a made-up picture of a common shape, which compiles and tunes most kernels.
    pub fn warm_up(&mut self) -> Result<(), String> {
        let (width, height) = (768, 512);
        let picture = Picture {
            width,
            height,
            rgb: (0..width * height * 3).map(|i| (i % 251) as u8).collect(),
            notes: Vec::new(),
        };
        let ready = self.network(Task::NoReference, &Origin::Boxed)?;
        let prepared = prepare(picture, ready.scorer.size).map_err(|error| error.to_string())?;
        let answer = ready.scorer.inspect(&prepared, None, true);
        answer.map(|_| ()).map_err(|error| error.to_string())
    }

    /// The network of a task, read when it is first wanted.
    fn network(&mut self, task: Task, origin: &Origin) -> Result<&Ready, String> {
        let found = |ready: &Ready| ready.made.task() == task && ready.origin == *origin;
        if !self.networks.iter().any(found) {
            let ready = self.read(origin, task)?;
            self.networks.retain(|ready| ready.made.task() != task);
            self.networks.push(ready);
        }
        let ready = self.networks.iter().find(|ready| found(ready));
        ready.ok_or_else(|| "the checkpoint is of another kind".into())
    }

    /// Reads a checkpoint of either task and puts it in the place of that task's.
    fn replace(&mut self, path: &Path) -> Result<Arc<Made>, String> {
        // What task it is for, the file says.
        let ready = self.read(&Origin::File(path.to_owned()), Task::NoReference)?;
        let made = Arc::clone(&ready.made);
        self.networks
            .retain(|ready| ready.made.task() != made.task());
        self.networks.push(ready);
        Ok(made)
    }

    /// Reads a checkpoint onto the device, where drivers may panic; `task` is that of a boxed one.
    fn read(&self, origin: &Origin, task: Task) -> Result<Ready, String> {
        let device = &self.device;
        let read = || {
            let checkpoint = match origin {
                Origin::Boxed => Checkpoint::boxed(task, &device.device),
                Origin::File(path) => Checkpoint::read(path, &device.device),
            };
            checkpoint.map(|read| Ready::new(origin.clone(), read, device, self.size))
        };
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(read) => read.map_err(|error| error.to_string()),
            Err(payload) => Err(panic_text(payload.as_ref())),
        }
    }

    fn has(&self, task: Task, origin: &Origin) -> bool {
        let is = |ready: &Ready| ready.made.task() == task && ready.origin == *origin;
        self.networks.iter().any(is)
    }

    /// Scores at this size from now on, or at that of each checkpoint.
    pub fn resize(&mut self, size: Option<SizePolicy>) {
        self.size = size;
        for ready in &mut self.networks {
            ready.resize(size);
        }
    }

    fn size(&self, task: Task) -> Option<SizePolicy> {
        let ready = self.networks.iter().find(|r| r.made.task() == task);
        ready.map(|ready| ready.scorer.size)
    }
}

/// Works until nobody asks any more, or until another device takes over.
pub(super) fn serve(
    mut desk: Desk,
    mut engine: Engine,
    takes_over: Option<Receiver<Sender<Desk>>>,
) {
    let mut takes_over = takes_over.unwrap_or_else(never);
    let requests = desk.requests.clone();
    loop {
        if desk.is_empty() && engine.size == desk.size {
            select! {
                recv(desk.reading()) -> read => desk.cut_tiles(read),
                recv(requests) -> request => match request {
                    Ok(request) => desk.take_in(request),
                    Err(_) => return,
                },
                recv(takes_over) -> successor => match successor {
                    Ok(successor) => {
                        let _ = successor.send(desk);
                        return;
                    }
                    Err(_) => takes_over = never(),
                },
            }
        }
        if let Ok(successor) = takes_over.try_recv() {
            let _ = successor.send(desk);
            return;
        }
        loop {
            match requests.try_recv() {
                Ok(request) => desk.take_in(request),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        if engine.size != desk.size {
            engine.resize(desk.size);
            for ready in &engine.networks {
                desk.events.send(Event::Network(Arc::clone(&ready.made)));
            }
        }
        while let Some(path) = desk.checkpoints.pop_front() {
            match engine.replace(&path) {
                Ok(made) => {
                    desk.set_origin(made.task(), Origin::File(path));
                    desk.events.send(Event::Network(made));
                }
                Err(reason) => desk.events.send(Event::Trouble(reason)),
            }
        }
        // Announced, so that a window knows what scores before the first score is there.
        for task in std::mem::take(&mut desk.changed) {
            let origin = desk.origin(task).clone();
            let known = engine.has(task, &origin);
            match engine.network(task, &origin) {
                Ok(_) if known => {}
                Ok(ready) => desk.events.send(Event::Network(Arc::clone(&ready.made))),
                Err(reason) => desk.events.send(Event::Trouble(reason)),
            }
        }
        match desk.reading().try_recv() {
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => desk.cut_tiles(Err(RecvError)),
            Ok(read) => desk.cut_tiles(Ok(read)),
        }
        desk.look_ahead(|task| engine.size(task));
        if let Some(ask) = desk.next_first() {
            work(&mut desk, &mut engine, ask);
        } else if desk.has_tiles() {
            work_tiles(&mut desk, &mut engine);
        } else if let Some(ask) = desk.next_then() {
            work(&mut desk, &mut engine, ask);
        }
    }
}

/// Answers one ask.
fn work(desk: &mut Desk, engine: &mut Engine, ask: Ask) {
    desk.events.send(Event::Begun(ask.ticket));
    match on_device(desk, engine, ask.task(), |desk, ready| {
        look(desk, ready, &ask)
    }) {
        Some(result) => desk.events.send(Event::Done(ask.ticket, result)),
        None => desk.again(ask),
    }
}

/// Looks at the next tiles of the quality map.
fn work_tiles(desk: &mut Desk, engine: &mut Engine) {
    let Some(mut tiling) = desk.tiling.take() else {
        return;
    };
    let ticket = tiling.ask.ticket;
    let task = match tiling.ask.reference {
        Some(_) => Task::FullReference,
        None => Task::NoReference,
    };
    let seen = on_device(desk, engine, task, |_, ready| {
        let tiles = tiling.look(&ready.scorer)?;
        Ok((tiles, Arc::clone(&ready.made)))
    });
    let failed = matches!(seen, Some(Err(_)));
    if let Some(seen) = seen {
        desk.events.send(Event::Tiles(ticket, seen));
    }
    if !failed && !tiling.is_done() {
        desk.tiling = Some(tiling);
    }
}

/// Works with the network of a task. `None`: the device failed, the CPU has taken over, and the
/// work has to be done again.
fn on_device<T>(
    desk: &mut Desk,
    engine: &mut Engine,
    task: Task,
    work: impl FnOnce(&mut Desk, &Ready) -> Result<T, InspectError>,
) -> Option<Result<T, String>> {
    let origin = desk.origin(task).clone();
    let known = engine.has(task, &origin);
    let on_cpu = engine.device.id == DeviceChoice::Cpu;
    let ready = match engine.network(task, &origin) {
        Err(reason) => return Some(Err(reason)),
        Ok(ready) => ready,
    };
    if !known {
        desk.events.send(Event::Network(Arc::clone(&ready.made)));
    }
    match work(desk, ready) {
        Err(InspectError::Device(reason)) if !on_cpu => {
            let failed = format!("{} failed: {reason}", ready.made.device);
            desk.events.send(Event::Trouble(failed.clone()));
            *engine = Engine::new(device::cpu());
            desk.say_device(&engine.device, Some(failed));
            None
        }
        answer => Some(answer.map_err(|error| error.to_string())),
    }
}

fn look(desk: &mut Desk, ready: &Ready, ask: &Ask) -> Result<Answer, InspectError> {
    let size = ready.scorer.size;
    let picture = desk.picture(ask, size)?;
    let reference = desk.reference(ask, size)?;
    let inspection = ready
        .scorer
        .inspect(&picture, reference.as_deref(), ask.detailed)?;
    Ok(Answer {
        inspection,
        made: Arc::clone(&ready.made),
    })
}
