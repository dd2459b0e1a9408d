//! What the worker is to do: requests in their order, and their pictures decoded ahead.

use super::message::{Event, Events, Request, RequestId, ScoreRequest};
use super::tiling::Tiling;
use crate::image::{Limits, SizePolicy};
use crate::inspect::batch::Batch;
use crate::inspect::decoder::{Decoders, Order, Pending};
use crate::inspect::{DecodeCache, InspectError, Scorer};
use crate::model::Task;
use crossbeam_channel::{Receiver, Select, Sender, TryRecvError, never};
use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;

/// Decoded pictures that wait for the device, beyond one a decoder.
const AHEAD: usize = 2;

/// Where another thread says that it takes the work over, and where it wants it.
pub(super) type Successor = Receiver<Sender<Scheduler>>;

/// Everything that moves along when the work changes devices.
pub(super) struct Scheduler {
    pub events: Events,
    /// The size to score at, in the place of that of each checkpoint.
    pub size: Option<SizePolicy>,
    /// Checkpoints to read before anything else is looked at.
    pub checkpoints: VecDeque<PathBuf>,
    /// Tasks whose network is another one now, and has to be announced.
    pub changed: Vec<Task>,
    /// The quality map in the making.
    pub tiling: Option<Tiling>,
    requests: Receiver<Request>,
    /// The checkpoint of each task, where it is not the bundled one.
    no_reference: Option<PathBuf>,
    full_reference: Option<PathBuf>,
    first: VecDeque<Waiting>,
    then: VecDeque<Waiting>,
    decoders: Decoders,
    threads: usize,
    /// Pictures that were decoded for something else.
    pub cache: DecodeCache,
}

/// A request, and its picture once that is being decoded.
struct Waiting {
    request: ScoreRequest,
    picture: Option<Pending>,
}

impl From<ScoreRequest> for Waiting {
    fn from(request: ScoreRequest) -> Self {
        Self {
            request,
            picture: None,
        }
    }
}

/// Nobody can ask any more.
pub(super) struct Closed;

impl Scheduler {
    pub fn new(
        requests: Receiver<Request>,
        events: Events,
        size: Option<SizePolicy>,
        limits: Limits,
        cache: DecodeCache,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // The CPU computes too: more decoders than half the cores only crowd it out.
        let threads = cores.div_ceil(2).clamp(1, 8);
        Self {
            events,
            size,
            checkpoints: VecDeque::new(),
            changed: vec![Task::NoReference],
            tiling: None,
            requests,
            no_reference: None,
            full_reference: None,
            first: VecDeque::new(),
            then: VecDeque::new(),
            decoders: Decoders::new(threads, limits, &[], cache.clone()),
            threads,
            cache,
        }
    }

    /// The checkpoint that scores for a task; `None` is the bundled one.
    pub fn file(&self, task: Task) -> &Option<PathBuf> {
        match task {
            Task::NoReference => &self.no_reference,
            Task::FullReference => &self.full_reference,
        }
    }

    pub fn set_file(&mut self, task: Task, file: Option<PathBuf>) {
        match task {
            Task::NoReference => self.no_reference = file,
            Task::FullReference => self.full_reference = file,
        }
        self.forget_decoded();
    }

    /// What was decoded ahead may have another size than is wanted now.
    fn forget_decoded(&mut self) {
        for waiting in self.first.iter_mut().chain(&mut self.then) {
            waiting.picture = None;
        }
    }

