//! Frames that come, change and go, and their order in the filmstrip.

use super::loader::{Thumbnail, Version};
use super::ranking::{Entry, Grouping, best_of, rank};
use super::state::{Frame, FrameId, Page, Scored, Tone};
use super::training::Wish;
use super::{App, Command, SORT_PAUSE};
use bpclip_core::image::Picture;
use bpclip_core::inspect::worker::{Request, RequestId, Source};
use bpclip_core::model::Task;
use eframe::egui;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Removals that can be undone.
const UNDO: usize = 50;

/// What was dropped on the window in this frame; with Shift held, as the reference, or on the
/// training panel as pristine photographs.
pub(super) fn dropped(ctx: &egui::Context, page: Page) -> Option<Command> {
    let (paths, shift) = ctx.input(|input| {
        let files = input.raw.dropped_files.iter();
        let paths: Vec<PathBuf> = files.map(|file| file.path().to_owned()).collect();
        (paths, input.modifiers.shift)
    });
    if paths.is_empty() {
        return None;
    }
    Some(match page {
        Page::Pictures => Command::Add {
            paths,
            as_reference: shift,
        },
        Page::Training => Command::Training(Wish::Take {
            paths,
            pristine: shift,
        }),
    })
}

impl App {
    /// Opens files and folders.
    pub(super) fn add(&mut self, paths: Vec<PathBuf>, as_reference: bool) {
        for path in &paths {
            self.state.settings.remember(path);
        }
        self.state.scanning += 1;
        self.background.scan(paths, as_reference);
    }

    /// Everything that was asked for has been looked through.
    pub(super) fn scanned(&mut self) {
        self.state.scanning = self.state.scanning.saturating_sub(1);
        if self.state.scanning == 0 && self.state.frames.is_empty() {
            let said =
                "There are no pictures in there: JPEG, PNG, TIFF, WebP, BMP and GIF are read";
            self.state.log.say(Tone::Bad, said);
        }
    }

