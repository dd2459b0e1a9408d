//! A device with its networks, and the loop that serves a scheduler.

use super::scheduler::{Origin, Scheduler};
use super::{Answer, Event, ModelInfo, ScoreRequest};
use crate::checkpoint::Checkpoint;
use crate::device::panic_text;
use crate::device::{self, Selected};
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
    model: Arc<ModelInfo>,
}

impl Ready {
    fn new(
        origin: Origin,
        checkpoint: Checkpoint,
        device: &Selected,
        size: Option<SizePolicy>,
    ) -> Self {
        let scorer = Scorer::new(checkpoint, device.clone());
        let model = Arc::new(ModelInfo {
            checkpoint: scorer.name.clone(),
            file: match &origin {
                Origin::Bundled => None,
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
            model,
        };
        ready.resize(size);
        ready
    }

    /// Scores at this size from now on, or at the checkpoint's own.
    fn resize(&mut self, size: Option<SizePolicy>) {
        let size = size.unwrap_or(self.scorer.metadata.size);
        self.scorer.size = size;
        self.model = Arc::new(ModelInfo {
            size,
            ..ModelInfo::clone(&self.model)
        });
    }
}

/// Why something did not come about.
#[derive(Debug)]
enum Failure {
    /// The device failed: another one may do better.
    Device(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    fn reason(self) -> String {
        match self {
            Self::Device(reason) => format!("the device failed: {reason}"),
            Self::Other(reason) => reason,
        }
    }
}

impl From<InspectError> for Failure {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Device(reason) => Self::Device(reason),
            error => Self::Other(error.to_string()),
        }
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
        let ready = self.network(Task::NoReference, &Origin::Bundled);
        let ready = ready.map_err(Failure::reason)?;
        let prepared = prepare(picture, ready.scorer.size).map_err(|error| error.to_string())?;
        let answer = ready.scorer.inspect(&prepared, None, true);
        answer.map(|_| ()).map_err(|error| error.to_string())
    }

    /// The network of a task, read when it is first wanted.
    fn network(&mut self, task: Task, origin: &Origin) -> Result<&Ready, Failure> {
        let found = |ready: &Ready| ready.model.task() == task && ready.origin == *origin;
        if !self.networks.iter().any(found) {
            let ready = self.read(origin, task)?;
            self.networks.retain(|ready| ready.model.task() != task);
            self.networks.push(ready);
        }
        let ready = self.networks.iter().find(|ready| found(ready));
        ready.ok_or_else(|| Failure::Other("the checkpoint is of another kind".into()))
    }

    /// Reads a checkpoint of either task and puts it in the place of that task's.
    fn replace(&mut self, path: &Path) -> Result<Arc<ModelInfo>, Failure> {
        // What task it is for, the file says.
        let ready = self.read(&Origin::File(path.to_owned()), Task::NoReference)?;
        let model = Arc::clone(&ready.model);
        self.networks
            .retain(|ready| ready.model.task() != model.task());
        self.networks.push(ready);
        Ok(model)
    }

    /// Reads a checkpoint onto the device, where drivers may panic; `task` is that of a bundled one.
    fn read(&self, origin: &Origin, task: Task) -> Result<Ready, Failure> {
        let device = &self.device;
        let read = || {
            let checkpoint = match origin {
                Origin::Bundled => Checkpoint::bundled(task, &device.device),
                Origin::File(path) => Checkpoint::read(path, &device.device),
            };
            checkpoint.map(|read| Ready::new(origin.clone(), read, device, self.size))
        };
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(read) => read.map_err(|error| Failure::Other(error.to_string())),
            Err(payload) => Err(Failure::Device(panic_text(payload.as_ref()))),
        }
    }

    fn has(&self, task: Task, origin: &Origin) -> bool {
        let is = |ready: &Ready| ready.model.task() == task && ready.origin == *origin;
        self.networks.iter().any(is)
    }

    /// Whether there is a safer device than this one.
    fn can_fall_back(&self) -> bool {
        !self.device.is_cpu()
    }

    /// Scores at this size from now on, or at that of each checkpoint.
    pub fn resize(&mut self, size: Option<SizePolicy>) {
        self.size = size;
        for ready in &mut self.networks {
            ready.resize(size);
        }
    }

    fn size(&self, task: Task) -> Option<SizePolicy> {
        let ready = self.networks.iter().find(|r| r.model.task() == task);
        ready.map(|ready| ready.scorer.size)
    }
}

