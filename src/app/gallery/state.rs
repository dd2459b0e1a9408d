//! What the list is.

use super::frame::{Frame, FrameId};
use super::history::{History, Removed};
use super::order::HOLD;
use super::ranking::{Filter, Grouping};
use super::survey::Survey;
use super::view::Home;
use bpclip_core::inspect::worker::Source;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The list, and what is looked at.
pub struct State {
    /// In the order in which they were opened.
    pub frames: Vec<Frame>,
    /// The frames that the filmstrip shows, in its order: positions in `frames`.
    pub order: Vec<usize>,
    /// The group that a frame belongs to, parallel to `frames`, and whether it is its best.
    pub groups: Vec<Option<(usize, bool)>>,
    /// What stands above the pictures of each group.
    pub headings: Vec<String>,
    pub grouping: Grouping,
    pub filter: Filter,
    /// The frame that is looked at.
    pub selected: Option<FrameId>,
    /// What is selected beside it.
    pub beside: Vec<FrameId>,
    /// The frames that are shown beside each other, while they are.
    pub survey: Option<Survey>,
    /// The frame that full-reference scores compare with.
    pub reference: Option<FrameId>,
    /// The frame that is shown beside the selected one, where it is not the reference.
    pub other: Option<FrameId>,
    /// What can be taken back.
    pub history: History,
    /// Frames whose files were moved or binned, by the log of that.
    pub(super) transferred: HashMap<PathBuf, Removed>,
    /// The folder that the list began with, and how it is looked at, once that is known.
    pub home: Option<Home>,
    /// The rows in sight.
    pub in_sight: Vec<FrameId>,
    /// When the user last did something: rows that jump meanwhile cannot be clicked.
    pub touched: Instant,
    /// Folders that are watched.
    pub watched: Vec<PathBuf>,
    /// How many times paths are being looked through right now.
    pub scanning: usize,
    /// What there was instead, where the last look found no picture.
    pub nothing_found: Option<String>,
    /// Where a frame is in `frames`.
    index: HashMap<FrameId, usize>,
    last_id: u64,
    /// Whether the filmstrip's order has to be worked out again, and at once or not.
    pub(super) stale: Option<bool>,
    /// When a decision has led on to the next frame by itself.
    pub(super) went_on: Option<Instant>,
    /// What is to be looked at instead of a frame that is not shown any more; none if none is.
    pub(super) instead: Option<Option<FrameId>>,
    pub(super) sorted_at: Instant,
}

impl Default for State {
    /// An empty list.
    fn default() -> Self {
        Self {
            frames: Vec::new(),
            order: Vec::new(),
            groups: Vec::new(),
            headings: Vec::new(),
            grouping: Grouping::default(),
            filter: Filter::default(),
            selected: None,
            beside: Vec::new(),
            survey: None,
            reference: None,
            other: None,
            history: History::default(),
            transferred: HashMap::new(),
            home: None,
            in_sight: Vec::new(),
            // Long ago, as far as a clock that may have begun a moment ago can tell.
            touched: Instant::now()
                .checked_sub(HOLD)
                .unwrap_or_else(Instant::now),
            watched: Vec::new(),
            scanning: 0,
            nothing_found: None,
            index: HashMap::new(),
            last_id: 0,
            stale: None,
            went_on: None,
            instead: None,
            sorted_at: Instant::now(),
        }
    }
}

impl State {
    /// A frame of the list.
    pub fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(*self.index.get(&id)?)
    }

    /// Likewise, to be changed.
    pub fn frame_mut(&mut self, id: FrameId) -> Option<&mut Frame> {
        self.frames.get_mut(*self.index.get(&id)?)
    }

    /// The frame that is looked at.
    pub fn selected(&self) -> Option<&Frame> {
        self.frame(self.selected?)
    }

    /// The frame that full-reference scores compare with.
    pub fn reference(&self) -> Option<&Frame> {
        self.frame(self.reference?)
    }

    /// The frame that the selected one is compared with: a chosen one, else the reference.
    pub fn second(&self) -> Option<&Frame> {
        let id = self.other.or(self.reference)?;
        self.frame(id)
            .filter(|frame| Some(frame.id) != self.selected)
    }

    /// All that are selected and shown, in the filmstrip's order.
    pub fn all_selected(&self) -> Vec<FrameId> {
        if self.beside.is_empty() {
            return self.selected.into_iter().collect();
        }
        let selected: HashSet<FrameId> = self.selected.into_iter().chain(self.beside()).collect();
        let shown = self.shown().map(|frame| frame.id);
        let mut all: Vec<FrameId> = shown.filter(|id| selected.contains(id)).collect();
        if all.is_empty() {
            all.extend(self.selected);
        }
        all
    }

    /// What is selected beside the frame that is looked at.
    pub fn beside(&self) -> impl Iterator<Item = FrameId> {
        self.beside.iter().copied()
    }

    /// Takes those off the filmstrip that the filter does not let through any more for what was
    /// decided on them; the others stay where they are.
    pub(super) fn leave_out_decided(&mut self) {
        if self.filter.is_about_decisions() {
            let admitted = |at: &usize| {
                let frame = self.frames.get(*at);
                frame.is_some_and(|frame| self.filter.admits_decision(frame.decision()))
            };
            let order = self.order.iter().copied().filter(admitted).collect();
            self.show(order);
        }
    }

    /// The frames that the filmstrip shows, in its order.
    pub fn shown(&self) -> impl Iterator<Item = &Frame> {
        self.order.iter().filter_map(|at| self.frames.get(*at))
    }

    /// The group of a frame.
    pub fn group_of(&self, id: FrameId) -> Option<usize> {
        let group = self.groups.get(*self.index.get(&id)?)?;
        group.map(|(number, _)| number)
    }

    /// The frames of a group.
    pub fn members(&self, group: usize) -> impl Iterator<Item = &Frame> {
        let frames = self.frames.iter().zip(&self.groups);
        frames
            .filter(move |(_, of)| of.is_some_and(|(number, _)| number == group))
            .map(|(frame, _)| frame)
    }

    /// The frame of a file.
    pub fn find(&self, path: &Path) -> Option<FrameId> {
        let frame = self.frames.iter().find(|f| f.path() == Some(path))?;
        Some(frame.id)
    }

    /// Whether the order holds and nothing is being looked through.
    pub fn is_idle(&self) -> bool {
        self.scanning == 0 && self.stale.is_none()
    }

    /// The filmstrip's order no longer holds; it is to be worked out at once, or when there is
    /// time.
    pub fn order_changed(&mut self, at_once: bool) {
        self.stale = Some(at_once || self.stale == Some(true));
    }

    /// Puts a new frame at the end.
    pub(in crate::app) fn push(&mut self, source: Source, name: String) -> &mut Frame {
        self.last_id += 1;
        let at = self.frames.len();
        let frame = Frame::new(FrameId(self.last_id), source, name);
        self.index.insert(frame.id, at);
        self.frames.push(frame);
        &mut self.frames[at]
    }

    /// The list has other members.
    pub(super) fn list_changed(&mut self) {
        let ids = self.frames.iter().map(|frame| frame.id);
        self.index = ids.enumerate().map(|(at, id)| (id, at)).collect();
        self.order_changed(true);
    }
}