    /// Takes in all that was asked since the last time.
    pub fn take_in(&mut self) -> Result<(), Closed> {
        loop {
            match self.requests.try_recv() {
                Ok(request) => self.file_away(request),
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Closed),
            }
        }
    }

    /// Puts a request where it belongs.
    fn file_away(&mut self, request: Request) {
        match request {
            Request::First(requests) => {
                self.first = requests.into_iter().map(Waiting::from).collect();
            }
            Request::Then(requests) => {
                self.then.extend(requests.into_iter().map(Waiting::from));
            }
            Request::Sooner(ids) => {
                let (sooner, later): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.then)
                    .into_iter()
                    .partition(|waiting| ids.contains(&waiting.request.id));
                self.then = sooner.into_iter().chain(later).collect();
            }
            Request::Withdraw(ids) => {
                let ids: HashSet<RequestId> = ids.into_iter().collect();
                let wanted = |waiting: &Waiting| !ids.contains(&waiting.request.id);
                self.first.retain(wanted);
                self.then.retain(wanted);
            }
            Request::Cancel => {
                self.first.clear();
                self.then.clear();
                self.cache.clear();
                self.tiling = None;
            }
            Request::Tiles(request) => {
                self.tiling = request.map(|request| Tiling::new(request, &self.decoders));
            }
            Request::Use(path) => self.checkpoints.push_back(path),
            Request::UseBundled(task) => {
                if self.file(task).is_some() {
                    self.set_file(task, None);
                    self.changed.push(task);
                }
            }
            Request::Size(size) => {
                self.size = size;
                self.forget_decoded();
            }
        }
    }

    /// Cuts the quality map once its pictures are read.
    pub fn cut_tiles(&mut self) {
        if let Some(tiling) = &mut self.tiling
            && let Err(error) = tiling.cut()
        {
            let failed = Event::Tiles(tiling.request.id, Err(error.to_string()));
            self.tiling = None;
            self.events.send(failed);
        }
    }

    /// Whether tiles are what is to be looked at next.
    pub fn tiles_next(&self) -> bool {
        self.first.is_empty() && self.tiling.as_ref().is_some_and(Tiling::is_cut)
    }

    /// Which network the picture wants that is to be looked at next.
    pub fn next_task(&self) -> Option<Task> {
        let waiting = self.first.front().or(self.then.front())?;
        Some(waiting.request.task())
    }

    /// Takes away what is to be looked at next: nobody can.
    pub fn drop_next(&mut self) -> Option<ScoreRequest> {
        let waiting = self.first.pop_front().or_else(|| self.then.pop_front())?;
        Some(waiting.request)
    }

    /// Lets the decoders start on what comes next, and on `more` behind it.
    pub fn decode_ahead(&mut self, size: impl Fn(Task) -> Option<SizePolicy>, more: usize) {
        let count = self.first.len() + self.threads + AHEAD + more;
        let first = self.first.iter_mut().map(|waiting| (waiting, true));
        let then = self.then.iter_mut().map(|waiting| (waiting, false));
        for (Waiting { request, picture }, urgent) in first.chain(then).take(count) {
            if picture.is_none()
                && let Some(size) = size(request.task())
            {
                let order = Order {
                    picture: request.source.clone(),
                    reference: request.reference.clone(),
                    task: request.task(),
                    size,
                };
                *picture = Some(self.decoders.begin(order, urgent));
            }
        }
    }

    /// What is to be looked at next, if it is decoded: of what goes first one picture, and of the
    /// rest `most` together, as far as they are decoded too. The scorer is that of the
    /// [next task](Self::next_task). Maps are made of one picture at a time.
    pub fn next_batch(&mut self, scorer: &Scorer, most: usize) -> Batch<ScoreRequest> {
        let mut batch = Batch::new();
        let (queue, most) = match self.first.is_empty() {
            true => (&mut self.then, most),
            false => (&mut self.first, 1),
        };
        while batch.len() < most
            && let Some(Waiting { request, picture }) = queue.front_mut()
            && request.task() == scorer.task()
            && (!request.detailed || batch.is_empty())
            && let Some(decoded) = picture.as_mut().and_then(Pending::poll)
            && batch.admits(decoded, scorer)
            && let Some(Waiting { request, picture }) = queue.pop_front()
        {
            let lost = || Pending::failed(InspectError::DecoderGone);
            let detailed = request.detailed;
            batch.push(request, picture.unwrap_or_else(lost).wait());
            if detailed || batch.is_full(scorer) {
                break;
            }
        }
        batch
    }

    /// Waits until there is something to do, or somebody to hand over to.
    pub fn wait(&self, successor: &Successor) {
        let next = self.first.front().or(self.then.front());
        let picture = next.and_then(|waiting| waiting.picture.as_ref());
        let picture = picture.map_or_else(never, |picture| picture.arrives().clone());
        let tiles = self.tiling.as_ref().map_or_else(never, Tiling::arrives);
        let mut select = Select::new();
        select.recv(&self.requests);
        select.recv(successor);
        select.recv(&picture);
        select.recv(&tiles);
        select.ready();
    }
}