/// Works until nobody asks any more, or until another device takes over.
pub(super) fn serve(
    mut scheduler: Scheduler,
    mut engine: Engine,
    takes_over: Option<Receiver<Sender<Scheduler>>>,
) {
    let mut takes_over = takes_over.unwrap_or_else(never);
    let requests = scheduler.requests.clone();
    loop {
        if scheduler.is_empty() && engine.size == scheduler.size {
            select! {
                recv(scheduler.reading()) -> read => scheduler.cut_tiles(read),
                recv(requests) -> request => match request {
                    Ok(request) => scheduler.take_in(request),
                    Err(_) => return,
                },
                recv(takes_over) -> successor => match successor {
                    Ok(successor) => {
                        let _ = successor.send(scheduler);
                        return;
                    }
                    Err(_) => takes_over = never(),
                },
            }
        }
        if let Ok(successor) = takes_over.try_recv() {
            let _ = successor.send(scheduler);
            return;
        }
        loop {
            match requests.try_recv() {
                Ok(request) => scheduler.take_in(request),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        if engine.size != scheduler.size {
            engine.resize(scheduler.size);
            for ready in &engine.networks {
                scheduler
                    .events
                    .send(Event::Network(Arc::clone(&ready.model)));
            }
        }
        while let Some(path) = scheduler.checkpoints.pop_front() {
            match engine.replace(&path) {
                Ok(model) => {
                    scheduler.set_origin(model.task(), Origin::File(path));
                    scheduler.events.send(Event::Network(model));
                }
                Err(Failure::Device(reason)) if engine.can_fall_back() => {
                    fall_back(&mut scheduler, &mut engine, &reason);
                    scheduler.checkpoints.push_front(path);
                }
                Err(failure) => scheduler.events.send(Event::Trouble(failure.reason())),
            }
        }
        // Announced, so that a window knows what scores before the first score is there.
        for task in std::mem::take(&mut scheduler.changed) {
            let origin = scheduler.origin(task).clone();
            let (known, safe) = (engine.has(task, &origin), !engine.can_fall_back());
            match engine.network(task, &origin) {
                Ok(_) if known => {}
                Ok(ready) => scheduler
                    .events
                    .send(Event::Network(Arc::clone(&ready.model))),
                Err(Failure::Device(reason)) if !safe => {
                    fall_back(&mut scheduler, &mut engine, &reason);
                    scheduler.changed.push(task);
                }
                Err(failure) => scheduler.events.send(Event::Trouble(failure.reason())),
            }
        }
        match scheduler.reading().try_recv() {
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => scheduler.cut_tiles(Err(RecvError)),
            Ok(read) => scheduler.cut_tiles(Ok(read)),
        }
        scheduler.look_ahead(|task| engine.size(task));
        if let Some(request) = scheduler.next_first() {
            work(&mut scheduler, &mut engine, request);
        } else if scheduler.has_tiles() {
            work_tiles(&mut scheduler, &mut engine);
        } else if let Some(request) = scheduler.next_then() {
            work(&mut scheduler, &mut engine, request);
        }
    }
}

/// Goes on on the CPU.
fn fall_back(scheduler: &mut Scheduler, engine: &mut Engine, reason: &str) {
    let failed = format!("{} failed: {reason}", engine.device.name);
    scheduler.events.send(Event::Trouble(failed.clone()));
    *engine = Engine::new(device::cpu());
    engine.size = scheduler.size;
    scheduler.say_device(&engine.device, Some(failed));
}

/// Answers one request.
fn work(scheduler: &mut Scheduler, engine: &mut Engine, request: ScoreRequest) {
    scheduler.events.send(Event::Begun(request.id));
    let seen = on_device(scheduler, engine, request.task(), |scheduler, ready| {
        look(scheduler, ready, &request)
    });
    match seen {
        Some(result) => scheduler.events.send(Event::Done(request.id, result)),
        None => scheduler.again(request),
    }
}

/// Looks at the next tiles of the quality map.
fn work_tiles(scheduler: &mut Scheduler, engine: &mut Engine) {
    let Some(mut tiling) = scheduler.tiling.take() else {
        return;
    };
    let id = tiling.request.id;
    let task = Task::with(&tiling.request.reference);
    let seen = on_device(scheduler, engine, task, |_, ready| {
        let tiles = tiling.look(&ready.scorer)?;
        Ok((tiles, Arc::clone(&ready.model)))
    });
    let failed = matches!(seen, Some(Err(_)));
    if let Some(seen) = seen {
        scheduler.events.send(Event::Tiles(id, seen));
    }
    if !failed && !tiling.is_done() {
        scheduler.tiling = Some(tiling);
    }
}

/// Works with the network of a task. `None`: the device failed, the CPU has taken over, and the
/// work has to be done again.
fn on_device<T>(
    scheduler: &mut Scheduler,
    engine: &mut Engine,
    task: Task,
    work: impl FnOnce(&mut Scheduler, &Ready) -> Result<T, InspectError>,
) -> Option<Result<T, String>> {
    let origin = scheduler.origin(task).clone();
    let known = engine.has(task, &origin);
    let answer = engine.network(task, &origin).and_then(|ready| {
        if !known {
            scheduler
                .events
                .send(Event::Network(Arc::clone(&ready.model)));
        }
        Ok(work(scheduler, ready)?)
    });
    match answer {
        Err(Failure::Device(reason)) if engine.can_fall_back() => {
            fall_back(scheduler, engine, &reason);
            None
        }
        answer => Some(answer.map_err(Failure::reason)),
    }
}

fn look(
    scheduler: &mut Scheduler,
    ready: &Ready,
    request: &ScoreRequest,
) -> Result<Answer, InspectError> {
    let size = ready.scorer.size;
    let picture = scheduler.picture(request, size)?;
    let reference = scheduler.reference(request, size)?;
    let inspection = ready
        .scorer
        .inspect(&picture, reference.as_deref(), request.detailed)?;
    Ok(Answer {
        inspection,
        model: Arc::clone(&ready.model),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Events, Request, RequestId, Source};
    use super::*;
    use crate::device::DeviceChoice;
    use crate::image::Limits;
    use burn::tensor::DeviceKind;
    use crossbeam_channel::unbounded;

    const SMALL: SizePolicy = SizePolicy::at_most(Some(64));

    /// A device that was never there, which fails as a lost one does: by a panic at first use.
    fn lost() -> Selected {
        Selected {
            device: burn::tensor::Device::wgpu(DeviceKind::Existing(4242)),
            id: DeviceChoice::Gpu(Some(0)),
            name: "the lost one".into(),
            why: None,
        }
    }

    /// What is told while these requests are worked off by an engine on the lost device.
    fn told(engine: Engine, requests: Vec<Request>) -> Vec<Event> {
        let (sender, incoming) = unbounded();
        let (outgoing, events) = unbounded();
        let outgoing = Events {
            sender: outgoing,
            wake: Arc::new(|| ()),
        };
        let counts = requests.iter().map(|request| match request {
            Request::Then(wanted) => wanted.len(),
            _ => 0,
        });
        let open = counts.sum();
        for request in requests {
            sender.send(request).unwrap();
        }
        let listening = std::thread::spawn(move || listen(&events, open, sender));
        let scheduler = Scheduler::new(incoming, outgoing, Some(SMALL), Limits::default());
        serve(scheduler, engine, None);
        listening.join().unwrap()
    }

    /// The events until so many requests are answered; then `sender` goes, which ends the serving.
    fn listen(events: &Receiver<Event>, mut open: usize, sender: Sender<Request>) -> Vec<Event> {
        let mut told = Vec::new();
        while open > 0 {
            let event = events
                .recv_timeout(std::time::Duration::from_secs(300))
                .unwrap();
            open -= usize::from(matches!(event, Event::Done(..)));
            told.push(event);
        }
        drop(sender);
        told
    }

    fn ask(id: u64, reference: bool) -> ScoreRequest {
        let source = || Source::File("assets/samples/coffee.jpg".into());
        ScoreRequest {
            id: RequestId(id),
            source: source(),
            reference: reference.then(source),
            detailed: false,
        }
    }

    fn assert_went_on(told: &[Event], pictures: u64) {
        let trouble: Vec<&String> = told
            .iter()
            .filter_map(|event| match event {
                Event::Trouble(said) => Some(said),
                _ => None,
            })
            .collect();
        assert!(
            matches!(&trouble[..], [said] if said.starts_with("the lost one failed")),
            "{trouble:?}"
        );
        let moved = |event: &Event| matches!(event, Event::Device { id, why: Some(_), .. } if *id == DeviceChoice::Cpu);
        assert!(told.iter().any(moved));
        for id in 0..pictures {
            let answers: Vec<_> = told
                .iter()
                .filter_map(|event| match event {
                    Event::Done(of, answer) if *of == RequestId(id) => {
                        Some(answer.as_ref().unwrap())
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(answers.len(), 1);
            assert!(answers[0].model.device.starts_with("CPU"));
            assert!(answers[0].inspection.scored_height == 64);
        }
    }

    #[test]
    fn a_device_lost_between_pictures_is_replaced_and_no_picture_is_lost() {
        // Its network was read while it still worked.
        let mut engine = Engine::new(lost());
        let checkpoint = Checkpoint::bundled(Task::NoReference, &device::cpu().device).unwrap();
        let ready = Ready::new(Origin::Bundled, checkpoint, &lost(), Some(SMALL));
        engine.networks.push(ready);
        engine.size = Some(SMALL);
        let requests = vec![ask(0, false), ask(1, true), ask(2, false)];
        assert_went_on(&told(engine, vec![Request::Then(requests)]), 3);
    }

    #[test]
    fn a_device_lost_before_a_network_is_read_onto_it_is_replaced_too() {
        let engine = Engine::new(lost());
        let file = "weights/bpclip-nr.safetensors".into();
        let requests = vec![ask(0, false), ask(1, true)];
        let told = told(engine, vec![Request::Use(file), Request::Then(requests)]);
        assert_went_on(&told, 2);
        let chosen = |event: &Event| matches!(event, Event::Network(model) if model.file.is_some());
        assert!(told.iter().any(chosen), "the chosen checkpoint is used");
    }
}
