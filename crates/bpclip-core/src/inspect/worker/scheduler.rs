//! What the worker is to do: requests in their order, and pictures decoded ahead.

use super::tiling::{Pictures, Stage, Tiling};
use super::{Event, Events, Request, RequestId, ScoreRequest, Source};
use crate::device::Selected;
use crate::image::{Limits, SizePolicy};
use crate::inspect::{InspectError, Prepared, guarded, prepare};
use crate::model::Task;
use crossbeam_channel::{Receiver, RecvError, Sender, bounded, never, unbounded};
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// Decoded pictures that wait for the device, beyond one a decoder.
const AHEAD: usize = 2;

type Decoded = Result<Prepared, InspectError>;

/// Which checkpoint scores for a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    #[default]
    Bundled,
    File(PathBuf),
}

/// Everything that moves along when the work changes devices.
pub(super) struct Scheduler {
    pub requests: Receiver<Request>,
    pub events: Events,
    pub limits: Limits,
    pub no_reference: Origin,
    pub full_reference: Origin,
    /// The size to score at, in the place of that of each checkpoint.
    pub size: Option<SizePolicy>,
    /// Checkpoints to read before anything else is looked at.
    pub checkpoints: VecDeque<PathBuf>,
    /// Tasks whose network is another one now, and has to be announced.
    pub changed: Vec<Task>,
    /// The quality map in the making.
    pub tiling: Option<Tiling>,
    first: VecDeque<ScoreRequest>,
    then: VecDeque<ScoreRequest>,
    ahead: HashMap<RequestId, Receiver<Decoded>>,
    decoders: usize,
    decode: Sender<(Source, SizePolicy, Task, Sender<Decoded>)>,
    reference: Option<Kept>,
}

/// A reference at its scored size. Its file may change while the window is open.
struct Kept {
    source: Source,
    modified: Option<SystemTime>,
    size: SizePolicy,
    prepared: Arc<Prepared>,
}

impl Scheduler {
    pub fn new(
        requests: Receiver<Request>,
        events: Events,
        size: Option<SizePolicy>,
        limits: Limits,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // The CPU computes too: more decoders than half the cores only crowd it out.
        let decoders = cores.div_ceil(2).clamp(1, 8);
        let (decode, work) = unbounded::<(Source, SizePolicy, Task, Sender<Decoded>)>();
        for _ in 0..decoders {
            let (work, limits) = (work.clone(), limits.clone());
            std::thread::spawn(move || {
                for (source, size, task, done) in work {
                    // The receiver is gone when the picture is not wanted any more.
                    let _ = done.send(read(&source, size, task, &limits));
                }
            });
        }
        Self {
            requests,
            events,
            limits,
            no_reference: Origin::Bundled,
            full_reference: Origin::Bundled,
            size,
            checkpoints: VecDeque::new(),
            changed: vec![Task::NoReference],
            tiling: None,
            first: VecDeque::new(),
            then: VecDeque::new(),
            ahead: HashMap::new(),
            decoders,
            decode,
            reference: None,
        }
    }

    pub fn say_device(&self, selected: &Selected, why: Option<String>) {
        self.events.send(Event::Device {
            name: selected.name.clone(),
            id: selected.id,
            why,
        });
    }

    pub fn origin(&self, task: Task) -> &Origin {
        match task {
            Task::NoReference => &self.no_reference,
            Task::FullReference => &self.full_reference,
        }
    }

    pub fn set_origin(&mut self, task: Task, origin: Origin) {
        match task {
            Task::NoReference => self.no_reference = origin,
            Task::FullReference => self.full_reference = origin,
        }
        self.size_changed();
    }

    /// What was decoded ahead may have another size than is wanted now.
    fn size_changed(&mut self) {
        self.ahead.clear();
        self.reference = None;
    }

    /// Puts a request where it belongs.
    pub fn take_in(&mut self, request: Request) {
        match request {
            Request::First(requests) => {
                for request in self.first.drain(..) {
                    self.ahead.remove(&request.id);
                }
                self.first = requests.into();
            }
            Request::Then(requests) => self.then.extend(requests),
            Request::Withdraw(ids) => {
                let ids: HashSet<RequestId> = ids.into_iter().collect();
                self.first.retain(|request| !ids.contains(&request.id));
                self.then.retain(|request| !ids.contains(&request.id));
                self.ahead.retain(|id, _| !ids.contains(id));
            }
            Request::Cancel => {
                self.first.clear();
                self.then.clear();
                self.ahead.clear();
                self.tiling = None;
            }
            Request::Tiles(request) => {
                self.tiling = request.map(|request| Tiling::new(request, self.limits.clone()));
            }
            Request::Use(path) => self.checkpoints.push_back(path),
            Request::UseBundled(task) => {
                if *self.origin(task) != Origin::Bundled {
                    self.set_origin(task, Origin::Bundled);
                    self.changed.push(task);
                }
            }
            Request::Size(size) => {
                self.size = size;
                self.size_changed();
            }
        }
    }

