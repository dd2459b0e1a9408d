//! A device with its networks, and the loop that serves a scheduler.

use super::message::{Answer, Event, Events, ModelInfo};
use super::scheduler::{Scheduler, Successor};
use crate::checkpoint::Checkpoint;
use crate::device::{self, Selected};
use crate::guard::guard;
use crate::image::{Picture, SizePolicy};
use crate::inspect::{InspectError, Scorer, prepare};
use crate::model::Task;
use burn::tensor::Device;
use crossbeam_channel::{TryRecvError, never};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long pictures that are looked at together may take: a click waits for them.
const PATIENCE: Duration = Duration::from_millis(200);

/// The most pictures that are looked at together.
const MOST: usize = 32;

/// A network that is ready, and what is told of it.
struct Ready {
    scorer: Scorer,
    model: Arc<ModelInfo>,
}

impl Ready {
    fn new(file: Option<PathBuf>, scorer: Scorer, size: Option<SizePolicy>) -> Self {
        let model = Arc::new(ModelInfo {
            checkpoint: scorer.name.clone(),
            file,
            metadata: scorer.metadata.clone(),
            size: scorer.size,
            text: Arc::clone(&scorer.text),
            device: scorer.device().name.clone(),
        });
        let mut ready = Self { scorer, model };
        ready.resize(size);
        ready
    }

    /// Scores at this size from now on, or at the checkpoint's own.
    fn resize(&mut self, size: Option<SizePolicy>) {
        self.scorer.size = size.unwrap_or(self.scorer.metadata.size);
        self.describe();
    }

