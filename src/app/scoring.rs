//! What the worker is asked for, and what its answers change.

use super::App;
use super::state::{Frame, FrameId, Purpose, Rated, Scored, Tone};
use super::tiles::TileMap;
use bpclip_core::inspect::worker::{Answer, ModelInfo, Request, RequestId, ScoreRequest};
use bpclip_core::model::Task;
use std::sync::Arc;
use std::time::Instant;

/// Frames whose maps are kept: those of one picture of many cells fill tens of megabytes.
const DETAILS: usize = 6;

impl App {
    /// A request for a look at a frame. The reference is given for a full-reference look.
    fn new_request(&mut self, purpose: Purpose) -> Option<ScoreRequest> {
        let source = self.state.frame(purpose.frame)?.source.clone();
        let reference = match purpose.task {
            Task::NoReference => None,
            Task::FullReference => {
                let reference = self.state.frame(self.state.reference?)?;
                Some(reference.source.clone())
            }
        };
        self.next_request += 1;
        self.state
            .requests
            .insert(RequestId(self.next_request), purpose);
        Some(ScoreRequest {
            id: RequestId(self.next_request),
            source,
            reference,
            detailed: purpose.detailed,
        })
    }

    /// Asks for the score of every frame that has none and was not asked for.
    pub(super) fn ask_scores(&mut self) {
        let unasked = |frame: &Frame| matches!(frame.quality, Scored::Unasked);
        self.ask_then(Task::NoReference, unasked);
    }

    /// Asks for the full-reference score of every frame of the reference's size.
    pub(super) fn ask_likeness(&mut self) {
        let Some(reference) = self.state.reference.and_then(|id| self.state.frame(id)) else {
            return;
        };
        let (id, size) = (reference.id, reference.size);
        if size.is_none() {
            return;
        }
        self.ask_then(Task::FullReference, |frame| {
            matches!(frame.likeness, Scored::Unasked) && frame.id != id && frame.size == size
        });
    }

    fn ask_then(&mut self, task: Task, wanted: impl Fn(&Frame) -> bool) {
        let frames: Vec<(FrameId, u32)> = self
            .state
            .frames
            .iter()
            .filter(|frame| frame.broken.is_none() && wanted(frame))
            .map(|frame| (frame.id, frame.revision))
            .collect();
        let mut requests = Vec::with_capacity(frames.len());
        for (frame, revision) in frames {
            let purpose = Purpose {
                frame,
                revision,
                task,
                detailed: false,
                self_check: false,
            };
            let Some(request) = self.new_request(purpose) else {
                continue;
            };
            if let Some(frame) = self.state.frame_mut(frame) {
                *frame.scored_mut(task) = Scored::Waiting(request.id);
            }
            requests.push(request);
        }
        if !requests.is_empty() {
            self.worker.ask(Request::Then(requests));
            self.count();
        }
    }

    /// Asks for all about the selected frame, before everything else.
    pub(super) fn look_at_selected(&mut self) {
        // What the user looked at before is not wanted any more, unless it has begun.
        for id in std::mem::take(&mut self.first) {
            if self.running != Some(id) {
                self.state.requests.remove(&id);
            }
        }
        let mut requests = Vec::new();
        for (id, revision, task) in self.looks() {
            let purpose = Purpose {
                frame: id,
                revision,
                task,
                detailed: true,
                self_check: false,
            };
            let frame = self.state.frame(id);
            let there = frame.is_some_and(|frame| self.state.detail(frame, task).is_some());
            let runs = self.running.and_then(|id| self.state.requests.get(&id));
            if !there && runs != Some(&purpose) {
                requests.extend(self.new_request(purpose));
            }
        }
        if let Some(reference) = self.state.reference.and_then(|id| self.state.frame(id))
            && matches!(self.state.self_check, Scored::Unasked | Scored::Waiting(_))
        {
            let purpose = Purpose {
                frame: reference.id,
                revision: reference.revision,
                task: Task::FullReference,
                detailed: false,
                self_check: true,
            };
            if let Some(request) = self.new_request(purpose) {
                self.state.self_check = Scored::Waiting(request.id);
                requests.push(request);
            }
        }
        self.first = requests.iter().map(|request| request.id).collect();
        self.worker.ask(Request::First(requests));
    }

