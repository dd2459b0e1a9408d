//! A device with its networks, and the loop that serves a scheduler.

use super::message::{Answer, Event, Events};
use super::ready::Ready;
use super::scheduler::{Scheduler, Successor};
use crate::checkpoint::Checkpoint;
use crate::device::{self, Selected};
use crate::image::{Picture, SizePolicy};
use crate::inspect::{InspectError, Scorer, prepare};
use crate::model::Task;
use burn::tensor::Device;
use crossbeam_channel::{TryRecvError, never};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(all(test, feature = "bundled"))]
mod tests;

/// How long pictures that are looked at together may take: a click waits for them.
const PATIENCE: Duration = Duration::from_millis(200);

/// The most pictures that are looked at together.
const MOST: usize = 32;

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
        let scorer = device.guard(|| Ok(Scorer::new(read(&device.device)?, device.clone())));
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
                Err(error) => self
                    .events
                    .send(Event::NoCheckpoint(path, error.to_string())),
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