    /// Adds files to the list; those that are in it already are looked at again if they were
    /// broken.
    pub(super) fn add_files(&mut self, files: Vec<PathBuf>, as_reference: bool) {
        let known: HashSet<&Path> = self.state.frames.iter().filter_map(Frame::path).collect();
        let (old, new): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| known.contains(file.as_path()));
        let mut first = old.first().and_then(|path| self.find(path));
        for path in old {
            let broken = |frame: &Frame| frame.broken.is_some();
            let id = self.find(&path);
            if id.and_then(|id| self.state.frame(id)).is_some_and(broken) {
                self.file_changed(&path);
            }
        }
        let mut asked = Vec::new();
        for path in new {
            let name = path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            );
            let frame = self.new_frame(Source::File(path), name);
            first = first.or(Some(frame.id));
            asked.push((frame.version(), frame.source.clone()));
            self.push(frame);
        }
        self.gallery.ask_thumbnails(asked);
        self.list_changed();
        if let Some(first) = first {
            if as_reference {
                self.set_reference(Some(first));
            }
            if self.state.selected.is_none() {
                self.select(first);
            }
        }
        self.ask_scores();
    }

    /// Adds a picture that is in no file.
    pub(super) fn add_picture(&mut self, picture: Arc<Picture>) {
        let pasted = |frame: &&Frame| frame.path().is_none();
        let count = self.state.frames.iter().filter(pasted).count();
        let frame = self.new_frame(Source::Memory(picture), format!("Pasted {}", count + 1));
        let id = frame.id;
        self.gallery
            .ask_thumbnails([(frame.version(), frame.source.clone())]);
        self.push(frame);
        self.list_changed();
        self.select(id);
        self.ask_scores();
    }

    fn new_frame(&mut self, source: Source, name: String) -> Frame {
        self.next_id += 1;
        Frame {
            id: FrameId(self.next_id),
            source,
            name,
            revision: 0,
            size: None,
            modified: None,
            taken: None,
            broken: None,
            quality: Scored::Unasked,
            likeness: Scored::Unasked,
            mark: None,
        }
    }

    fn push(&mut self, frame: Frame) {
        let at = self.state.frames.len();
        self.state.index.insert(frame.id, at);
        self.state.frames.push(frame);
    }

    fn find(&self, path: &Path) -> Option<FrameId> {
        let frame = self.state.frames.iter().find(|f| f.path() == Some(path))?;
        Some(frame.id)
    }

    /// The list has other members.
    fn list_changed(&mut self) {
        let ids = self.state.frames.iter().map(|frame| frame.id);
        self.state.index = ids.enumerate().map(|(at, id)| (id, at)).collect();
        self.order_changed(true);
        self.sort_if_stale();
    }

    /// A thumbnail was made, or could not be.
    pub(super) fn thumbnail_made(&mut self, version: Version, made: Result<Thumbnail, String>) {
        let Some(frame) = self.state.frame_mut(FrameId(version.0)) else {
            return;
        };
        if frame.revision != version.1 {
            return;
        }
        let id = frame.id;
        match made {
            Ok(thumbnail) => {
                frame.size = Some(thumbnail.size);
                frame.modified = thumbnail.modified;
                frame.taken = thumbnail.taken;
                self.order_changed(false);
                self.ask_likeness();
            }
            Err(reason) => {
                frame.broken = Some(reason.clone());
                let ids = [frame.quality.request_id(), frame.likeness.request_id()];
                frame.quality = Scored::Failed(reason.clone());
                frame.likeness = Scored::Failed(reason);
                self.withdraw(ids.into_iter().flatten().collect());
                if self.state.selected == Some(id) {
                    self.look_at_selected();
                }
                self.order_changed(false);
            }
        }
    }

    /// A file has other content now.
    pub(super) fn file_changed(&mut self, path: &Path) {
        let Some(id) = self.find(path) else { return };
        let Some(frame) = self.state.frame_mut(id) else {
            return;
        };
        frame.revision += 1;
        frame.broken = None;
        frame.size = None;
        let ids = [frame.quality.request_id(), frame.likeness.request_id()];
        (frame.quality, frame.likeness) = (Scored::Unasked, Scored::Unasked);
        let asked = (frame.version(), frame.source.clone());
        self.withdraw(ids.into_iter().flatten().collect());
        self.gallery.forget(id.0);
        self.gallery.ask_thumbnails([asked]);
        if self.state.reference == Some(id) {
            self.set_reference(Some(id));
        }
        self.ask_scores();
        if self.state.selected == Some(id) {
            self.look_at_selected();
        }
        self.forget_tiles(|map| map.frame == id);
    }

    /// A file is gone. Its frame stays, and says so.
    pub(super) fn file_vanished(&mut self, path: &Path) {
        let Some(id) = self.find(path) else { return };
        if let Some(frame) = self.state.frame_mut(id) {
            frame.broken = Some("the file is gone".into());
            let name = frame.name.clone();
            let said = format!("{name} is gone from its folder; its score stays in the list");
            self.state.log.say(Tone::Plain, said);
        }
    }

    /// Watches a folder that was opened.
    pub(super) fn watch_folder(&mut self, folder: PathBuf) {
        if !self.state.watched.contains(&folder) {
            self.watch.open(folder.clone(), true);
            self.state.watched.push(folder);
        }
    }

    /// Takes frames off the list, to be brought back by [`App::undo`].
    pub(super) fn remove(&mut self, gone: &HashSet<FrameId>) {
        let next = self.neighbour(gone);
        let mut removed = Vec::new();
        let mut kept = Vec::new();
        let mut ids = Vec::new();
        for (at, mut frame) in std::mem::take(&mut self.state.frames)
            .into_iter()
            .enumerate()
        {
            if !gone.contains(&frame.id) {
                kept.push(frame);
                continue;
            }
            for task in [Task::NoReference, Task::FullReference] {
                let scored = frame.scored_mut(task);
                if let Some(id) = scored.request_id() {
                    ids.push(id);
                    *scored = Scored::Unasked;
                }
            }
            removed.push((at, frame));
        }
        self.state.frames = kept;
        if removed.is_empty() {
            return;
        }
        self.withdraw(ids);
        self.state.removed.push(removed);
        if self.state.removed.len() > UNDO {
            self.state.removed.remove(0);
        }
        self.list_changed();
        if self.state.reference.is_some_and(|id| gone.contains(&id)) {
            self.set_reference(None);
        }
        if self.state.other.is_some_and(|id| gone.contains(&id)) {
            self.state.other = None;
        }
        if self.state.selected.is_some_and(|id| gone.contains(&id)) {
            self.state.selected = None;
            match next {
                Some(next) => self.select(next),
                None => self.look_at_selected(),
            }
        }
        if self.state.frames.is_empty() {
            for folder in std::mem::take(&mut self.state.watched) {
                self.watch.close(folder);
            }
        }
    }

    /// The frame to look at when the selected one goes: the next in order that stays, else the
    /// one before.
    fn neighbour(&self, gone: &HashSet<FrameId>) -> Option<FrameId> {
        let id = |at: &usize| self.state.frames.get(*at).map(|frame| frame.id);
        let order: Vec<FrameId> = self.state.order.iter().filter_map(id).collect();
        let selected = self.state.selected?;
        let at = order.iter().position(|id| *id == selected)?;
        let (before, after) = order.split_at(at);
        let stays = |id: &&FrameId| !gone.contains(id);
        let next = after.iter().find(stays);
        next.or_else(|| before.iter().rev().find(stays)).copied()
    }

    /// Brings back what was removed last.
    pub(super) fn undo(&mut self) {
        let Some(removed) = self.state.removed.pop() else {
            self.state.log.say(Tone::Plain, "Nothing to undo");
            return;
        };
        let first = removed.first().map(|(_, frame)| frame.id);
        for (at, frame) in removed {
            let at = at.min(self.state.frames.len());
            self.state.frames.insert(at, frame);
        }
        self.list_changed();
        if let Some(first) = first {
            self.select(first);
        }
        self.ask_scores();
        self.ask_likeness();
    }

    /// Works out the filmstrip's order, if it does not hold any more.
    pub(super) fn sort_if_stale(&mut self) {
        let Some((_, at_once)) = self.stale else {
            return;
        };
        if !at_once && self.sorted_at.elapsed() < SORT_PAUSE {
            // Rows that jump all the time cannot be clicked.
            self.ctx.request_repaint_after(SORT_PAUSE);
            return;
        }
        self.stale = None;
        self.sorted_at = Instant::now();
        let state = &mut self.state;
        let task = state.lens;
        let entries: Vec<Entry<'_>> = state
            .frames
            .iter()
            .enumerate()
            .map(|(index, frame)| {
                let rated = frame.scored(task).rated();
                Entry {
                    index,
                    name: &frame.name,
                    path: frame.path().unwrap_or(Path::new("")),
                    modified: frame.modified,
                    taken: frame.taken,
                    score: rated.map(|rated| 100.0 * rated.inspection.raw),
                    dimensions: rated.map_or(&[], |rated| &rated.dimensions),
                    similarities: rated.map_or(&[], |rated| &rated.mean),
                    mark: frame.mark,
                }
            })
            .collect();
        let model = state.machine.network(task);
        let adjectives = model.map_or(&[][..], |model| &model.metadata.adjectives);
        let settings = &state.settings;
        let mut order = rank(
            &entries,
            adjectives,
            settings.sort,
            settings.descending,
            &state.filter,
        );
        let mut groups = vec![None; entries.len()];
        if state.grouping != Grouping::None {
            for (number, members) in state.grouping.groups(&entries).into_iter().enumerate() {
                let best = best_of(&entries, &members);
                for member in members {
                    if let Some(group) = groups.get_mut(member) {
                        *group = Some((number, best == Some(member)));
                    }
                }
            }
            order = together(&order, &groups);
        }
        drop(entries);
        state.order = order;
        state.groups = groups;
    }

    /// Takes wishes back.
    pub(super) fn withdraw(&mut self, ids: Vec<RequestId>) {
        if ids.is_empty() {
            return;
        }
        for id in &ids {
            self.state.requests.remove(id);
        }
        self.worker.ask(Request::Withdraw(ids));
        self.count();
    }
}

/// Brings the members of a group together, where the first of them stands.
fn together(order: &[usize], groups: &[Option<(usize, bool)>]) -> Vec<usize> {
    let group = |at: usize| groups.get(at).copied().flatten().map(|(number, _)| number);
    let mut placed = HashSet::new();
    let mut together = Vec::with_capacity(order.len());
    for &at in order {
        match group(at) {
            None => together.push(at),
            Some(number) if placed.insert(number) => {
                together.extend(order.iter().filter(|other| group(**other) == Some(number)));
            }
            Some(_) => {}
        }
    }
    together
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn groups_stand_where_their_first_member_does() {
        let groups = [
            Some((0, false)),
            None,
            Some((0, true)),
            Some((1, false)),
            Some((1, true)),
        ];
        assert_eq!(together(&[2, 1, 4, 0, 3], &groups), [2, 0, 1, 4, 3]);
    }
}