    /// What is looked at with maps, the most wanted first: the selected frame through both
    /// networks, and the one beside it.
    fn looks(&self) -> Vec<(FrameId, u32, Task)> {
        let mut looks = Vec::new();
        if let Some(frame) = self.state.selected() {
            looks.push((frame, Task::NoReference));
            if self.state.reference.is_some_and(|id| id != frame.id) {
                looks.push((frame, Task::FullReference));
            }
            if self.state.lens == Task::FullReference {
                looks.reverse();
            }
        }
        let second = self.state.second();
        looks.extend(second.map(|frame| (frame, Task::NoReference)));
        looks.retain(|(frame, _)| frame.broken.is_none());
        let named = |(frame, task): (&Frame, Task)| (frame.id, frame.revision, task);
        looks.into_iter().map(named).collect()
    }

    /// Work on a request has begun.
    pub(super) fn begun(&mut self, id: RequestId) {
        self.running = Some(id);
        if let Some(purpose) = self.state.requests.get(&id).copied()
            && let Some(frame) = self.state.frame_mut(purpose.frame)
            && !purpose.self_check
        {
            let scored = frame.scored_mut(purpose.task);
            if scored.request_id() == Some(id) {
                *scored = Scored::Running(id);
            }
        }
    }

    /// An answer has come.
    pub(super) fn done(&mut self, id: RequestId, result: Result<Answer, String>) {
        if self.running == Some(id) {
            self.running = None;
        }
        // Nobody wants it any more.
        let Some(purpose) = self.state.requests.remove(&id) else {
            return;
        };
        let (result, detail) = match result {
            Ok(answer) => {
                let (rated, detail) = Rated::new(answer);
                (Ok(Arc::new(rated)), detail)
            }
            Err(reason) => (Err(reason), None),
        };
        let scored = match result {
            Ok(rated) => Scored::Done(rated),
            Err(reason) => Scored::Failed(reason),
        };
        if purpose.self_check {
            self.state.self_check = scored;
            return;
        }
        let Some(frame) = self.state.frame_mut(purpose.frame) else {
            return;
        };
        if frame.revision != purpose.revision {
            return;
        }
        let place = frame.scored_mut(purpose.task);
        let counted = place.request_id().is_some();
        // The same score was waiting its turn among all others.
        let waited = place.request_id().filter(|waiting| *waiting != id);
        *place = scored;
        if let Some(detail) = detail {
            let key = (purpose.frame, purpose.revision, purpose.task);
            let details = &mut self.state.details;
            details.retain(|(frame, _, task, _)| (*frame, *task) != (key.0, key.2));
            details.push((key.0, key.1, key.2, Arc::new(detail)));
            if details.len() > DETAILS {
                details.remove(0);
            }
        }
        if counted {
            self.state.progress.done += 1;
        }
        self.withdraw(waited.into_iter().collect());
        self.count();
        self.order_changed(false);
    }

    /// Counts what is still awaited.
    pub(super) fn count(&mut self) {
        let waits = |scored: &Scored| usize::from(scored.request_id().is_some());
        let frames = self.state.frames.iter();
        let left = frames.map(|f| waits(&f.quality) + waits(&f.likeness)).sum();
        let progress = &mut self.state.progress;
        progress.left = left;
        if left == 0 {
            *progress = Default::default();
        } else if progress.since.is_none() {
            progress.since = Some(Instant::now());
        }
    }

    /// Stops scoring; what is scored stays.
    pub(super) fn cancel(&mut self) {
        self.stop_tiles();
        if self.state.progress.left == 0 {
            return;
        }
        self.forget_wishes();
        self.worker.ask(Request::Cancel);
        self.state
            .log
            .say(Tone::Plain, "Scoring was cancelled; F5 scores the rest");
        self.look_at_selected();
    }

    /// Asks again for all that was asked and is not answered.
    pub(super) fn start_over(&mut self) {
        self.forget_wishes();
        if self.state.self_check.request_id().is_some() {
            self.state.self_check = Scored::Unasked;
        }
        self.look_at_selected();
        self.ask_scores();
        self.ask_likeness();
    }