    /// Whether there is nothing to do, but perhaps to wait for the pictures of a quality map.
    pub fn is_empty(&self) -> bool {
        let reading = |tiling: &Tiling| matches!(tiling.stage, Stage::Reading(_));
        self.tiling.as_ref().is_none_or(reading)
            && self.first.is_empty()
            && self.then.is_empty()
            && self.checkpoints.is_empty()
            && self.changed.is_empty()
    }

    /// The next picture to look at of those that go first.
    pub fn next_first(&mut self) -> Option<ScoreRequest> {
        self.first.pop_front()
    }

    /// The next picture to look at of the rest.
    pub fn next_then(&mut self) -> Option<ScoreRequest> {
        self.then.pop_front()
    }

    /// Whether there are tiles to look at.
    pub fn has_tiles(&self) -> bool {
        let looking = |tiling: &Tiling| matches!(tiling.stage, Stage::Looking(..));
        self.tiling.as_ref().is_some_and(looking)
    }

    /// Where the pictures of the quality map come from, while they are being read.
    pub fn reading(&self) -> Receiver<Result<Pictures, InspectError>> {
        match self.tiling.as_ref().map(|tiling| &tiling.stage) {
            Some(Stage::Reading(pictures)) => pictures.clone(),
            _ => never(),
        }
    }

    /// The pictures of the quality map were read, or could not be.
    pub fn cut_tiles(&mut self, read: Result<Result<Pictures, InspectError>, RecvError>) {
        let Some(tiling) = &mut self.tiling else {
            return;
        };
        let lost = |_| Err(InspectError::Decoder("it ended early".into()));
        let cut = read.unwrap_or_else(lost).and_then(|read| tiling.cut(read));
        if let Err(error) = cut {
            let id = tiling.request.id;
            self.tiling = None;
            self.events.send(Event::Tiles(id, Err(error.to_string())));
        }
    }

    /// Puts a request back in front, to be tried again.
    pub fn again(&mut self, request: ScoreRequest) {
        self.first.push_front(request);
    }

    /// Lets the decoders start on what comes next.
    pub fn look_ahead(&mut self, size: impl Fn(Task) -> Option<SizePolicy>) {
        let wanted = self.decoders + AHEAD;
        for request in self.first.iter().chain(&self.then).take(wanted) {
            if self.ahead.len() >= wanted + self.first.len() || self.ahead.contains_key(&request.id)
            {
                continue;
            }
            let Some(size) = size(request.task()) else {
                continue;
            };
            let (done, decoded) = bounded(1);
            let wanted = (request.source.clone(), size, request.task(), done);
            if self.decode.send(wanted).is_ok() {
                self.ahead.insert(request.id, decoded);
            }
        }
    }

    /// The picture of a request at its scored size: decoded ahead, or now.
    pub fn picture(&mut self, request: &ScoreRequest, size: SizePolicy) -> Decoded {
        match self.ahead.remove(&request.id).map(|decoded| decoded.recv()) {
            Some(Ok(decoded)) => decoded,
            _ => read(&request.source, size, request.task(), &self.limits),
        }
    }

    /// The reference of a request; the last one is kept, as it is mostly that of many pictures.
    pub fn reference(
        &mut self,
        request: &ScoreRequest,
        size: SizePolicy,
    ) -> Result<Option<Arc<Prepared>>, InspectError> {
        let Some(source) = &request.reference else {
            return Ok(None);
        };
        let modified = match source {
            Source::File(path) => std::fs::metadata(path).and_then(|m| m.modified()).ok(),
            Source::Memory(_) => None,
        };
        if let Some(kept) = &self.reference
            && kept.source == *source
            && kept.modified == modified
            && kept.size == size
        {
            return Ok(Some(Arc::clone(&kept.prepared)));
        }
        let prepared = Arc::new(read(source, size, request.task(), &self.limits)?);
        self.reference = Some(Kept {
            source: source.clone(),
            modified,
            size,
            prepared: Arc::clone(&prepared),
        });
        Ok(Some(prepared))
    }
}

/// Reads a picture and brings it to the scored size.
fn read(source: &Source, size: SizePolicy, task: Task, limits: &Limits) -> Decoded {
    let read = || match task {
        Task::NoReference => prepare(source.read_for(limits, size)?, size),
        // Both alike, whatever the formats: what decoding alone does to one would be compared too.
        Task::FullReference => prepare(source.read(limits)?, size),
    };
    guarded(read)
}