    /// Writes down anew at what size and where it scores.
    fn describe(&mut self) {
        self.model = Arc::new(ModelInfo {
            size: self.scorer.size,
            device: self.scorer.device().name.clone(),
            ..ModelInfo::clone(&self.model)
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
    events: Events,
    /// How many pictures may be looked at together.
    most: usize,
}

impl Engine {
    pub fn new(device: Selected, events: Events) -> Self {
        Self {
            device,
            networks: Vec::new(),
            size: None,
            events,
            most: 1,
        }
    }

    /// Looks at a made-up picture of a common shape, which compiles and tunes most kernels.
    ///
    /// # Errors
    /// The device does not work. The CPU does not take over: it is at work anyway.
    pub fn warm_up(&mut self) -> Result<(), InspectError> {
        let (width, height) = (768, 512);
        let picture = Picture {
            width,
            height,
            rgb: (0..width * height * 3).map(|i| (i % 251) as u8).collect(),
            notes: Vec::new(),
        };
        let device = &self.device;
        let read = |device: &Device| Checkpoint::bundled(Task::NoReference, device);
        let scorer = guard(|| Ok(Scorer::new(read(&device.device)?, device.clone())));
        let scorer: Scorer = scorer.unwrap_or_else(|panic| Err(InspectError::Device(panic)))?;
        let prepared = prepare(picture, self.size.unwrap_or(scorer.size))?;
        scorer.inspect(&prepared, None, true)?;
        let scorer = scorer.or_on_cpu(read, self.trouble());
        self.networks.push(Ready::new(None, scorer, self.size));
        Ok(())
    }

    /// Tells that a device failed.
    fn trouble(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let events = self.events.clone();
        move |said| events.send(Event::Trouble(said.to_owned()))
    }

    fn find(&self, task: Task) -> Option<&Ready> {
        self.networks
            .iter()
            .find(|ready| ready.model.task() == task)
    }

    /// The size that pictures are brought to for a task, once its network is there.
    fn size(&self, task: Task) -> Option<SizePolicy> {
        self.find(task).map(|ready| ready.scorer.size)
    }

    /// Scores at this size from now on, or at that of each checkpoint.
    pub fn resize(&mut self, size: Option<SizePolicy>) {
        self.size = size;
        for ready in &mut self.networks {
            ready.resize(size);
        }
    }

    /// Sees to it that the network of a task is the one in this file, or the bundled one. One that
    /// has to be read is announced, so that a window knows what scores before the first score.
    fn want(&mut self, task: Task, file: &Option<PathBuf>) -> Result<(), InspectError> {
        if self
            .find(task)
            .is_some_and(|ready| ready.model.file == *file)
        {
            return Ok(());
        }
        match self.read(task, file.clone())? {
            found if found == task => Ok(()),
            _ => Err(InspectError::OtherTask),
        }
    }

    /// Reads a checkpoint, puts it in the place of that of its task, and announces it. The task of
    /// a file is what the file says; `task` is that of the bundled one.
    fn read(&mut self, task: Task, file: Option<PathBuf>) -> Result<Task, InspectError> {
        let from = file.clone();
        let scorer = Scorer::read(
            move |device| Checkpoint::open(from.as_deref(), task, device),
            self.device.clone(),
            self.trouble(),
        )?;
        let task = scorer.task();
        self.networks.retain(|ready| ready.model.task() != task);
        self.networks.push(Ready::new(file, scorer, self.size));
        if !self.notice_fallback()
            && let Some(ready) = self.find(task)
        {
            self.events.send(Event::Network(Arc::clone(&ready.model)));
        }
        Ok(task)
    }

    /// If a scorer has gone on on the CPU, so does everything else, and a window is told.
    fn notice_fallback(&mut self) -> bool {
        let on_cpu = |ready: &Ready| ready.scorer.is_on_cpu();
        if self.device.is_cpu() || !self.networks.iter().any(on_cpu) {
            return false;
        }
        let why = format!("{} failed", self.device.name);
        self.device = device::cpu();
        self.most = 1;
        self.events.say_device(&self.device, Some(why));
        self.networks.retain(on_cpu);
        for ready in &mut self.networks {
            ready.describe();
            self.events.send(Event::Network(Arc::clone(&ready.model)));
        }
        true
    }

    /// Reads what was chosen, and what is to score next.
    fn keep_up(&mut self, scheduler: &mut Scheduler) {
        if self.size != scheduler.size {
            self.resize(scheduler.size);
            for ready in &self.networks {
                self.events.send(Event::Network(Arc::clone(&ready.model)));
            }
        }
        while let Some(path) = scheduler.checkpoints.pop_front() {
            match self.read(Task::NoReference, Some(path.clone())) {
                Ok(task) => scheduler.set_file(task, Some(path)),
                Err(error) => self.events.send(Event::Trouble(error.to_string())),
            }
        }
        for task in std::mem::take(&mut scheduler.changed) {
            if let Err(error) = self.want(task, scheduler.file(task)) {
                self.events.send(Event::Trouble(error.to_string()));
            }
        }
        while let Some(task) = scheduler.next_task()
            && let Err(error) = self.want(task, scheduler.file(task))
        {
            if let Some(request) = scheduler.drop_next() {
                self.events.send(Event::Begun(request.id));
                self.events
                    .send(Event::Done(request.id, Err(error.to_string())));
            }
        }
        scheduler.cache.expect(self.size(Task::NoReference));
    }

    /// Looks at what comes next. False where there is nothing, or it is not decoded yet.
    fn work(&mut self, scheduler: &mut Scheduler) -> bool {
        if scheduler.tiles_next() {
            self.look_at_tiles(scheduler);
            return true;
        }
        let Some(ready) = scheduler.next_task().and_then(|task| self.find(task)) else {
            return false;
        };
        let mut batch = scheduler.next_batch(&ready.scorer, self.most);
        if batch.is_empty() {
            return false;
        }
        for request in batch.keys() {
            self.events.send(Event::Begun(request.id));
        }
        let (count, begun) = (batch.len(), Instant::now());
        let detailed = batch.keys().any(|request| request.detailed);
        let task = ready.scorer.task();
        let mut answers = Vec::with_capacity(count);
        batch.look(&ready.scorer, detailed, |request, result, _| {
            answers.push((request.id, result));
        });
        if !detailed {
            self.keep_pace(count, begun.elapsed());
        }
        self.notice_fallback();
        let Some(ready) = self.find(task) else {
            return true;
        };
        for (id, result) in answers {
            let answer = result.map(|inspection| Answer {
                inspection,
                model: Arc::clone(&ready.model),
            });
            let answer = answer.map_err(|error| error.to_string());
            self.events.send(Event::Done(id, answer));
        }
        true
    }

    /// Looks at more pictures together while that is quick, and at fewer once it is not.
    fn keep_pace(&mut self, count: usize, taken: Duration) {
        if taken > PATIENCE {
            self.most = (count / 2).max(1);
        } else if count == self.most && taken < PATIENCE / 2 {
            self.most = (2 * count).min(MOST);
        }
    }

    /// Looks at the next tiles of the quality map.
    fn look_at_tiles(&mut self, scheduler: &mut Scheduler) {
        let Some(mut tiling) = scheduler.tiling.take() else {
            return;
        };
        let (id, task) = (tiling.request.id, Task::with(&tiling.request.reference));
        let seen = self.want(task, scheduler.file(task)).and_then(|()| {
            let seen = self.find(task).map(|ready| tiling.look(&ready.scorer));
            self.notice_fallback();
            seen.unwrap_or(Ok(None))
        });
        match (seen, self.find(task)) {
            (Ok(Some(tiles)), Some(ready)) => {
                let model = Arc::clone(&ready.model);
                self.events.send(Event::Tiles(id, Ok((tiles, model))));
            }
            (Ok(_), _) => {}
            (Err(error), _) => {
                self.events.send(Event::Tiles(id, Err(error.to_string())));
                return;
            }
        }
        if !tiling.is_done() {
            scheduler.tiling = Some(tiling);
        }
    }
}

/// Works until nobody asks any more, or until another device takes over.
pub(super) fn serve(mut scheduler: Scheduler, mut engine: Engine, takes_over: Option<Successor>) {
    let mut takes_over = takes_over.unwrap_or_else(never);
    loop {
        if scheduler.take_in().is_err() {
            return;
        }
        match takes_over.try_recv() {
            Ok(successor) => {
                let _ = successor.send(scheduler);
                return;
            }
            Err(TryRecvError::Disconnected) => takes_over = never(),
            Err(TryRecvError::Empty) => {}
        }
        engine.keep_up(&mut scheduler);
        scheduler.cut_tiles();
        scheduler.decode_ahead(|task| engine.size(task), engine.most);
        if !engine.work(&mut scheduler) {
            scheduler.wait(&takes_over);
        }
    }
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::super::message::{Request, RequestId, ScoreRequest};
    use super::*;
    use crate::image::Limits;
    use crate::inspect::{DecodeCache, Source};
    use crossbeam_channel::{Receiver, Sender, unbounded};

    const SMALL: SizePolicy = SizePolicy::at_most(Some(64));

    fn read(device: &Device) -> Result<Checkpoint, crate::checkpoint::CheckpointError> {
        Checkpoint::bundled(Task::NoReference, device)
    }

    /// What is told while these requests are worked off by an engine on a device.
    fn told(
        device: Selected,
        make_ready: impl FnOnce(&mut Engine),
        requests: Vec<Request>,
    ) -> Vec<Event> {
        let (sender, incoming) = unbounded();
        let (outgoing, events) = unbounded();
        let outgoing = Events {
            sender: outgoing,
            wake: Arc::new(|| ()),
        };
        let asked = requests.iter().map(|request| match request {
            Request::Then(requests) | Request::First(requests) => requests.len(),
            _ => 0,
        });
        let open = asked.sum();
        for request in requests {
            sender.send(request).unwrap();
        }
        let listening = std::thread::spawn(move || listen(&events, open, sender));
        let mut engine = Engine::new(device, outgoing.clone());
        engine.resize(Some(SMALL));
        make_ready(&mut engine);
        // As if all before had been quick.
        engine.most = MOST;
        let cache = DecodeCache::default();
        let scheduler = Scheduler::new(incoming, outgoing, Some(SMALL), Limits::default(), cache);
        serve(scheduler, engine, None);
        listening.join().unwrap()
    }

    /// The events until so many requests are answered; then `sender` goes, which ends the serving.
    fn listen(events: &Receiver<Event>, mut open: usize, sender: Sender<Request>) -> Vec<Event> {
        let mut told = Vec::new();
        while open > 0 {
            let event = events.recv_timeout(Duration::from_secs(300)).unwrap();
            open -= usize::from(matches!(event, Event::Done(..)));
            told.push(event);
        }
        drop(sender);
        told
    }

    fn ask(id: u64, name: &str, reference: bool) -> ScoreRequest {
        ScoreRequest {
            id: RequestId(id),
            source: Source::File(crate::sample(name)),
            reference: reference.then(|| Source::File(crate::sample("coffee"))),
            detailed: false,
        }
    }

    #[test]
    fn what_goes_first_is_answered_first_and_together_they_say_the_same_as_alone() {
        let names = ["coffee", "missing", "coffee-noisy", "astronaut", "rocket"];
        let then = names.iter().zip(0..).map(|(name, id)| ask(id, name, false));
        let first = ScoreRequest {
            detailed: true,
            ..ask(9, "chelsea", false)
        };
        let requests = vec![Request::Then(then.collect()), Request::First(vec![first])];
        let told = told(device::cpu(), |_| (), requests);
        let answers: Vec<_> = told
            .into_iter()
            .filter_map(|event| match event {
                Event::Done(RequestId(id), answer) => Some((id, answer)),
                _ => None,
            })
            .collect();
        let order: Vec<u64> = answers.iter().map(|(id, _)| *id).collect();
        assert_eq!(order, [9, 0, 1, 2, 3, 4]);
        assert!(answers[0].1.as_ref().unwrap().inspection.detail.is_some());
        let cpu = device::cpu();
        let mut alone = Scorer::new(read(&cpu.device).unwrap(), cpu);
        alone.size = SMALL;
        for (name, (_, answer)) in names.iter().zip(&answers[1..]) {
            if *name == "missing" {
                assert!(answer.as_ref().unwrap_err().contains("missing.jpg"));
                continue;
            }
            let picture = Source::File(crate::sample(name));
            let picture = picture.read_for(&Limits::default(), SMALL).unwrap();
            let right = alone.inspect(&prepare(picture, SMALL).unwrap(), None, false);
            assert_eq!(
                answer.as_ref().unwrap().inspection,
                right.unwrap(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_click_never_waits_for_many() {
        let events = Events {
            sender: unbounded().0,
            wake: Arc::new(|| ()),
        };
        let mut engine = Engine::new(device::cpu(), events);
        let quick = PATIENCE / 4;
        for most in [2, 4, 8, 16, 32, 32] {
            engine.keep_pace(engine.most, quick);
            assert_eq!(engine.most, most);
        }
        engine.keep_pace(3, quick);
        assert_eq!(engine.most, 32, "fewer were there");
        engine.keep_pace(32, PATIENCE * 2);
        assert_eq!(engine.most, 16);
        engine.keep_pace(1, PATIENCE * 2);
        assert_eq!(engine.most, 1);
    }

    #[cfg(feature = "gpu")]
    mod lost {
        use super::*;
        use crate::device::DeviceChoice;
        use burn::tensor::DeviceKind;

        /// A device that was never there, which fails as a lost one does: by a panic at first use.
        fn lost() -> Selected {
            Selected {
                device: Device::wgpu(DeviceKind::Existing(4242)),
                id: DeviceChoice::Gpu(Some(0)),
                name: "the lost one".into(),
                why: None,
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
            let make_ready = |engine: &mut Engine| {
                let network = read(&device::cpu().device).unwrap();
                let scorer = Scorer::new(network, lost()).or_on_cpu(read, engine.trouble());
                engine.networks.push(Ready::new(None, scorer, Some(SMALL)));
            };
            let asks = ["coffee", "coffee", "coffee"].iter().zip(0..);
            let asks = asks.map(|(name, id)| ask(id, name, id == 1)).collect();
            assert_went_on(&told(lost(), make_ready, vec![Request::Then(asks)]), 3);
        }

        #[test]
        fn a_device_lost_before_a_network_is_read_onto_it_is_replaced_too() {
            let file = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../weights/bpclip-nr.safetensors"
            )
            .into();
            let asks = vec![ask(0, "coffee", false), ask(1, "coffee", true)];
            let requests = vec![Request::Use(file), Request::Then(asks)];
            let told = told(lost(), |_| (), requests);
            assert_went_on(&told, 2);
            let chosen =
                |event: &Event| matches!(event, Event::Network(model) if model.file.is_some());
            assert!(told.iter().any(chosen), "the chosen checkpoint is used");
        }
    }
}