    fn forget_wishes(&mut self) {
        self.state.requests.clear();
        self.first.clear();
        for frame in &mut self.state.frames {
            for task in [Task::NoReference, Task::FullReference] {
                let scored = frame.scored_mut(task);
                if scored.request_id().is_some() {
                    *scored = Scored::Unasked;
                }
            }
        }
        self.count();
    }

    /// Scores what has no score, and what failed for a reason that may have gone.
    pub(super) fn score_rest(&mut self) {
        for frame in &mut self.state.frames {
            for task in [Task::NoReference, Task::FullReference] {
                let scored = frame.scored_mut(task);
                if matches!(scored, Scored::Failed(_)) {
                    *scored = Scored::Unasked;
                }
            }
        }
        self.ask_scores();
        self.ask_likeness();
        self.look_at_selected();
    }

    /// Another reference, or none.
    pub(super) fn set_reference(&mut self, reference: Option<FrameId>) {
        let mut ids = Vec::new();
        for frame in &mut self.state.frames {
            ids.extend(frame.likeness.request_id());
            frame.likeness = match &frame.broken {
                Some(reason) => Scored::Failed(reason.clone()),
                None => Scored::Unasked,
            };
        }
        let of_reference = |purpose: &Purpose| purpose.task == Task::FullReference;
        let old = self.state.requests.iter().filter(|(_, p)| of_reference(p));
        ids.extend(old.map(|(id, _)| *id));
        self.withdraw(ids);
        self.state
            .details
            .retain(|(_, _, task, _)| *task == Task::NoReference);
        self.state.self_check = Scored::Unasked;
        let against = |map: &TileMap| map.task == Task::FullReference;
        if self.state.mapping().is_some_and(against) {
            self.stop_tiles();
        }
        self.state.tile_maps.retain(|map| !against(map));
        self.state.reference = reference;
        if reference.is_none() {
            self.set_lens(Task::NoReference);
        }
        self.look_at_selected();
        self.ask_likeness();
        self.order_changed(true);
    }

    /// A network scores for its task from now on. Scores of another one are not kept beside its.
    pub(super) fn network_changed(&mut self, model: Arc<ModelInfo>) {
        let task = model.task();
        let before = self.state.machine.network(task).cloned();
        let place = match task {
            Task::NoReference => &mut self.state.machine.no_reference,
            Task::FullReference => &mut self.state.machine.full_reference,
        };
        *place = Some(Arc::clone(&model));
        // Remembered only now: a file that is no checkpoint is not worth it.
        if let Some(at) = self
            .chosen
            .iter()
            .position(|path| model.file.as_ref() == Some(path))
        {
            *self.state.settings.checkpoints.of(task) = Some(self.chosen.swap_remove(at));
        }
        let same = before.as_ref().is_none_or(|before| {
            (&before.checkpoint, &before.metadata, before.size)
                == (&model.checkpoint, &model.metadata, model.size)
        });
        self.order_changed(true);
        if before
            .as_ref()
            .is_none_or(|before| before.text != model.text)
        {
            self.place_words();
        }
        if same {
            return;
        }
        let said = format!("Scoring again with {}", model.checkpoint);
        self.state.log.say(Tone::Plain, said);
        self.forget_wishes();
        self.worker.ask(Request::Cancel);
        self.state.details.retain(|(_, _, of, _)| *of != task);
        for frame in &mut self.state.frames {
            if frame.broken.is_none() {
                *frame.scored_mut(task) = Scored::Unasked;
            }
        }
        if task == Task::FullReference {
            self.state.self_check = Scored::Unasked;
        }
        self.state.filter.problem = None;
        self.look_at_selected();
        self.ask_scores();
        self.ask_likeness();
        // What was cancelled with all else begins anew. Tiles have a size of their own.
        let other = before.is_none_or(|before| {
            (&before.checkpoint, &before.metadata) != (&model.checkpoint, &model.metadata)
        });
        self.forget_tiles(|map| other && map.task == task || map.request.is_some());
    }
}
